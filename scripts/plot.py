#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Draws tests/bench/plots, and tables of figures, from tests/bench/measured and
tests/bench/figures.json.

    scripts/plot.py             rewrites tests/bench/plots/*.svg and the tables
    scripts/plot.py --check     says what is not as it would be drawn

Nothing is measured here (plot_measure.py does): the same figures give the same
files, byte by byte, with the same matplotlib. Tables stand in chapters
(PAGES) between lines that say so. `make plot` comes here.
"""
import argparse
import io
import json
import sys
from pathlib import Path

import matplotlib
from bench import FIGURES as COMMITTED, REFERENCE, TREE, goals
from loft import bench

matplotlib.use("svg")
# The same names for the same shapes, text as text, and no date (svg()).
matplotlib.rcParams.update({
    "svg.hashsalt": "loft", "svg.fonttype": "none", "font.size": 9,
    "axes.spines.top": False, "axes.spines.right": False,
    "legend.frameon": False})
from matplotlib.figure import Figure        # noqa: E402

FIGURES = TREE / "tests" / "bench" / "measured"
PLOTS = TREE / "tests" / "bench" / "plots"
# The chapters with tables, and which.
PAGES = {TREE / "tests" / "bench" / "README.md":
         ("comparison", "compilers", "counts"),
         TREE / "mm" / "frames" / "README.md": ("boots",),
         TREE / "mm" / "slab" / "README.md": ("slab",),
         TREE / "mm" / "highmem" / "README.md": ("highmem",)}
# Operations in the tables of chapters.
HIGHMEM = ("kmap_local", "kmap_local_low", "kmap_atomic", "kmap_hot",
           "kmap_low", "kmap_stream", "kmap_wrap", "memcpy_to_page_64",
           "copy_highpage")
SLAB = ("kmalloc_64", "kmalloc_any", "kmem_cache_64", "kmalloc_64_each_1000")
BOOTS_MIB = (1024, 8192, 63488)
BEGIN = "<!-- {}: drawn by make plot -->\n"
END = "<!-- end -->\n"
LOFT, LINUX, BOUND = "#1b6ca8", "#c8722c", "#888888"


def rows(name: str) -> list[dict]:
    return json.loads((FIGURES / name).read_text())


def svg(figure: Figure) -> str:
    text = io.StringIO()
    figure.savefig(text, format="svg", metadata={"Date": None},
                   bbox_inches="tight")
    return "".join(line.rstrip() + "\n"
                   for line in text.getvalue().splitlines())


def cost() -> Figure:
    """Instructions of each operation, on the machine of comparisons."""
    ours, theirs = (
        {r["name"]: r["instructions"] for r in rows(name)
         if (r["ram_mib"], r["cpus"]) == REFERENCE and "instructions" in r}
        for name in ("bench.json", "bench-linux.json"))
    names = [name for name in ours if name in theirs][::-1]
    figure = Figure(figsize=(7.5, 0.24 * len(names) + 1))
    axes = figure.subplots()
    places = range(len(names))
    axes.hlines(places, [ours[n] for n in names], [theirs[n] for n in names],
                color="#dddddd", zorder=1)
    axes.scatter([ours[n] for n in names], places, color=LOFT, s=22,
                 label="Loft", zorder=3)
    axes.scatter([theirs[n] for n in names], places, color=LINUX, s=22,
                 label="Linux 6.1", zorder=2)
    aims = [(goals()[n], i) for i, n in enumerate(names) if n in goals()]
    axes.scatter(*zip(*aims), color=BOUND, marker="|", s=50,
                 label="Loft's goal", zorder=1)
    axes.set_xscale("log")
    axes.set_yticks(places, names)
    axes.set_xlabel("instructions of one operation; 8 GiB, one CPU")
    axes.grid(axis="x", color="#eeeeee")
    axes.legend(loc="lower right")
    return figure


def boot() -> Figure:
    """What boots cost, and what they leave, by RAM."""
    ours, theirs = rows("boot.json"), rows("boot-linux.json")
    figure = Figure(figsize=(7.5, 3.2))
    left, right = figure.subplots(1, 2)
    for axes, mine, other, scale in (
            (left, "instructions_to_ready", "instructions_to_allocator", 1e6),
            (right, "lowmem_free_mib", "lowmem_free_mib", 1)):
        for data, key, color, label in ((ours, mine, LOFT, "Loft"),
                                        (theirs, other, LINUX, "Linux 6.1")):
            axes.plot([r["ram_mib"] / 1024 for r in data],
                      [r[key] / scale for r in data], "o-", color=color,
                      label=label, markersize=4)
        axes.set_xlabel("RAM, GiB")
        axes.set_xticks([1, 8, 16, 32, 48, 62])
        axes.grid(color="#eeeeee")
    left.set_yscale("log")
    left.set_title("million instructions of a boot", fontsize=9)
    right.set_ylim(0, 896)
    right.set_title("MiB of lowmem left after it", fontsize=9)
    left.legend()
    figure.tight_layout()
    return figure


def copy() -> Figure:
    """What a page's copy costs as the direct map shrinks."""
    data = rows("copy.json")
    figure = Figure(figsize=(7.5, 3))
    axes = figure.subplots()
    axes.plot([r["lowmem_mib"] for r in data],
              [r["instructions"] for r in data], "o-", color=LOFT,
              markersize=4)
    axes.axhline(1024, color=BOUND, linestyle=":")
    axes.annotate("the copy itself", (896, 1024), xytext=(0, 3),
                  textcoords="offset points", color=BOUND)
    axes.set_xlim(920, 40)
    axes.set_ylim(bottom=1000)
    axes.set_xticks([r["lowmem_mib"] for r in data if r["lowmem_mib"] % 128 == 0
                     or r["lowmem_mib"] == 64])
    axes.set_xlabel("lowmem=, MiB of 896 MiB of RAM; the rest is highmem")
    axes.set_ylabel("instructions a page")
    axes.grid(color="#eeeeee")
    return figure


def markdown(lines: list[list[str]]) -> str:
    head = "|" + "---|" + "---:|" * (len(lines[0]) - 1)
    text = ["| " + " | ".join(line) + " |" for line in lines]
    return "\n".join([text[0], head, *text[1:]]) + "\n"


def named(lines: list[list[str]]) -> list[list[str]]:
    """Operations in the type of code."""
    return [lines[0]] + [[f"`{line[0]}`", *line[1:]] for line in lines[1:]]


def boots() -> list[list[str]]:
    """What the array of records and the boot cost, by RAM."""
    ours, theirs = ({row["ram_mib"]: row for row in rows(name)}
                    for name in ("boot.json", "boot-linux.json"))

    def line(title: str, data: dict, key: str, scale: float = 1) -> list[str]:
        return [title, *(f"{data[mib][key] / scale:,.{scale > 1:d}f}"
                         for mib in BOOTS_MIB)]
    return [["RAM", *(f"{mib // 1024} GiB" for mib in BOOTS_MIB)],
            line("MiB: the array", ours, "mem_map_mib"),
            line("MiB: the array, Linux", theirs, "mem_map_mib"),
            line("MiB: free lowmem", ours, "lowmem_free_mib"),
            line("MiB: free lowmem, Linux", theirs, "lowmem_free_mib"),
            line("million instructions", ours, "instructions_to_ready", 1e6),
            line("million instructions, Linux", theirs,
                 "instructions_to_allocator", 1e6)]


def tables() -> dict[str, str]:
    """By name: the comparison, what compilers change, what two CPUs cost each
    other, what boots cost, and the parts of the comparison for chapters."""
    ours, theirs = (bench.load(FIGURES / name)
                    for name in ("bench.json", "bench-linux.json"))
    pair = (REFERENCE[0], 2)
    counts = bench.counts({k: r for k, r in ours.items() if k[1:] == pair},
                          {k: r for k, r in theirs.items() if k[1:] == pair})
    compared = bench.comparison(ours, theirs, goals(), REFERENCE)

    def part(names: tuple[str, ...]) -> str:
        lines = {line[0]: line[:4] for line in compared}
        return markdown(named([compared[0][:4], *(lines[n] for n in names)]))
    return {"comparison": markdown(named(compared)),
            "compilers": markdown(named(bench.compilers(
                json.loads(COMMITTED.read_text())["compilers"], goals()))),
            "counts": markdown(named([[line[0], *line[3:]]
                                      for line in counts])),
            "boots": markdown(boots()),
            "highmem": part(HIGHMEM), "slab": part(SLAB)}


def with_tables(page: str, names: tuple[str, ...]) -> str:
    """The page, with its tables as they are to be."""
    drawn = tables()
    for name in names:
        before, begin, rest = page.partition(BEGIN.format(name))
        _, end, after = rest.partition(END)
        if not end:
            raise RuntimeError(f"a chapter has no place for {name}")
        page = before + begin + drawn[name] + end + after
    return page


def main() -> int:
    parser = argparse.ArgumentParser(description="Draw the figures.")
    parser.add_argument("--check", action="store_true")
    check = parser.parse_args().check
    drawn: dict[Path, str] = {PLOTS / f"{draw.__name__}.svg": svg(draw())
                              for draw in (cost, boot, copy)}
    for page, names in PAGES.items():
        drawn[page] = with_tables(page.read_text(), names)
    stale = [path for path, text in drawn.items()
             if not path.exists() or path.read_text() != text]
    for path in stale:
        if not check:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(drawn[path])
        print(f"plot: {path.relative_to(TREE)}" +
              (" is not as it would be drawn" if check else ""))
    return 1 if check and stale else 0


if __name__ == "__main__":
    sys.exit(main())
