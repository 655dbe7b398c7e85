"""What was measured beside what, against its bar; as a table and as JSON."""
import json
import os
import platform

from measure import GIB, stats


def sign(value):
    return f"{value:.0f}" if abs(value) >= 100 else f"{value:.3g}"


class Report:
    """Collects comparisons and prints each as it comes."""

    def __init__(self):
        self.rows = []

    def compare(self, row, what, unit, ours, peer, peer_name, least=None, most=None):
        """Our values beside a peer's of the same turns. The ratio is that of the medians; its smallest and largest
        are those of single turns."""
        ratios = [mine / theirs for mine, theirs in zip(ours, peer) if theirs]
        mine, theirs = stats(ours), stats(peer)
        ratio = {"median": mine["median"] / theirs["median"], "min": min(ratios), "max": max(ratios)}
        self.add(row, what, unit, mine, ratio["median"], least, most, peer=theirs, peer_name=peer_name, ratio=ratio)

    def value(self, row, what, unit, values, least=None, most=None):
        """Values that have a bar of their own."""
        mine = stats(values)
        self.add(row, what, unit, mine, mine["median"], least, most)

    def failed(self, row, what, reason):
        self.rows.append({"row": row, "what": what, "failed": reason, "reached": False})
        print(f"{row:4} {what:58} FAILED: {reason}", flush=True)

    def add(self, row, what, unit, ours, judged, least, most, peer=None, peer_name="", ratio=None):
        reached = None
        if least is not None or most is not None:
            reached = (least is None or judged >= least) and (most is None or judged <= most)
        bar = f">= {sign(least)}" if least is not None else f"<= {sign(most)}" if most is not None else ""
        self.rows.append({"row": row, "what": what, "unit": unit, "ours": ours, "peer": peer, "peerName": peer_name,
                          "ratio": ratio, "bar": bar, "reached": reached})
        print(self.line(self.rows[-1]), flush=True)

    @staticmethod
    def line(row):
        if "failed" in row:
            return f"{row['row']:4} {row['what']:58} FAILED: {row['failed']}"
        ours, peer, ratio = row["ours"], row["peer"], row["ratio"]
        text = f"{row['row']:4} {row['what']:58} {sign(ours['median']):>8} {row['unit']:6}"
        if peer:
            text += f" {row['peerName']:>20} {sign(peer['median']):>8}"
            text += f"   ratio {ratio['median']:5.2f} ({ratio['min']:.2f} to {ratio['max']:.2f})"
        else:
            text += f" ({sign(ours['min'])} to {sign(ours['max'])})"
        return text + f"  {row['bar']:>8} {verdict(row)}"

    def markdown(self):
        lines = ["| row | what | ours | beside | ratio (min to max) | bar | reached |", "|---|---|---|---|---|---|---|"]
        for row in self.rows:
            if "failed" in row:
                lines.append(f"| {row['row']} | {row['what']} | failed: {row['failed']} | | | | no |")
                continue
            ours, peer, ratio = row["ours"], row["peer"], row["ratio"]
            beside = f"{row['peerName']} {sign(peer['median'])}" if peer else ""
            spread = (f"{ratio['median']:.2f} ({ratio['min']:.2f} to {ratio['max']:.2f})" if ratio
                      else f"({sign(ours['min'])} to {sign(ours['max'])})")
            lines.append(f"| {row['row']} | {row['what']} | {sign(ours['median'])} {row['unit']} | {beside} | {spread} "
                         f"| {row['bar']} | {verdict(row)} |")
        return "\n".join(lines) + "\n"

    def write(self, folder, machine, shares):
        os.makedirs(folder, exist_ok=True)
        with open(os.path.join(folder, "results.json"), "w", encoding="utf-8") as file:
            json.dump({"machine": machine, "othersPercentOfOneCore": shares, "rows": self.rows}, file, indent=1)
        with open(os.path.join(folder, "results.md"), "w", encoding="utf-8") as file:
            file.write(self.markdown())


def verdict(row):
    return {True: "yes", False: "NO", None: ""}[row["reached"]]


def machine():
    with open("/proc/cpuinfo", encoding="utf-8") as file:
        model = next((line.split(":")[1].strip() for line in file if line.startswith("model name")), "unknown")
    memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / GIB
    return {"cores": os.cpu_count(), "model": model, "memoryGiB": round(memory, 1), "kernel": platform.release()}
