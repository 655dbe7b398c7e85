"""S7, S8, S11: migrations under an application's load, from the application's side."""
import glob
import json
import os
import signal
import subprocess
import threading
import time

from measure import MIB, fill, fio_command, say, sparse, warm
from ours import Lab
from peers import QemuMirror
from rows_copy import turned

LOADS = {"4k random writes, depth 8": ("randwrite", []), "4k 70/30 mix, depth 8": ("randrw", []),
         "4k writes at 5,000/s": ("randwrite", ["--rate_iops=5000"])}
NEAR = (0.1, 0.5)  # seconds before and after a switch that are looked at


class Application:
    """fio with a log of every operation."""

    def __init__(self, work, uri, rw, more):
        self.prefix = os.path.join(work, "felt")
        self.clean()
        self.process = subprocess.Popen(
            fio_command(uri, rw, "4k", 8, 3600, f"--write_lat_log={self.prefix}", "--log_unix_epoch=1",
                        "--disable_slat=1", "--disable_clat=1", *more),
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(0.7)

    def end(self):
        """Time in ms and latency in us of each operation."""
        self.process.send_signal(signal.SIGINT)
        self.process.wait(60)
        operations = []
        for name in glob.glob(self.prefix + "_lat*.log"):
            with open(name, encoding="ascii") as file:
                for line in file:
                    fields = line.split(",", 2)
                    operations.append((int(fields[0]), int(fields[1]) / 1e3))
        self.clean()
        return sorted(operations)

    def clean(self):
        for name in glob.glob(self.prefix + "*"):
            os.unlink(name)


def phase(operations, begin, end):
    values = sorted(latency for at, latency in operations if begin * 1e3 <= at < end * 1e3)
    if not values:
        return {"iops": 0.0, "p99_us": 0.0}
    return {"iops": len(values) / (end - begin), "p99_us": values[min(len(values) - 1, int(len(values) * 0.99))]}


def gap(operations, begin, end):
    """The longest time in ms without a completion."""
    times = [at for at, _ in operations if begin * 1e3 <= at <= end * 1e3]
    return max((later - earlier for earlier, later in zip(times, times[1:])), default=0)


class OurMigration:
    """volmgr migrate --until mirrored, then finish."""

    def __init__(self, bench, image, mib, policy):
        self.policy = policy
        self.lab = Lab(bench.work, "migrate", mib + 192)
        self.lab.make_group()
        self.lab.load("vol01", image, mib)
        os.sync()
        self.uri = self.lab.serve().uri()
        self.mirrored = None

    def begin(self):
        self.thread = threading.Thread(target=self.migrate)
        self.thread.start()

    def migrate(self):
        self.lab.volmgr("migrate", "--group", "datadg", "--to", "pure0", "--until", "mirrored", *self.policy)
        self.mirrored = time.time()

    def await_mirrored(self, seconds):
        self.thread.join(seconds)
        return self.mirrored

    def copied(self):
        return self.lab.migration_status()["bytesCopied"]

    def finish(self):
        self.lab.volmgr("migrate", "finish", "--group", "datadg")

    def stop(self):
        if self.thread.is_alive():
            self.lab.server.stop()
            self.thread.join()
        self.lab.destroy()


class PeerMigration(QemuMirror):
    """The mirror job over a copy of the image."""

    def __init__(self, bench, image, mib, mode):
        self.target = os.path.join(bench.work, "moved.img")
        sparse(self.target, mib * MIB)
        super().__init__(bench.work, [(image, self.target)], mode)

    def stop(self):
        super().stop()
        os.unlink(self.target)


ENGINES = {
    "ours": lambda bench, image, mib: OurMigration(bench, image, mib, []),
    "ours at full speed": lambda bench, image, mib: OurMigration(bench, image, mib, ["--policy", "full-speed"]),
    "qemu background": lambda bench, image, mib: PeerMigration(bench, image, mib, "background"),
    "qemu write-blocking": lambda bench, image, mib: PeerMigration(bench, image, mib, "write-blocking"),
}


def migrate_once(bench, engine, image, mib, load):
    """One migration under one load; what the application felt in each part of it."""
    warm(image)
    os.sync()
    migration, application = ENGINES[engine](bench, image, mib), None
    before, after = (2.0, 1.0) if bench.quick else (3.0, 1.5)
    try:
        application = Application(bench.work, migration.uri, *LOADS[load])
        began = time.time()
        time.sleep(before)
        started = time.time()
        migration.begin()
        mirrored = migration.await_mirrored(40)
        ended = mirrored or time.time()
        copied = migration.copied()
        time.sleep(1.0)
        pivot = time.time()
        if mirrored:
            migration.finish()
        finished = time.time()
        time.sleep(after)
        operations = application.end()
    finally:
        if application and application.process.poll() is None:
            application.process.kill()
        migration.stop()
    quiet, busy = phase(operations, began, started), phase(operations, started, ended)
    return {
        "seconds": ended - started if mirrored else None, "copied": copied / (mib * MIB),
        "iops": busy["iops"], "kept": busy["iops"] / quiet["iops"], "p99": busy["p99_us"] / quiet["p99_us"],
        "switch_ms": gap(operations, ended - NEAR[1], ended + NEAR[1]),
        "detach_ms": gap(operations, pivot - NEAR[0], finished + NEAR[1]),
        "idle_switch_ms": gap(operations, started - 2 * NEAR[1], started),
        "idle_detach_ms": gap(operations, max(began, started - sum(NEAR) - (finished - pivot)), started),
        "p99_before_us": quiet["p99_us"], "iops_before": quiet["iops"],
    }


def under_load(bench, rows):
    mib = 1024 if bench.quick else 2048
    image = os.path.join(bench.work, "application.img")
    fill(image, mib * MIB)
    try:
        for load in LOADS:
            names = list(ENGINES)
            if load.endswith("/s"):
                names.remove("ours at full speed")
            results = {}
            for turn in range(max(2, bench.turns - 2)):
                for name in turned(names, turn):
                    result = migrate_once(bench, name, image, mib, load)
                    say(load, name, json.dumps({key: value and round(value, 3) for key, value in result.items()}))
                    results.setdefault(name, []).append(result)
            report(bench, rows, load, mib, results)
    finally:
        os.unlink(image)


def report(bench, rows, load, mib, results):
    def values(name, key):
        return [result[key] for result in results[name]]

    def time_of(row, ours, peer):
        pairs = [(a, b) for a, b in zip(values(ours, "seconds"), values(peer, "seconds")) if a and b]
        if pairs:
            bench.report.compare(row, f"{load}: time to mirrored", "s", *map(list, zip(*pairs)), peer, most=1.0)

    out = bench.report
    if "S7" in rows and load.endswith("/s"):
        delivered = [value / 5000 for value in values("ours", "iops")]
        out.value("S7c", f"{load}: share that is delivered", "x", delivered, least=0.98)
        out.value("S7c", f"{load}: p99 against before", "x", values("ours", "p99"), most=3)
        time_of("S7c", "ours", "qemu write-blocking")
    elif "S7" in rows:
        out.value("S7a", f"{load}: rate that is kept", "x", values("ours", "kept"), least=0.6)
        out.value("S7a", f"{load}: p99 against before", "x", values("ours", "p99"), most=3)
        time_of("S7a", "ours", "qemu background")
        out.value("S7a", f"{load}: bytes copied, of the data", "x", values("ours", "copied"), most=1.02)
        time_of("S7b", "ours at full speed", "qemu write-blocking")
        out.value("S7b", f"{load}: rate that is kept at full speed", "x", values("ours at full speed", "kept"),
                  least=0.3)
    if "S7" in rows:
        for peer in ("qemu background", "qemu write-blocking"):
            out.compare("S7", f"{load}: rate that is kept", "x", values("ours", "kept"), values(peer, "kept"), peer)
            out.compare("S7", f"{load}: p99 against before", "x", values("ours", "p99"), values(peer, "p99"), peer)
    if "S8" in rows:
        for what in ("switch", "detach"):
            limits = [max(4.0, 1.5 * value) for value in values("ours", f"idle_{what}_ms")]
            over = [value / limit for value, limit in zip(values("ours", f"{what}_ms"), limits)]
            out.value("S8", f"{load}: longest gap at the {what}", "ms", values("ours", f"{what}_ms"))
            out.value("S8", f"{load}: the same, of what is allowed", "x", over, most=1.0)


def guarded(bench):
    """S11: a target for the application's p99; and how much of the idle rate is left where there is room."""
    mib = 1024 if bench.quick else 2048
    image = os.path.join(bench.work, "guard.img")
    fill(image, mib * MIB)
    held, share = [], []
    try:
        for _ in range(max(2, bench.turns - 2)):
            idle = OurMigration(bench, image, mib, ["--policy", "full-speed"])
            try:
                idle_rate = idle_copy(idle, mib)
            finally:
                idle.lab.destroy()
            held.append(guarded_once(bench, image, mib, 2.0, ["--rate_iops=5000"])["p99_ms"] / 2.0)
            calm = guarded_once(bench, image, mib, 20.0, ["--rate_iops=500"])
            share.append(calm["rate"] / idle_rate)
    finally:
        os.unlink(image)
    bench.report.value("S11", "p99 of 5,000 writes/s with a target of 2 ms, of the target", "x", held, most=1.2)
    bench.report.value("S11", "copy rate beside 500 writes/s with a target of 20 ms, of idle", "x", share, least=0.5)


def idle_copy(migration, mib):
    began = time.monotonic()
    migration.migrate()
    return mib / (time.monotonic() - began)


def guarded_once(bench, image, mib, target_ms, more):
    migration = OurMigration(bench, image, mib, ["--policy", f"latency={target_ms:g}ms"])
    application = None
    try:
        application = Application(bench.work, migration.uri, "randwrite", more)
        started = time.time()
        migration.begin()
        mirrored = migration.await_mirrored(60) or time.time()
        operations = application.end()
    finally:
        if application and application.process.poll() is None:
            application.process.kill()
        migration.stop()
    return {"p99_ms": phase(operations, started, mirrored)["p99_us"] / 1e3, "rate": mib / (mirrored - started)}


def measure(bench, rows):
    if rows & {"S7", "S8"}:
        under_load(bench, rows)
    if "S11" in rows:
        guarded(bench)
