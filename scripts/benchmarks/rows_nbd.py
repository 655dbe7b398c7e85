"""S1 to S5: the data path over NBD, beside nbdkit-file, qemu-nbd and, for the mirror, one plex of our own."""
import os

from measure import MIB, fill, fio, warm
from ours import Lab
from peers import NbdServer

# row, load, what is compared, the bar against nbdkit-file, and for the mirror against one plex
CASES = [
    ("S1", ("randread", "4k", 32), "iops", {"least": 1.8}, {"least": 1.0}),
    ("S2", ("randread", "4k", 1), "p50_us", {"most": 1.05}, {"most": 1.0}),
    ("S3", ("randwrite", "4k", 32), "iops", {"least": 1.4}, {"least": 0.6}),
    ("S3", ("randwrite", "4k", 1), "iops", {"least": 1.0}, {"least": 0.6}),
    ("S3", ("randrw", "4k", 8), "iops", {"least": 1.4}, {"least": 0.6}),
    ("S4", ("read", "1m", 8), "mib_s", {"least": 1.5}, {"least": 1.0}),
    ("S4", ("write", "1m", 8), "mib_s", {"least": 1.0}, {"least": 0.6}),
]
UNITS = {"iops": "/s", "p50_us": "us", "mib_s": "MiB/s"}


def serve_ours(bench, image, mib, mirrored):
    lab = Lab(bench.work, "mirror" if mirrored else "plain", mib + 128)
    lab.make_group(with_new=mirrored)
    lab.load("vol01", image, mib, "old1")
    if mirrored:
        lab.volmgr("vxassist", "-g", "datadg", "mirror", "vol01", "new1")
        lab.volmgr("vxassist", "-g", "datadg", "addlog", "vol01", "logtype=drl")
    return lab.serve()


def measure(bench, rows):
    mib = 1024 if bench.quick else 2048
    image, plain = os.path.join(bench.work, "nbd.img"), None
    cases = [case for case in CASES if case[0] in rows or "S5" in rows]
    fill(image, mib * MIB)
    servers, results, lab_files = {}, {}, []
    try:
        servers["ours"] = plain = serve_ours(bench, image, mib, mirrored=False)
        uris = {"ours": plain.uri()}
        if rows - {"S5"}:
            for peer in ("nbdkit-file", "qemu-nbd"):
                servers[peer] = NbdServer(peer, bench.work, image)
                uris[peer] = servers[peer].uri
        if "S5" in rows:
            servers["mirror"] = serve_ours(bench, image, mib, mirrored=True)
            uris["mirror"] = servers["mirror"].uri()
        for name, server in servers.items():
            if isinstance(server, Lab):
                lab_files += server.lun_files("emc0") + (server.lun_files("pure0") if name == "mirror" else [])
        for name, uri in uris.items():  # no read meets a page that was never written
            fio(uri, "write", "1m", 8, 2 if bench.quick else 4)
        for file in [image, *lab_files]:
            warm(file)
        os.sync()
        for turn in range(bench.turns):
            for case in cases:
                names = list(uris)
                for name in names[turn % len(names):] + names[:turn % len(names)]:
                    results.setdefault((name, case[1]), []).append(fio(uris[name], *case[1], bench.seconds))
                    if case[1][0] != "randread" and case[1][0] != "read":
                        os.sync()  # the next one does not pay for this one's dirty pages
    finally:
        for name, server in servers.items():
            server.destroy() if isinstance(server, Lab) else server.stop()
        os.unlink(image)
    report(bench, rows, cases, results)


def report(bench, rows, cases, results):
    for row, load, key, bar, mirror_bar in cases:
        def values(name, load=load, key=key):
            return [result[key] for result in results[(name, load)]]
        what = f"{load[1]} {load[0]}, depth {load[2]}" + (", median latency" if key == "p50_us" else "")
        if row in rows:
            bench.report.compare(row, what, UNITS[key], values("ours"), values("nbdkit-file"), "nbdkit-file", **bar)
            ahead = {"least": 1.0} if "least" in bar else {"most": 1.0}
            bench.report.compare(row, what, UNITS[key], values("ours"), values("qemu-nbd"), "qemu-nbd", **ahead)
        if "S5" in rows:
            bench.report.compare("S5", "two-way mirror with DRL: " + what, UNITS[key], values("mirror"),
                                 values("ours"), "one plex", **mirror_bar)
