"""Makes the mutants: one assembly that holds all of them, and the list of what each one changes.

dotnet-stryker compiles every mutant into one VolMgr.Volumes.dll and switches one on by a variable of the environment.
Its own runner cannot reach the processes of xunit.v3, so it gets a copy of the tree with a single small test here; the
assembly is taken from it while it works, and the tests are run by mutate.py.
"""
import hashlib
import json
import os
import shutil
import subprocess
import sys
import threading
from pathlib import Path

TESTS = "tests/VolMgr.Volumes.Tests"
ASSEMBLY = "VolMgr.Volumes.dll"
SMALL_TEST = """namespace VolMgr.Volumes.Tests;

public sealed class SmallTests
{
    [Fact]
    public void Hardly_anything_is_asked() => Assert.True(new InputOutput.ByteRange(0, 512).IsAligned(512));
}
"""


class Failure(Exception):
    """One sentence that says what went wrong and where to look."""


def make(root, out, files):
    """The folder with the assembly and mutants.json; made again when sources, files or tool have changed."""
    made = out / "mutants"
    stamp = fingerprint(root, files)
    if (made / "stamp").exists() and (made / "stamp").read_text() == stamp:
        return made
    shutil.rmtree(made, ignore_errors=True)
    tree = out / "tree"
    shutil.rmtree(tree, ignore_errors=True)
    copy_tree(root, tree)
    made.mkdir(parents=True)
    config = {
        "project": "VolMgr.Volumes.csproj",
        "configuration": "Release",
        "mutate": ["**/" + file.removeprefix("src/VolMgr.Volumes/") for file in files],
        "reporters": ["json"],
        "test-runner": "mtp",  # sees that the small test reaches next to nothing, and asks it no more
        "concurrency": 1,
    }
    (out / "stryker-config.json").write_text(json.dumps({"stryker-config": config}, indent=2))
    print(f"making the mutants; {out / 'stryker.log'} tells how far it is", file=sys.stderr, flush=True)
    done = threading.Event()
    keeper = threading.Thread(target=keep_mutated, args=(tree, made, done))
    keeper.start()
    try:
        run(["dotnet", "tool", "restore"], tree, out / "stryker.log")
        run(["dotnet", "dotnet-stryker", "-f", str(out / "stryker-config.json"), "--output", str(made),
             "--skip-version-check"], tree / TESTS, out / "stryker.log")
    finally:
        done.set()
        keeper.join()
    if not (made / ASSEMBLY).exists():
        raise Failure(f"no mutated assembly was seen: see {out / 'stryker.log'}")
    report = json.loads((made / "reports" / "mutation-report.json").read_text())
    (made / "mutants.json").write_text(json.dumps(list(mutants_of(report, files)), indent=1))
    shutil.rmtree(tree, ignore_errors=True)
    (made / "stamp").write_text(stamp)
    return made


def run(command, folder, log):
    # Analyzers have nothing to say here, and take half of the time.
    environment = dict(os.environ, RunAnalyzers="false", CI="")
    with open(log, "a") as target:
        if subprocess.run(command, cwd=folder, env=environment, stdout=target, stderr=target).returncode != 0:
            raise Failure(f"'{' '.join(command[:3])}' failed: see {log}")


def fingerprint(root, files):
    digest = hashlib.sha256("\n".join(files).encode())
    for path in sorted([*(root / "src").rglob("*.cs"), *root.glob("*.props"), root / ".config/dotnet-tools.json"]):
        digest.update(str(path.relative_to(root)).encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def copy_tree(root, tree):
    """What git knows or would add; of the tests only the project, and one small test."""
    listed = subprocess.run(["git", "ls-files", "-z", "-co", "--exclude-standard"], cwd=root, check=True,
                            stdout=subprocess.PIPE, text=True).stdout.split("\0")
    for file in filter(None, listed):
        is_test = file.startswith("tests/") and file.endswith(".cs")
        if (root / file).is_file() and not is_test:
            (tree / file).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(root / file, tree / file)
    (tree / TESTS / "SmallTests.cs").write_text(SMALL_TEST)


def keep_mutated(tree, made, done):
    """The tool puts the mutated assembly beside the tests, and the original back at its end."""
    placed = tree / "artifacts/bin/VolMgr.Volumes.Tests/release" / ASSEMBLY
    original = Path(str(placed) + ".stryker-unchanged")
    while not done.wait(0.1):
        try:
            before, now = original.stat().st_size, placed.stat().st_size
        except OSError:
            continue
        if now > before and not done.wait(1):
            shutil.copyfile(placed, made / ASSEMBLY)
            return


def mutants_of(report, files):
    for path, content in report["files"].items():
        file = next((file for file in files if path.replace("\\", "/").endswith(
            file.removeprefix("src/VolMgr.Volumes/"))), None)
        for mutant in content["mutants"] if file else []:
            if mutant["status"] in ("Killed", "Survived", "NoCoverage", "Timeout"):
                yield {
                    "id": int(mutant["id"]),
                    "file": file,
                    "line": mutant["location"]["start"]["line"],
                    "kind": mutant["mutatorName"],
                    "replacement": " ".join(mutant.get("replacement", "").split()),
                }
