"""S6, S9, S10: copies without other load; of full volumes, of sparse ones, of many at once."""
import os
import time

from measure import GIB, MIB, TIB, allocated, fill, memory_mib, remove, scatter, sparse, synchronize, timed, warm
from ours import Lab
from peers import QemuMirror


def qemu_copy(bench, pairs, mode="write-blocking", limit=120):
    """Seconds until the mirror is in step, with a flush of the targets where there is one pair, and its memory."""
    mirror = QemuMirror(bench.work, pairs, mode)
    try:
        began = time.monotonic()
        mirror.begin()
        if mirror.await_mirrored(limit) is None:
            return None, None
        if len(pairs) == 1:
            synchronize(pairs[0][1])
        return time.monotonic() - began, memory_mib(mirror.child.pid)
    finally:
        mirror.stop()


def copy_and_flush(*command_and_target):
    *command, target = command_and_target
    remove(target)
    return timed(*command, target) + timed("sync", target)


def resync(bench):
    """S6: a fully allocated plex."""
    for gib in (1,) if bench.quick else (2, 4):
        image, target = os.path.join(bench.work, "full.img"), os.path.join(bench.work, "target.img")
        fill(image, gib * GIB)
        lab = Lab(bench.work, "resync", gib * 1024 + 128)
        seconds = {"ours": [], "qemu mirror": [], "cp + fsync": [], "qemu-img": []}
        try:
            lab.make_group(with_new=True)
            lab.load("vol01", image, gib * 1024, "old1")
            lab.serve()
            for turn in range(bench.turns + 1):
                for name in turned(list(seconds), turn):
                    warm(image)
                    os.sync()
                    if name == "ours":
                        warm(lab.lun_files("emc0")[0])
                        took = resync_ours(lab)
                    elif name == "qemu mirror":
                        sparse(target, gib * GIB)
                        took, _ = qemu_copy(bench, [(image, target)])
                    elif name == "cp + fsync":
                        took = copy_and_flush("cp", "--reflink=never", "--sparse=never", image, target)
                    else:
                        took = copy_and_flush("qemu-img", "convert", "-f", "raw", "-O", "raw", "-W", "-m", "8", image,
                                              target)
                    remove(target)
                    if turn > 0:  # the first use of fresh memory is slower than any later one
                        seconds[name].append(took)
        finally:
            lab.destroy()
            remove(image, target)
        rates = {name: [gib / took for took in times] for name, times in seconds.items()}
        for peer, bar in (("qemu mirror", 1.3), ("cp + fsync", 1.0), ("qemu-img", 1.0)):
            bench.report.compare("S6", f"resync of {gib} GiB, target flushed", "GiB/s", rates["ours"], rates[peer], peer,
                                 least=bar)


def resync_ours(lab):
    took = timed_volmgr(lab, "vxassist", "-g", "datadg", "mirror", "vol01", "new1")
    lab.volmgr("vxplex", "-g", "datadg", "-o", "rm", "dis", "vol01-02")
    lab.free_target(lab.lun_files("pure0")[0])
    return took


def timed_volmgr(lab, *words):
    began = time.monotonic()
    lab.volmgr(*words)
    return time.monotonic() - began


def turned(names, turn):
    return names[turn % len(names):] + names[:turn % len(names)]


