"""Statistics, files, processes, fio: what the rows of the benchmark measure with."""
import json
import os
import signal
import statistics
import subprocess
import sys
import time

KIB, MIB, GIB, TIB = 1 << 10, 1 << 20, 1 << 30, 1 << 40
TICK = os.sysconf("SC_CLK_TCK")


def say(*words):
    print(*words, file=sys.stderr, flush=True)


def stats(values):
    values = sorted(values)
    return {"n": len(values), "median": statistics.median(values), "min": values[0], "max": values[-1]}


def remove(*paths):
    for path in paths:
        try:
            os.unlink(path)
        except FileNotFoundError:
            pass


def fill(path, size):
    """A file whose every byte is data that does not compress."""
    block = os.urandom(16 * MIB)
    with open(path, "wb", buffering=0) as file:
        while size > 0:
            size -= file.write(block[:min(size, len(block))])
        os.fsync(file.fileno())


def sparse(path, size):
    remove(path)
    with open(path, "wb") as file:
        file.truncate(size)


def scatter(path, size, data, extent=64 * KIB):
    """A sparse file with its data in extents that are spread evenly over it."""
    sparse(path, size)
    count = data // extent
    step = size // count // extent * extent
    block = os.urandom(extent)
    with open(path, "r+b", buffering=0) as file:
        for index in range(count):
            os.pwrite(file.fileno(), block, index * step)
        os.fsync(file.fileno())


def warm(path):
    """Reads every data extent of a file into the page cache."""
    buffer = bytearray(4 * MIB)
    with open(path, "rb", buffering=0) as file:
        end, position = os.fstat(file.fileno()).st_size, 0
        while position < end:
            try:
                position = os.lseek(file.fileno(), position, os.SEEK_DATA)
            except OSError:
                return
            hole = os.lseek(file.fileno(), position, os.SEEK_HOLE)
            while position < hole:
                count = os.preadv(file.fileno(), [memoryview(buffer)[:hole - position]], position)
                if count <= 0:
                    return
                position += count


def synchronize(path):
    with open(path, "r+b") as file:
        os.fsync(file.fileno())


def allocated(path):
    return os.stat(path).st_blocks * 512


def run(*command, **options):
    """Runs a command to its end; what it printed. Its own words are shown when it fails."""
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True, **options)
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(map(str, command))}: exit {done.returncode}: {done.stderr[-800:]}")
    return done.stdout


def timed(*command, **options):
    began = time.monotonic()
    run(*command, **options)
    return time.monotonic() - began


def descendants(pid):
    found, left = [], [pid]
    while left:
        one = left.pop()
        found.append(one)
        try:
            for thread in os.listdir(f"/proc/{one}/task"):
                with open(f"/proc/{one}/task/{thread}/children", encoding="ascii") as file:
                    left += [int(child) for child in file.read().split()]
        except OSError:
            pass
    return found


def stat_fields(pid):
    with open(f"/proc/{pid}/stat", encoding="ascii", errors="replace") as file:
        return file.read().rsplit(")", 1)[1].split()


def cpu_seconds(pid):
    try:
        return sum(int(field) for field in stat_fields(pid)[11:15]) / TICK
    except OSError:
        return 0.0


def memory_mib(pid, key="VmRSS"):
    with open(f"/proc/{pid}/status", encoding="ascii", errors="replace") as file:
        return next(int(line.split()[1]) / 1024 for line in file if line.startswith(key + ":"))


class Others:
    """The share of one core, in percent, that other programs took meanwhile."""

    def __enter__(self):
        self.before, self.began, self.share = self.seconds(), time.monotonic(), 0.0
        return self

    def __exit__(self, *error):
        after = self.seconds()
        used = sum(max(0.0, after[pid] - self.before.get(pid, after[pid])) for pid in after)
        self.share = 100 * used / max(0.001, time.monotonic() - self.began)

    @staticmethod
    def seconds():
        times, parents = {}, {}
        for name in os.listdir("/proc"):
            if name.isdigit():
                try:
                    fields = stat_fields(name)
                except OSError:
                    continue
                parents[int(name)] = int(fields[1])
                times[int(name)] = sum(int(field) for field in fields[11:15]) / TICK
        mine = {os.getpid(), 2}
        return {pid: time_ for pid, time_ in times.items() if not Others.leads_to(pid, parents, mine)}

    @staticmethod
    def leads_to(pid, parents, wanted):
        while pid in parents and pid not in wanted:
            pid = parents[pid]
        return pid in wanted


def fio_command(uri, rw, block, depth, seconds, *more):
    return ["fio", "--name=j", "--ioengine=nbd", f"--uri={uri}", f"--rw={rw}", f"--bs={block}", f"--iodepth={depth}",
            "--time_based", f"--runtime={seconds:g}", "--rwmixread=70", "--randrepeat=0", "--norandommap",
            "--random_generator=tausworthe64", "--lat_percentiles=1", "--clat_percentiles=0",
            "--percentile_list=50:99", "--output-format=json", *more]


def fio(uri, rw, block, depth, seconds, *more):
    """One run of fio: operations a second and latencies."""
    text = run(*fio_command(uri, rw, block, depth, seconds, *more))
    job = json.loads(text[text.index("{"):])["jobs"][0]
    if job.get("error"):
        raise RuntimeError(f"fio: error {job['error']}")
    busy = [job[way] for way in ("read", "write") if job[way]["total_ios"]]
    main = busy[0]["lat_ns"]
    return {"iops": sum(way["iops"] for way in busy), "mib_s": sum(way["bw_bytes"] for way in busy) / MIB,
            "p50_us": main["percentile"]["50.000000"] / 1e3, "p99_us": main["percentile"]["99.000000"] / 1e3}


class Child:
    """A process that we started; stopped by its number, with everything below it."""

    def __init__(self, command, log=None, **options):
        self.log = open(log, "ab") if log else subprocess.DEVNULL
        self.process = subprocess.Popen(
            [str(word) for word in command], stdin=subprocess.DEVNULL, stderr=self.log,
            stdout=options.pop("stdout", self.log), start_new_session=True, **options)
        self.pid = self.process.pid

    def stop(self):
        for pid in descendants(self.pid):
            try:
                os.kill(pid, signal.SIGTERM)
            except ProcessLookupError:
                pass
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
