"""Switches on one mutant after the other, runs the tests of its subject, and compares what survives with the list."""
import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import stryker

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
OUT = ROOT / "artifacts" / "mutation"
SWITCH = "VOLMGR_MUTANT"
ASLEEP = 12  # seconds in which next to nothing moves: a test waits, or asks again and again, for what never comes
COUNTS = ["mutants", "killed", "timeout", "survived", "equivalent"]
MEMBER = re.compile(r"^ {4,8}(?:public|internal|private|protected)\b(.*)")
ENTRY = re.compile(r"^- (\S+): `(.+?)` → `(.*?)`\.")


def main():
    subjects = json.loads((HERE / "subjects.json").read_text())
    options = parse(subjects)
    names = list(subjects) if options.subject == "all" else [options.subject]
    if options.list:
        for name in names:
            print(name, *("  " + file for file in subjects[name]["files"]), sep="\n")
            print("  tests: " + ", ".join(subjects[name]["tests"] + subjects[name]["slow"]))
        return 0
    OUT.mkdir(parents=True, exist_ok=True)
    files = [file for subject in subjects.values() for file in subject["files"]]
    made = stryker.make(ROOT, OUT, files)
    program = None if options.report else place_tests(made)
    listed = read_equivalents()
    rows, survivors, timeouts = [], [], []
    for name in names:
        if program is not None:
            judge(name, subjects[name], made, program, options)
        row, alive, slow = count(name, listed)
        rows.append(row)
        survivors += alive
        timeouts += slow
    print_all(rows, survivors, timeouts)
    return 1 if survivors else 0


def parse(subjects):
    parser = argparse.ArgumentParser(
        prog="scripts/mutate",
        description="Mutation testing of the engine. Exit code 0: every mutant was killed or is listed in "
        "tests/mutation/equivalent.md; 1: one survived that is not; 2: wrong usage, or a run that failed.")
    parser.add_argument("subject", nargs="?", default="all", metavar="SUBJECT", help="all, " + ", ".join(subjects))
    parser.add_argument("--quick", action="store_true", help="every tenth mutant only")
    parser.add_argument("--concurrency", type=int, default=2, metavar="N", help="test processes at once (2)")
    parser.add_argument("--survivors", action="store_true", help="only what survived or timed out in the last run")
    parser.add_argument("--report", action="store_true", help="count the last run's results again, run nothing")
    parser.add_argument("--list", action="store_true", help="print the subjects with their files and tests")
    parser.error = fail
    options = parser.parse_args()
    if options.subject != "all" and options.subject not in subjects:
        fail(f"no subject '{options.subject}': choose one of all, {', '.join(subjects)}")
    if options.concurrency < 1:
        fail(f"--concurrency {options.concurrency}: must be 1 or more")
    return options


def fail(sentence):
    print(f"mutate: {sentence}", file=sys.stderr)
    sys.exit(2)


def place_tests(made):
    """The tests of the tree as it is, in a folder of their own, beside the assembly with the mutants."""
    stryker.run(["dotnet", "build", stryker.TESTS, "-c", "Release", "-v", "quiet"], ROOT, OUT / "build.log")
    folder = OUT / "bin"
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(ROOT / "artifacts/bin/VolMgr.Volumes.Tests/release", folder)
    shutil.copyfile(made / stryker.ASSEMBLY, folder / stryker.ASSEMBLY)
    return folder / "VolMgr.Volumes.Tests"


def judge(name, subject, made, program, options):
    """The quick classes first; only what they leave alive meets the slow ones."""
    mutants = [mutant for mutant in json.loads((made / "mutants.json").read_text())
               if mutant["file"] in subject["files"] and mutant["kind"] not in subject.get("left_out", [])]
    known = {}
    if options.survivors and (OUT / f"{name}.json").exists():
        known = {mutant["id"]: mutant for mutant in json.loads((OUT / f"{name}.json").read_text())
                 if mutant["status"] == "Killed"}
    for mutant in mutants:
        mutant["status"] = "Killed" if mutant["id"] in known else "Survived"
    if options.quick:
        mutants = mutants[::10]
    for classes in filter(None, (subject["tests"], subject["slow"])):
        alive = [mutant for mutant in mutants if mutant["status"] == "Survived"]
        status, seconds = run_tests(program, classes, -1, 600)
        if status != "Survived":
            raise stryker.Failure(f"{name}: the tests fail without a mutant: {', '.join(classes)}")
        print(f"{name}: {len(alive)} mutants against {', '.join(classes)}", file=sys.stderr, flush=True)
        with ThreadPoolExecutor(options.concurrency) as pool:
            for mutant, (status, _) in zip(alive, pool.map(
                    lambda mutant: run_tests(program, classes, mutant["id"], 10 + (10 * seconds)), alive)):
                mutant["status"] = status
        (OUT / f"{name}.json").write_text(json.dumps(mutants, indent=1))


