"""S12: the start of a command beside that of an empty .NET program. S13: the simulator."""
import json
import os
import re
import subprocess
import time

from measure import run
from ours import PROGRAM, Lab

PROJECT = """<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup>
    <OutputType>Exe</OutputType>
    <TargetFramework>net10.0</TargetFramework>
  </PropertyGroup>
</Project>
"""


def empty_program(bench):
    """Builds a program that does nothing; the path of it."""
    folder = os.path.join(bench.work, "empty")
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, "empty.csproj"), "w", encoding="utf-8") as file:
        file.write(PROJECT)
    with open(os.path.join(folder, "Program.cs"), "w", encoding="utf-8") as file:
        file.write("internal static class Program\n{\n    private static void Main()\n    {\n    }\n}\n")
    run("dotnet", "build", "-c", "Release", "-v", "quiet", "-o", os.path.join(folder, "out"), folder)
    return os.path.join(folder, "out", "empty")


def start_time(command, environment):
    began = time.monotonic()
    subprocess.run(command, env=environment, check=True, stdout=subprocess.DEVNULL)
    return (time.monotonic() - began) * 1e3


def command_start(bench):
    empty = empty_program(bench)
    turns = 10 if bench.quick else 30
    small = Lab(bench.work, "start", 256)
    try:
        small.make_group()
        small.volmgr("vxassist", "-g", "datadg", "make", "vol01", "64m")
        small.serve()
        compare_start(bench, "vxprint -ht", small, empty, turns, most=2)
    finally:
        small.destroy()
    large = imported(bench, 10_000)
    try:
        large.serve()
        compare_start(bench, "vxprint -ht, 10,000 volumes", large, empty, max(5, turns // 3), most=10)
    finally:
        large.destroy()


def compare_start(bench, what, lab, empty, turns, most):
    ours, theirs = [], []
    for turn in range(turns + 1):
        mine = start_time([PROGRAM, "vxprint", "-ht"], lab.environment)
        other = start_time([empty], lab.environment)
        if turn > 0:
            ours.append(mine)
            theirs.append(other)
    bench.report.compare("S12", what, "ms", ours, theirs, "empty .NET program", most=most)


def imported(bench, volumes):
    """A lab made of the listing that a production host with so many volumes would give."""
    one = Lab(bench.work, "one", 256)
    try:
        one.make_group()
        one.volmgr("vxassist", "-g", "datadg", "make", "vol01", "8m")
        listing = one.volmgr("vxprint", "-g", "datadg", "-m")
    finally:
        one.destroy()
    stanzas = re.split(r"^(?=\w)", listing, flags=re.M)
    text = [multiplied(stanza, volumes) for stanza in stanzas]
    dump = os.path.join(bench.work, "group.vxprint")
    with open(dump, "w", encoding="utf-8") as file:
        file.write("".join(text))
    lab = Lab.__new__(Lab)
    lab.path = os.path.join(bench.work, "lab-large")
    lab.environment = dict(os.environ, VOLMGR_LAB=lab.path)
    lab.server = None
    lab.volmgr("lab", "import", lab.path, dump)
    return lab


def multiplied(stanza, count):
    """The records of one volume as those of many; the disk with room for them."""
    kind = stanza.split(" ", 1)[0]
    if kind == "dm":
        return re.sub(r"pub_len=\d+", f"pub_len={(count + 1) * 16384}", stanza)
    if kind not in ("sd", "plex", "vol"):
        return re.sub(r"next_rid=0\.\d+", f"next_rid=0.{5000 + 4 * count}", stanza)
    return "".join(renumbered(stanza, index) for index in range(count))


def renumbered(stanza, index):
    stanza = re.sub(r"\bvol01\b", f"vol{index:05d}", stanza)
    stanza = re.sub(r"\bold1-01\b", f"old1-{index:05d}", stanza)
    stanza = re.sub(r"dm_offset=\d+", f"dm_offset={index * 16384}", stanza)
    stanza = re.sub(r"minor=\d+", f"minor={index}", stanza)
    for key in ("rid", "plex_rid", "vol_rid"):
        stanza = re.sub(rf"^(\s+{key}=0)\.(\d+)$", lambda m: f"{m[1]}.{int(m[2]) + 4 * (index + 1)}", stanza, flags=re.M)
    return stanza


def simulator(bench):
    report = json.loads(run(PROGRAM, "simulate", "--seed", "1", "--runs", "100" if bench.quick else "1000", "--json"))
    seconds = report["seconds"]
    bench.report.value("S13", "simulator, all checkers on: scheduler steps a second", "/s",
                       [report["steps"] / seconds], least=1_000_000)
    bench.report.value("S13", "simulated time to real time, migrations", "x",
                       [report["simulatedSeconds"] / seconds], least=1000)


def measure(bench, rows):
    if "S12" in rows:
        command_start(bench)
    if "S13" in rows:
        simulator(bench)
