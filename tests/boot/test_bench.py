# SPDX-License-Identifier: MIT
"""Benchmarks: that their figures repeat, are read right, and do not grow. And
the conformance suite on Linux: that its log is read right."""
import json

import bench as script
import conformance_linux
import pytest
from loft import bench, tap
from loft.verdict import Reason

LOG = """\
[    0.1] bench: {"tsc_khz": 2000000, "check": 0, "compiler": "12.2.0"}
bench: {"name": "switch_0maps", "ticks": 200, "iterations": 10}
bench: {"name": "switch_1map", "ticks": 220.1, "iterations": 10}
bench: {"name": "switch_4maps", "ticks": 280.4, "iterations": 10, "invlpg": 4.0}
[    0.2] bench: {"name": "alloc_high_o0", "skip": "no highmem"}
bench: {"benchmarks": 4}
"""


def instructions(boot, mem: str, words: str = "bench"):
    """One boot with -icount that runs benchmarks, and its rows."""
    ended = boot.run(boot.machine(mem=mem, append=words, icount=True,
                                  cpu=script.CPU))
    assert ended.verdict.good, ended.verdict.sentence
    log = bench.parse(ended.text)
    assert log.complete
    return log


def test_no_instruction_count_has_grown(boot):
    log = instructions(boot, script.FIGURES_MEM)
    if why := script.foreign(log):
        pytest.skip(why)
    rows = {}
    bench.merge(rows, log, 8192, 1, "instructions")
    found, _ = script.judge(log, rows)
    assert not found, "\n".join(found) + "\n(meant? make bench-update)"


def test_two_runs_count_the_same(boot):
    assert instructions(boot, "1G").rows == instructions(boot, "1G").rows


def test_without_highmem_its_benchmarks_are_skipped(boot):
    rows = instructions(boot, "128M").rows
    assert rows["alloc_high_o0"]["skip"] == "no highmem"
    assert rows["alloc_kernel_o0"]["ticks"] > 0


def test_a_pattern_names_benchmarks(boot):
    rows = instructions(boot, "1G", "bench=alloc_*_o3,page_to_pfn").rows
    assert sorted(rows) == ["alloc_high_o3", "alloc_kernel_o3", "page_to_pfn"]


def test_a_name_that_no_benchmark_has_is_a_failure(boot, says):
    ended = boot.run(boot.machine(append="bench=nonsense"))
    assert ended.verdict.reason is Reason.DISAGREE
    says(ended.text, "no benchmark is named by: nonsense")


def test_a_log_is_read():
    log = bench.parse(LOG)
    assert log.complete and log.facts["compiler"] == "12.2.0"
    assert log.rows["switch_first_map"]["ticks"] == 20.1
    assert log.rows["switch_next_map"]["ticks"] == 20.1
    assert not bench.parse(LOG.replace('"benchmarks": 4', '"benchmarks": 5')
                           ).complete
    assert not bench.parse(LOG.rpartition("bench: ")[0]).complete


def test_both_runs_of_a_machine_make_one_row():
    rows = {}
    bench.merge(rows, bench.parse(LOG), 8192, 1, "instructions")
    bench.merge(rows, bench.parse(LOG), 8192, 1, "ns", "counts")
    assert rows["switch_4maps", 8192, 1] == {
        "name": "switch_4maps", "ram_mib": 8192, "cpus": 1, "iterations": 10,
        "instructions": 280.4, "ns": 140.2, "invlpg": 4.0}
    assert rows["alloc_high_o0", 8192, 1]["skip"] == "no highmem"


def test_figures_may_grow_by_a_tenth():
    def rows(**counts):
        return {(name, 8192, 1): {"instructions": n}
                for name, n in counts.items()}
    old = rows(a=100, b=5)
    assert bench.grown(rows(a=110, b=5, c=1), old) == []
    assert bench.grown(rows(a=111, b=4), old) == \
        ["a: 111 instructions; it was 100"]
    assert bench.grown(rows(a=1), old) == ["b: no figure; it was 5"]


def test_the_guard_names_what_grew(monkeypatch, tmp_path, capsys):
    """The whole of `make bench-check`, with made-up figures of a kernel."""
    figures = {"switch_0maps": 181, "switch_4maps": 255}
    known = {"mem": "8G", "check": 0, "compilers": {"GCC 12": figures}}
    path = tmp_path / "figures.json"
    path.write_text(json.dumps(known))
    monkeypatch.setattr(script, "FIGURES", path)
    monkeypatch.setattr(script, "measure", lambda *_: bench.parse(LOG))
    assert script.check(None) == 1              # 280.4 is 10 % of 255, less 0.1
    assert capsys.readouterr().out == \
        "switch_0maps: 200 instructions; it was 181\n"
    figures["switch_0maps"] = 182
    path.write_text(json.dumps(known))
    assert script.check(None) == 0
    assert capsys.readouterr().out == \
        "bench: none of 2 figures of GCC 12 grew by more than 10 %\n"


def test_a_compiler_without_figures_meets_the_goals_of_any(
        monkeypatch, capsys):
    clang = LOG.replace("12.2.0", "Debian Clang 14.0.6")
    monkeypatch.setattr(script, "measure", lambda *_: bench.parse(clang))
    monkeypatch.setattr(bench, "ANY_COMPILER", ("switch_0maps",))
    assert script.check(None) == 0
    assert capsys.readouterr().out == (
        "bench: no figures of clang 14 are committed, so only the 1 goals "
        "that hold for any compiler were compared: all are met\n")
    clang = clang.replace('"ticks": 200', '"ticks": 2000')
    assert script.check(None) == 1
    assert capsys.readouterr().out == \
        "switch_0maps: 2000 instructions; the goal is 250\n"


