"""All benchmarks in one run: ``python benchmarks/all.py --small`` or ``--full``.

Every part runs in a process of its own, one after the other. Told are ratios within one run, with
their targets, in ``results.md`` and ``results.json``, and how the time of an event grows with the
number of events in ``scaling.svg``. What is not installed is left out by name.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from importlib.metadata import version
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
INSTALL = "pip install -r benchmarks/requirements-peers.txt"
#: Peers that take rules, and those that take tables.
ENGINES = ("zen-engine", "cel-expr-python", "common-expression-language", "durable-rules",
           "clipspy", "rule-engine", "cel-python")  # fmt: skip
TABLES = ("openfisca-core", "duckdb")
#: The time of an event at the slowest size by that at the fastest; the best engine of W2 by ours.
GROWTH, BEST = 1.3, 20.0
Row = dict[str, Any]


def row(
    workload: str, size: str, ours: str, peer: str, ratio: float, target: str = "",
) -> Row:  # fmt: skip
    """Return a line; a target is `>= n`, `<= n`, or nothing."""
    met = None
    if target:
        sign, _, limit = target.partition(" ")
        met = ratio >= float(limit) if sign == ">=" else ratio <= float(limit)
    return {"workload": workload, "size": size, "ours": ours, "peer": peer, "ratio": ratio,
            "target": target, "met": met}  # fmt: skip


class Run:
    """One run of all parts."""

    def __init__(self, full: bool, rounds: int | None = None) -> None:
        self.full = full
        self.rounds = rounds or (3 if full else 2)
        self.rows: list[Row] = []
        self.left_out: list[str] = []
        self.raw: dict[str, Any] = {}
        self.seconds: dict[str, float] = {}

    def part(self, name: str, script: str, *arguments: object) -> Any:
        """Run a script that writes JSON; its content, or None."""
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "found.json"
            command = [sys.executable, str(HERE / script), *map(str, arguments), "--json", path]
            begin = time.monotonic()
            done = subprocess.run(command, capture_output=True, text=True, cwd=HERE.parent)
            self.seconds[name] = time.monotonic() - begin
            print(f"{name}: {self.seconds[name]:.0f} s", file=sys.stderr, flush=True)
            if not path.exists():
                raise SystemExit(f"{name} failed:\n{done.stdout}{done.stderr}")
            self.raw[name] = json.loads(path.read_text("utf-8"))
        return self.raw[name]

    def cases(self) -> None:
        """One case, beside a program for it written by hand."""
        for name, _, _, ratio, target in self.part("run", "run.py"):
            if "/ by hand" in name and target is not None:
                what = "one " + name.partition(",")[0]
                self.rows.append(row(what, "1 case", "case by case", "Python by hand", ratio,
                                     f"<= {target:g}"))  # fmt: skip

    def batch(self) -> None:
        """Many cases, beside NumPy and Polars by hand."""
        applications, projects = (1_000_000, 100_000) if self.full else (20_000, 10_000)
        found = self.part("batch", "batch.py", "--applications", applications, "--part",
                          min(applications, 50_000), "--projects", projects, "--sizes",
                          projects, "--rounds", self.rounds)  # fmt: skip
        for name, ratio, target in found:
            workload, _, rest = name.partition(" ")
            size = (f"{applications:,} applications" if workload == "W1"
                    else f"{projects:,} projects")  # fmt: skip
            peer, _, ours = rest.partition(" / ")
            cores = os.cpu_count() if "Polars" in peer else 1
            self.rows.append(row(workload, size, _ours(cores, ours.partition(",")[0]), peer, ratio,
                                 f">= {target:g}"))  # fmt: skip

    def peers(self) -> None:
        """The same in engines of others."""
        best: dict[str, Row] = {}
        for package in (*TABLES, *ENGINES):
            found = self.part(package, "peers.py", "--only", package,
                              *([] if self.full else ["--small"]), "--rounds",
                              self.rounds)  # fmt: skip
            for one in found:
                if "left_out" in one:
                    self.left_out.append(f"{one['peer']}: {one['left_out']}")
                    continue
                self._peer(package, one, best)
        for workload, one in sorted(best.items()):
            target = f">= {BEST:g}" if workload == "W2" else ">= 1"
            self.rows.append(row(workload, one["size"], one["ours"],
                                 f"best rule engine: {one['peer']}", one["ratio"],
                                 target))  # fmt: skip

    def _peer(self, package: str, one: Row, best: dict[str, Row]) -> None:
        unit = "applications" if one["workload"] == "W1" else "projects"
        size = f"{one['cases']:,} {unit}"
        told = f"{one['peer']}, {one['peer_us']:,.2f} µs {_a(one['unit'])}"
        line = row(one["workload"], size, f"{_ours(one['cores'])}, {one['ours_us']:,.2f} µs",
                   told, one["ratio"])  # fmt: skip
        self.rows.append(line)
        if package in ENGINES:
            held = best.get(one["workload"])
            # The one that takes the least time for a case or an event; with few cases a ratio
            # tells mostly what a call of ours costs.
            if held is None or one["peer_us"] < held["peer_us"]:
                best[one["workload"]] = {**line, "peer_us": one["peer_us"]}
        if one["ratio_singly"] is not None:
            target = ">= 1" if one["workload"] == "W1" else ""
            self.rows.append(row(
                one["workload"], size, f"case by case, {one['singly_us']:,.2f} µs", told,
                one["ratio_singly"], target,
            ))  # fmt: skip

    def scaling(self) -> None:
        """How the time of an event grows."""
        sizes = ((10_000, 100_000, 300_000, 1_000_000) if self.full
                 else (10_000, 20_000, 50_000))  # fmt: skip
        found = self.part("scaling", "scaling.py", "--sizes", *sizes, "--rounds", self.rounds)
        times = [one["ours_ns"] for one in found]
        self.rows.append(row(
            "W2", f"{sizes[0]:,} to {sizes[-1]:,} projects", "slowest size", "fastest size",
            max(times) / min(times), f"<= {GROWTH:g}",
        ))  # fmt: skip

    def five(self) -> None:
        """All five rulesets."""
        found = self.part("five", "five.py", "--copies", 8 if self.full else 1, "--rounds",
                          self.rounds if self.full else 1)  # fmt: skip
        size = f"{found['facts']:,} facts"
        self.rows.append(row("W4", size, "columns, all five", "case by case, all five",
                             found["case_s"] / found["columns_s"]))  # fmt: skip
        self.rows.append(row("W4", size, "columns, all five at once", "columns, one after another",
                             found["sum_of_singles_s"] / found["columns_s"]))  # fmt: skip
        for name, one in found["rulesets"].items():
            self.rows.append(row(f"W4 {name}", f"{one['facts']:,} facts", "columns",
                                 "case by case", one["case_s"] / one["columns_s"]))  # fmt: skip

    def live(self) -> None:
        """Facts one at a time, beside a loop by hand."""
        sizes, events = ((1, 1_000, 100_000), 20_000) if self.full else ((1, 1_000), 5_000)
        found = self.part("live", "live.py", "--events", events, "--sizes", *sizes)
        for one in found:
            size = f"{one['open']:,} open project{'s' if one['open'] > 1 else ''}"
            self.rows.append(row("W3", size, "sessions, facts a second", "a loop by hand",
                                 one["ratio"], ">= 0.4"))  # fmt: skip
            self.rows.append(row("W3", size, "sessions, the slowest of 100 facts", "a loop by hand",
                                 1 / one["slow"], ">= 0.25"))  # fmt: skip

    def write(self, out: Path) -> None:
        """Write the table, and all that was measured."""
        (out / "results.md").write_text(self.table(), "utf-8")
        told = {"machine": machine(), "full": self.full, "rounds": self.rounds,
                "rows": self.rows, "left_out": self.left_out, "seconds": self.seconds,
                "raw": self.raw}  # fmt: skip
        text = json.dumps(told, ensure_ascii=False, indent=1)
        (out / "results.json").write_text(f"{text}\n", "utf-8")

    def table(self) -> str:
        """Return the table in Markdown."""
        lines = ["| workload | size | ours | peer | peer / ours | target | met |",
                 "|---|---|---|---|---|---|---|"]  # fmt: skip
        for one in self.rows:
            met = {None: "", True: "yes", False: "**missed**"}[one["met"]]
            ratio = f"{one['ratio']:,.2f}" if one["ratio"] < 100 else f"{one['ratio']:,.0f}"
            lines.append("| " + " | ".join((
                one["workload"], one["size"], one["ours"], one["peer"], ratio, one["target"], met,
            )) + " |")  # fmt: skip
        if self.left_out:
            lines += ["", *(f"Left out: {one}." for one in self.left_out), "", f"`{INSTALL}`"]
        return "\n".join(lines) + "\n"


def _ours(cores: int | None, what: str = "columns") -> str:
    return f"{what}, one core" if cores == 1 else f"{what}, {cores} cores"


def _a(unit: str) -> str:
    return f"an {unit}"


def machine() -> dict[str, Any]:
    """Return what the figures depend on, in neutral words."""
    pages = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    return {"cores": os.cpu_count(), "memory_gib": round(pages / 2**30), "load": os.getloadavg(),
            "python": platform.python_version(), "architecture": platform.machine(),
            "numpy": version("numpy"), "polars": version("polars")}  # fmt: skip


def plot(points: list[Row], path: Path) -> bool:
    """Draw the time of an event over the number of events; False without matplotlib."""
    try:
        import matplotlib
    except ImportError:
        return False
    matplotlib.use("svg")
    matplotlib.rcParams.update({"svg.fonttype": "none", "svg.hashsalt": "stdrules",
                                "font.family": "sans-serif", "font.size": 11})  # fmt: skip
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(figsize=(7, 4.2), layout="constrained")
    events = [one["events"] for one in points]
    ours = [one["ours_ns"] for one in points]
    fastest = min(ours)
    axes.plot(events, ours, "o-", label="columns, one core")
    axes.plot(events, [one["numpy_ns"] for one in points], "s--", label="NumPy by hand, one core")
    axes.axhline(fastest * GROWTH, color="grey", linestyle=":",
                 label=f"{GROWTH} times the fastest size")  # fmt: skip
    axes.set(xscale="log", xlabel="events", ylabel="nanoseconds an event",
             title="Ten norms over projects of 34 events", ylim=(0, None))  # fmt: skip
    axes.legend(loc="lower right")
    axes.grid(alpha=0.3)
    figure.savefig(path, format="svg", metadata={"Date": None})
    # Lines that end in blanks would only trouble whoever looks at changes.
    lines = map(str.rstrip, path.read_text("utf-8").splitlines())
    path.write_text("\n".join(lines) + "\n", "utf-8")
    return True


def main() -> int:
    """Run the parts; 1 if a target is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    size = parser.add_mutually_exclusive_group()
    size.add_argument("--small", action="store_true", help="two minutes; the default")
    size.add_argument("--full", action="store_true", help="a million applications and projects")
    parser.add_argument("--rounds", type=int, help="by default 2, in full runs 3")
    parts = ("cases", "batch", "peers", "scaling", "five", "live")
    parser.add_argument("--only", choices=parts, nargs="*", default=list(parts))
    parser.add_argument("--out", type=Path, default=HERE.parent / "out" / "bench")
    asked = parser.parse_args()
    run = Run(asked.full, asked.rounds)
    asked.out.mkdir(parents=True, exist_ok=True)
    for name in asked.only:
        getattr(run, name)()
        if name == "scaling" and not plot(run.raw["scaling"], asked.out / "scaling.svg"):
            run.left_out.append("scaling.svg: matplotlib is not installed")
        # After each part, so that a run that is broken off has told something.
        run.write(asked.out)
    print(run.table(), end="")
    return 1 if any(one["met"] is False for one in run.rows) else 0


if __name__ == "__main__":
    sys.exit(main())