def run_tests(program, classes, mutant, seconds):
    """What became of the mutant, and the processor time that it took; more than so many seconds is an endless loop."""
    environment = dict(os.environ, STRYKER_MUTANT_ID_CONTROL_VAR=SWITCH, **{SWITCH: str(mutant)})
    arguments = [argument for name in classes for argument in ("-class", f"*{name}")]
    process = subprocess.Popen(
        ["nice", "-n", "19", str(program), *arguments, "-stopOnFail", "-noLogo"], env=environment,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    used, asleep, since = 0, [], 0
    while True:
        try:
            return "Survived" if process.wait(0.2) == 0 else "Killed", used
        except subprocess.TimeoutExpired:
            used, is_asleep = look_at(process.pid)
            asleep.append(is_asleep)
            if len(asleep) * 0.2 >= ASLEEP:
                hangs = used - since < 0.1 * ASLEEP and asleep.count(True) > 0.8 * len(asleep)
                asleep, since = [], used
            else:
                hangs = False
            if hangs or used > seconds:
                process.kill()
                process.wait()
                return "Timeout", used


def look_at(pid):
    """Processor time of a process, and whether none of its threads runs or wants to. Not the clock on the wall: a
    machine that is busy with other things makes tests slow, and no mutant a loop."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
        states = [(task / "stat").read_text().rsplit(")", 1)[1].split()[0]
                  for task in Path(f"/proc/{pid}/task").iterdir()]
    except OSError:
        return 0, False
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK"), all(state == "S" for state in states)


def count(name, listed):
    path = OUT / f"{name}.json"
    if not path.exists():
        raise stryker.Failure(f"{path} is not there: run scripts/mutate {name} first")
    row = dict.fromkeys(COUNTS, 0)
    survivors, timeouts = [], []
    for mutant in json.loads(path.read_text()):
        row["mutants"] += 1
        key = (mutant["file"], *describe(mutant))
        if mutant["status"] == "Survived":
            row["equivalent" if key in listed else "survived"] += 1
            if key not in listed:
                survivors.append((*key, mutant["line"]))
        else:
            row[mutant["status"].lower()] += 1
            if mutant["status"] == "Timeout":
                timeouts.append((*key, mutant["line"]))
    return {"subject": name, **row, "score": score(row)}, survivors, timeouts


def describe(mutant):
    """Member, line and replacement, each on one line: what equivalent.md says of a mutant."""
    lines = (ROOT / mutant["file"]).read_text().split("\n")
    shown = mutant["line"] - 1
    while shown > 0 and lines[shown].strip() in ("", "{", "}"):
        shown -= 1
    member = "-"
    for index in range(shown, -1, -1):
        found = MEMBER.match(lines[index])
        if found:
            declared = re.split(r"[({]|=>|=|;", found.group(1))[0].split()
            member = declared[-1] if declared else "-"
            break
    return member, lines[shown].strip(), mutant["replacement"]


def score(row):
    judged = row["mutants"] - row["equivalent"]
    return f"{100 * (row['killed'] + row['timeout']) / judged:.1f} %" if judged else "-"


def read_equivalents():
    listed, file = set(), None
    for line in (HERE / "equivalent.md").read_text().splitlines():
        if line.startswith("## "):
            file = line[3:].strip()
        found = ENTRY.match(line)
        if found:
            listed.add((file, *found.groups()))
    return listed


def print_all(rows, survivors, timeouts):
    if len(rows) > 1:
        total = {column: sum(row[column] for row in rows) for column in COUNTS}
        rows = [*rows, {"subject": "all", **total, "score": score(total)}]
    print("| " + " | ".join(rows[0]) + " |")
    print("| --- |" + " ---: |" * (len(rows[0]) - 1))
    for row in rows:
        print("| " + " | ".join(str(cell) for cell in row.values()) + " |")
    for title, keys in (("timed out", timeouts), ("survived", survivors)):
        for file, member, line, replacement, number in keys:
            print(f"{title}: {file}:{number}\n- {member}: `{line}` → `{replacement}`.")


if __name__ == "__main__":
    try:
        sys.exit(main())
    except stryker.Failure as failure:
        fail(str(failure))