def sizes(bench):
    """S9: 1 GiB of data in scattered extents of 64 KiB, in volumes of growing size."""
    data = (256 * MIB) if bench.quick else GIB
    ours, memory = {}, {}
    for label, size, luns in (("64 GiB", 64 * GIB, 1), ("1 TiB", TIB, 1), ("15 TiB", 15 * TIB, 4)):
        image, target = os.path.join(bench.work, "sparse.img"), os.path.join(bench.work, "sparse.target")
        scatter(image, size, data)
        lab = Lab(bench.work, "sparse", size // MIB // luns + 1024, luns)
        times = {"ours": [], "cp + fsync": [], "qemu mirror": []}
        try:
            lab.make_group(with_new=True)
            lab.load("vol01", image, size // MIB, *(f"old{index + 1}" for index in range(luns)))
            lab.serve()
            for turn in range(bench.turns):
                for name in turned(list(times), turn):
                    warm(image)
                    os.sync()
                    if name == "ours":
                        for file in lab.lun_files("emc0"):
                            warm(file)
                        took, copied, peak = sparse_ours(lab, luns)
                        memory.setdefault(label, []).append(peak)
                        extra = copied / data
                    elif name == "cp + fsync":
                        took = copy_and_flush("cp", "--sparse=always", image, target)
                    elif size < 15 * TIB and turn == 0:
                        sparse(target, size)
                        took, _ = qemu_copy(bench, [(image, target)], "background", 30)
                    else:
                        continue
                    remove(target)
                    times[name].append(took)
        finally:
            lab.destroy()
            remove(image, target)
        ours[label] = times["ours"]
        what = f"{label} with {data // MIB} MiB in 64 KiB extents"
        bench.report.compare("S9", what, "s", times["ours"], times["cp + fsync"], "cp + fsync", most=1 / 1.2)
        if times["qemu mirror"] and times["qemu mirror"][0]:
            bench.report.compare("S9", what, "s", times["ours"][:1], times["qemu mirror"][:1], "qemu mirror", most=1.0)
        bench.report.value("S9", f"{label}: bytes counted as copied, of the data", "x", [extra], least=0.999, most=1.02)
    for label in ("1 TiB", "15 TiB"):
        bench.report.compare("S9", f"time of {label} beside 64 GiB", "s", ours[label], ours["64 GiB"], "64 GiB",
                             most=1.25)
    bench.report.compare("S9", "memory with 15 TiB beside 64 GiB", "MiB", memory["15 TiB"], memory["64 GiB"], "64 GiB",
                         most=1.25)


def sparse_ours(lab, luns):
    files = lab.lun_files("pure0")
    before = sum(map(allocated, files))
    took = timed_volmgr(lab, "vxassist", "-g", "datadg", "mirror", "vol01", *(f"new{i + 1}" for i in range(luns)))
    peak = memory_mib(lab.server.pid)
    copied = sum(map(allocated, files)) - before
    lab.volmgr("vxplex", "-g", "datadg", "-o", "rm", "dis", "vol01-02")
    for file in files:
        lab.free_target(file)
    return took, copied, peak


def counts(bench):
    """S10: many volumes at once, all of one group."""
    plan = [(1, 64), (10, 64), (100, 64), (1000, 8)]
    if bench.quick:
        plan = [(1, 64), (10, 64), (100, 16)]
    rates, memory = {}, {}
    for count, mib in plan:
        pairs = [tuple(os.path.join(bench.work, f"many{i}.{side}") for side in ("src", "dst")) for i in range(count)]
        for turn in range(max(1, bench.turns // 2)):
            took, peak = many_ours(bench, count, mib)
            rates.setdefault(("ours", count), []).append(count * mib / 1024 / took)
            memory.setdefault(("ours", count), []).append(peak)
            if count <= 100:
                for source, target in pairs:
                    fill(source, mib * MIB)
                    sparse(target, mib * MIB)
                os.sync()
                took, used = qemu_copy(bench, pairs, "background")
                if took:
                    rates.setdefault(("qemu mirror", count), []).append(count * mib / 1024 / took)
                    memory.setdefault(("qemu mirror", count), []).append(used)
                remove(*(file for pair in pairs for file in pair))
        report_count(bench, count, mib, rates, memory)
    for count in [count for count, _ in plan if count > 10]:
        bench.report.compare("S10", f"total rate of {count} volumes beside 10", "GiB/s", rates[("ours", count)],
                             rates[("ours", 10)], "10 volumes", least=0.9)


def report_count(bench, count, mib, rates, memory):
    what = f"{count} volumes of {mib} MiB at once"
    if ("qemu mirror", count) in rates:
        bench.report.compare("S10", what, "GiB/s", rates[("ours", count)], rates[("qemu mirror", count)],
                             "qemu mirror", least=1.0)
        bench.report.compare("S10", what + ", memory", "MiB", memory[("ours", count)],
                             memory[("qemu mirror", count)], "qemu mirror")
    else:
        bench.report.value("S10", what, "GiB/s", rates[("ours", count)])
    if count == 1000:
        bench.report.value("S10", what + ", memory", "MiB", memory[("ours", count)], most=500)


def many_ours(bench, count, mib):
    """Seconds to mirror all of them, from the command to its end, and the owner's memory then."""
    luns = min(4, count)
    lab = Lab(bench.work, "many", count * (mib + 1) // luns + 256, luns)
    try:
        lab.make_group()
        names = [f"vol{index}" for index in range(count)]
        for index, name in enumerate(names):
            lab.volmgr("vxassist", "-g", "datadg", "make", name, f"{mib}m", f"old{index % luns + 1}")
        lab.volmgr("host", "shutdown", "--all")
        for file in lab.lun_files("emc0"):
            overwrite(file)
        os.sync()
        lab.serve()
        began = time.monotonic()
        lab.volmgr("migrate", "--group", "datadg", "--to", "pure0", "--until", "mirrored", "--parallel", count)
        took = time.monotonic() - began
        return took, memory_mib(lab.server.pid, "VmHWM")
    finally:
        lab.destroy()


def overwrite(file):
    """Data everywhere on a LUN behind its private region: all volumes on it are fully allocated."""
    block = os.urandom(16 * MIB)
    with open(file, "r+b", buffering=0) as lun:
        position, end = 40 * MIB, os.path.getsize(file)
        while position < end:
            position += os.pwrite(lun.fileno(), block[:end - position], position)
        os.fsync(lun.fileno())


def measure(bench, rows):
    if "S6" in rows:
        resync(bench)
    if "S9" in rows:
        sizes(bench)
    if "S10" in rows:
        counts(bench)
