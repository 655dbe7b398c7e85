"""Ours and the peers in turn, in one run: a table with ratios on standard output, JSON under artifacts/bench."""
import argparse
import os
import shutil
import signal
import sys
import tempfile
import traceback

from measure import Others, say
from report import Report, machine
import rows_copy
import rows_migrate
import rows_nbd
import rows_start

GROUPS = [(rows_nbd, ["S1", "S2", "S3", "S4", "S5"]), (rows_copy, ["S6"]), (rows_migrate, ["S7", "S8"]),
          (rows_copy, ["S9"]), (rows_copy, ["S10"]), (rows_migrate, ["S11"]), (rows_start, ["S12"]),
          (rows_start, ["S13"])]
ALL = [f"S{number}" for number in range(1, 14)]


class Bench:
    """What every row needs to know."""

    def __init__(self, arguments, work):
        self.quick = arguments.quick
        self.turns = arguments.turns or (3 if arguments.quick else 5)
        self.seconds = 1 if arguments.quick else 2
        self.work = work
        self.report = Report()


def parse():
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a few minutes: smaller volumes, fewer turns")
    parser.add_argument("--only", help="rows, such as S6 or S1,S2")
    parser.add_argument("--turns", type=int, help="how often each measurement is taken")
    parser.add_argument("--work", help="directory on the file system to measure (default: a temporary one)")
    parser.add_argument("--out", default="artifacts/bench", help="where results.json and results.md go")
    arguments = parser.parse_args()
    arguments.rows = set(arguments.only.upper().split(",")) if arguments.only else set(ALL)
    if unknown := arguments.rows - set(ALL):
        parser.error(f"there is no row {', '.join(sorted(unknown))}; rows are {', '.join(ALL)}")
    return arguments


def main():
    arguments = parse()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    os.makedirs(arguments.work or tempfile.gettempdir(), exist_ok=True)
    work = tempfile.mkdtemp(prefix="volmgr-bench-", dir=arguments.work)
    bench, shares = Bench(arguments, work), {}
    try:
        for module, names in GROUPS:
            rows = arguments.rows & set(names)
            if rows:
                with Others() as others:
                    attempt(bench, module, rows)
                shares[",".join(sorted(rows))] = round(others.share)
                if others.share > 15:
                    say(f"{', '.join(sorted(rows))}: other programs took {others.share:.0f}% of a core meanwhile")
    finally:
        shutil.rmtree(work, ignore_errors=True)
        bench.report.write(arguments.out, machine(), shares)
    return 1 if any("failed" in row for row in bench.report.rows) else 0


def attempt(bench, module, rows):
    """One row that fails does not end the others."""
    try:
        module.measure(bench, rows)
    except Exception as error:
        traceback.print_exc()
        bench.report.failed(",".join(sorted(rows)), "", str(error).splitlines()[0])


if __name__ == "__main__":
    sys.exit(main())
