"""The other programs: NBD servers, and the mirror job of qemu-storage-daemon."""
import json
import os
import socket
import time

from measure import Child, remove


def await_socket(path, child, seconds=20):
    end = time.monotonic() + seconds
    while True:
        with socket.socket(socket.AF_UNIX) as probe:
            try:
                probe.connect(path)
                return
            except OSError:
                if child.process.poll() is not None or time.monotonic() > end:
                    raise RuntimeError(f"nobody listens on {path}") from None
        time.sleep(0.01)


class NbdServer:
    """nbdkit with its file plugin, or qemu-nbd, over one raw file."""

    def __init__(self, kind, work, image):
        path = os.path.join(work, f"{kind}.sock")
        remove(path)
        self.child = Child({
            "nbdkit-file": ["nbdkit", "-f", "-U", path, "file", f"file={image}"],
            "qemu-nbd": ["qemu-nbd", "-f", "raw", "-t", "-e", "8", "-k", path, "--aio=threads", "--cache=writeback",
                         image],
        }[kind])
        self.uri = f"nbd+unix:///?socket={path}"
        await_socket(path, self.child)

    def stop(self):
        self.child.stop()


class Monitor:
    """The control connection of a qemu program."""

    def __init__(self, path):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.connect(path)
        self.lines = self.socket.makefile("r")
        self.events = []
        self.lines.readline()
        self.ask("qmp_capabilities")

    def read(self):
        line = self.lines.readline()
        if not line:
            raise RuntimeError("the monitor hung up")
        return json.loads(line)

    def ask(self, command, **arguments):
        words = {name.replace("_", "-"): value for name, value in arguments.items()}
        self.socket.sendall(json.dumps({"execute": command, "arguments": words}).encode() + b"\n")
        while True:
            answer = self.read()
            if "event" in answer:
                self.events.append(answer["event"])
            elif "error" in answer:
                raise RuntimeError(f"{command}: {answer['error']}")
            else:
                return answer["return"]

    def await_events(self, name, count):
        while self.events.count(name) < count:
            message = self.read()
            if "event" in message:
                self.events.append(message["event"])
        self.events = [event for event in self.events if event != name]

    def close(self):
        self.lines.close()
        self.socket.close()


class QemuMirror:
    """qemu-storage-daemon with pairs of raw files: the first of each is exported, and copied to the second."""

    def __init__(self, work, pairs, mode):
        self.mode, self.count = mode, len(pairs)
        path, control = os.path.join(work, "qsd.sock"), os.path.join(work, "qsd.qmp")
        remove(path, control)
        command = ["qemu-storage-daemon", "--chardev", f"socket,id=c,path={control},server=on,wait=off",
                   "--monitor", "chardev=c", "--nbd-server", f"addr.type=unix,addr.path={path},max-connections=0"]
        for index, (source, target) in enumerate(pairs):
            for name, file in (("s", source), ("d", target)):
                command += ["--blockdev", json.dumps({
                    "driver": "raw", "node-name": f"{name}{index}", "discard": "unmap",
                    "file": {"driver": "file", "filename": file, "aio": "threads", "discard": "unmap"}})]
            command += ["--export", f"type=nbd,id=e{index},node-name=s{index},name=v{index},writable=on"]
        self.child = Child(command)
        self.uri = f"nbd+unix:///v0?socket={path}"
        await_socket(path, self.child)
        await_socket(control, self.child)
        self.monitor = Monitor(control)

    def begin(self):
        for index in range(self.count):
            self.monitor.ask("blockdev-mirror", job_id=f"m{index}", device=f"s{index}", target=f"d{index}",
                             sync="full", copy_mode=self.mode)

    def await_mirrored(self, seconds=120):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            jobs = self.monitor.ask("query-jobs")
            if len(jobs) != self.count:
                raise RuntimeError("a mirror job ended")
            if all(job["status"] == "ready" for job in jobs):
                return time.time()
            time.sleep(0.005)
        return None

    def copied(self):
        return sum(job["current-progress"] for job in self.monitor.ask("query-jobs"))

    def finish(self):
        for index in range(self.count):
            self.monitor.ask("job-complete", id=f"m{index}")
        self.monitor.await_events("BLOCK_JOB_COMPLETED", self.count)

    def stop(self):
        self.monitor.close()
        self.child.stop()