def test_figures_of_a_compiler_replace_its_own_alone(monkeypatch, tmp_path):
    path = tmp_path / "figures.json"
    path.write_text(json.dumps({"mem": "8G", "check": 0, "compilers": {
        "GCC 12": {"switch_0maps": 181}, "GCC 14": {"switch_0maps": 180}}}))
    monkeypatch.setattr(script, "FIGURES", path)
    monkeypatch.setattr(script, "TREE", tmp_path)
    monkeypatch.setattr(script, "measure", lambda *_: bench.parse(LOG))
    assert script.update(None) == 0
    assert json.loads(path.read_text())["compilers"] == {
        "GCC 12": {"switch_0maps": 200, "switch_1map": 220.1,
                   "switch_4maps": 280.4, "switch_first_map": 20.1,
                   "switch_next_map": 20.1},
        "GCC 14": {"switch_0maps": 180}}


@pytest.mark.parametrize("version, name", [
    ("12.2.0", "GCC 12"), ("16.2.0", "GCC 16"),
    ("Debian Clang 14.0.6", "clang 14"), ("Clang 19.1.7 (3)", "clang 19"),
    ("of its own", "of its own")])
def test_a_compiler_is_known_by_its_major_version(version, name):
    assert bench.compiler(version) == name


@pytest.mark.parametrize("compiler", script.compilers())
def test_a_compiler_with_figures_meets_the_goals(compiler):
    missed = bench.missed(script.figures(compiler), script.goals())
    assert set(missed) == set(bench.MISSED), "\n".join(missed.values())


def test_the_guard_guards_what_has_a_goal():
    """Each goal is one of a committed figure, and compilers have the same."""
    names = [{name for name, *_ in script.figures(compiler)}
             for compiler in script.compilers()]
    assert all(each == names[0] for each in names)
    assert not set(script.goals()) - names[0]
    assert not set(bench.ANY_COMPILER) - set(script.goals())


def test_flushes_that_the_kernel_does_not_count_are_added():
    log = bench.parse(LOG)
    bench.add_uncounted(log, {"switch_4maps": 4, "alloc_high_o0": 1,
                              "switch_0maps": None, "nonsense": 1})
    assert log.rows["switch_4maps"]["invlpg"] == 8
    assert "invlpg" not in log.rows["alloc_high_o0"]


def test_one_table_compares():
    ours = {("a", 8192, 1): {"instructions": 50},
            ("vmap_1", 8192, 1): {"instructions": 30},
            ("a", 1024, 1): {"instructions": 51}}
    theirs = {("vm_map_ram_1", 8192, 1): {"instructions": 60},
              ("a", 8192, 1): {"instructions": 100}}
    assert bench.comparison(ours, theirs, {"a": 40}, (8192, 1))[1:] == [
        ["a", "50", "100", "2.0", "40 missed"],
        ["vmap_1", "30", "-", "", ""],
        ["vm_map_ram_1", "none; vmap_1: 30", "60", "2.0", "60"]]


def test_the_table_sets_linux_beside_loft():
    ours = {("a", 1024, 1): {"instructions": 50, "ns": 2.0}}
    theirs = {("a", 1024, 1): {"instructions": 600, "ns": 9.0},
              ("b", 1024, 1): {"instructions": 7}}
    lines = [line.split() for line in bench.table(ours, theirs, {"a": 40})]
    assert lines[1] == ["a", "1024", "1", "50", "2.0", "40", "missed", "600",
                        "9.0", "12.0"]
    assert lines[2] == ["b", "1024", "1", "-", "-", "7"]


def test_what_is_drawn_is_what_was_measured():
    """Tables and plots are those of the committed figures."""
    matplotlib = pytest.importorskip("matplotlib")
    import plot
    for path, names in plot.PAGES.items():
        page = path.read_text()
        assert plot.with_tables(page, names) == page, f"make plot: {path}"
    for draw in (plot.cost, plot.boot, plot.copy):
        drawn = plot.svg(draw())
        assert drawn == plot.svg(draw())
        kept = (plot.PLOTS / f"{draw.__name__}.svg").read_text()
        if f"v{matplotlib.__version__}," in kept:
            assert drawn == kept, "make plot"


LINUX = """\
[    0.000000] Linux version 6.1.0-50-686-pae (who@debian.org) #1 SMP
[    0.000001] WARNING: before the tests, somebody else's
[    1.5] tap: TAP version 14
[    1.5] tap: 1..2
[    1.5] tap: ok 1 - conformance: a
[    1.6] random: crng init done
[    1.6] WARNING: CPU: 1 PID: 1 at mm/highmem.c:162 __kmap_to_page+0x4c/0x1a0
[    1.7] tap: not ok 2 - conformance: b
[    1.7] tap: # 1 passed, 1 failed, 0 skipped
"""


def test_the_tap_of_linux_is_told_from_what_it_logs():
    log = tap.parse(conformance_linux.tap_of(LINUX))
    assert (log.passed, log.failed, log.summary) == (1, 1, (1, 1, 0))
    assert log.panic is None and not log.garbage and log.hello


def test_a_warning_of_linux_fails_its_run():
    text = LINUX.replace("__kmap_to_page", "kunmap_local_indexed")
    assert "kunmap_local" in tap.parse(conformance_linux.tap_of(text)).panic
