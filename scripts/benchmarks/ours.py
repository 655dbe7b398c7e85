"""Our program: a lab with an old and a new array, its volumes and its server."""
import json
import os
import shutil
import subprocess
import time

from measure import MIB, Child, remove, run

PROGRAM = os.environ["VOLMGR_PROGRAM"]
PRIVATE_REGION = 64 * MIB  # more than a private region and the label before it


class Lab:
    """A lab in a directory of its own. Volumes lie on emc0; pure0 is the new array."""

    def __init__(self, work, name, lun_mib, luns=1):
        self.path = os.path.join(work, f"lab-{name}")
        self.environment = dict(os.environ, VOLMGR_LAB=self.path)
        self.server = None
        shutil.rmtree(self.path, ignore_errors=True)
        self.volmgr("lab", "create", self.path, "--template", "migration", "--luns", luns, "--lun-size",
                    f"{lun_mib}m")
        devices = [line.split()[0] for line in self.volmgr("vxdisk", "list").splitlines()[1:]]
        self.old = [device for device in devices if device.startswith("emc0")]
        self.new = [device for device in devices if device.startswith("pure0")]

    def volmgr(self, *words):
        return run(PROGRAM, *words, env=self.environment)

    def make_group(self, with_new=False):
        """The group datadg, with the disks oldN, and newN on request."""
        disks = [(f"old{index + 1}", device) for index, device in enumerate(self.old)]
        if with_new:
            disks += [(f"new{index + 1}", device) for index, device in enumerate(self.new)]
        for _, device in disks:
            self.volmgr("vxdisksetup", "-i", device, "format=cdsdisk")
        self.volmgr("vxdg", "init", "datadg", *(f"{name}={device}" for name, device in disks))

    def load(self, volume, image, mib, *where):
        """A volume with the bytes of an image."""
        self.volmgr("vxassist", "-g", "datadg", "make", volume, f"{mib}m", *where)
        self.volmgr("volume", "load", "--group", "datadg", "--volume", volume, image)

    def serve(self):
        """The owner in the foreground, as a child of ours."""
        self.server = Child([PROGRAM, "serve"], log=self.path + ".log", stdout=subprocess.PIPE, text=True,
                            env=self.environment)
        for line in self.server.process.stdout:
            if line.strip() == "ready":
                return self
        raise RuntimeError(f"volmgr serve did not come up; see {self.path}.log")

    def uri(self, volume="vol01"):
        return f"nbd+unix:///datadg/{volume}?socket={self.path}/run/nbd.sock"

    def lun_files(self, array):
        """The backing files of an array."""
        folder = os.path.join(self.path, "arrays", array)
        return sorted(os.path.join(folder, name) for name in os.listdir(folder))

    def free_target(self, disk_file):
        """Gives the space of a LUN back, except its private region: the next copy goes to a new sparse file."""
        run("fallocate", "--punch-hole", "--offset", PRIVATE_REGION, "--length",
            os.path.getsize(disk_file) - PRIVATE_REGION, disk_file)

    def migration_status(self):
        return json.loads(self.volmgr("migrate", "status", "--group", "datadg", "--json"))

    def destroy(self):
        if self.server:
            self.server.stop()
            self.server = None
        for _ in range(20):
            done = subprocess.run([PROGRAM, "lab", "destroy", self.path, "--force"], env=self.environment,
                                  capture_output=True, check=False)
            if done.returncode == 0:
                break
            time.sleep(0.2)
        shutil.rmtree(self.path, ignore_errors=True)
        remove(self.path + ".log")
