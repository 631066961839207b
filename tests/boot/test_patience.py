# SPDX-License-Identifier: MIT
"""When a machine counts as hung, without a machine: silence, the load of the
host, its speed."""
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from loft import patience
from loft.boot import SILENCE
from loft.console import Console, follow
from loft.patience import (TALK, VARIABLE, Clock, Patience, finish, measure,
                           scaled, slowness, threads_of)
from machines import TREE


class Host:
    """A host's time, and how long each thread of an emulator has waited for
    one of its CPUs."""

    def __init__(self):
        self.time = 1000.0
        self.waited = {"vcpu": 5.0, "main": 7.0}

    def passes(self, seconds: float, **waited: float) -> None:
        self.time += seconds
        for thread, more in waited.items():
            self.waited[thread] = self.waited.get(thread, 0.0) + more

    def clock(self) -> Clock:
        return Clock(lambda: dict(self.waited), lambda: self.time)

    def patience(self, limit: float = 60) -> Patience:
        return Patience(limit, lambda: dict(self.waited), lambda: self.time)


@pytest.fixture
def host() -> Host:
    return Host()


@pytest.fixture(autouse=True)
def not_measured(monkeypatch):
    monkeypatch.delenv(VARIABLE, raising=False)


def test_silence_ends_patience(host):
    p = host.patience(60)
    host.passes(59)
    assert not p.over() and p.reason == ""
    host.passes(2)
    assert p.over() and p.reason == "silent for 60 s"


def test_a_word_begins_the_silence_anew(host):
    p = host.patience(60)
    for _ in range(10):
        host.passes(50)
        p.heard()
        assert not p.over()
    host.passes(59)
    assert not p.over()
    host.passes(1)
    assert p.over()


def test_a_machine_that_talks_for_ever_is_ended_too(host):
    p = host.patience(60)
    for _ in range(TALK * 60 - 1):
        host.passes(1)
        p.heard()
        assert not p.over()
    host.passes(1)
    p.heard()
    assert p.over() and p.reason == f"no end after {TALK * 60} s"


def test_time_in_which_the_host_ran_others_does_not_count(host):
    p = host.patience(60)
    host.passes(1000, vcpu=950)
    assert not p.over()
    host.passes(10, main=10)
    assert p.over()             # 60 s that the busiest thread had


def test_a_machine_that_sleeps_is_silent_at_any_load(host):
    p = host.patience(60)
    host.passes(61, main=0.5)
    assert p.over()


def test_the_thread_that_waited_most_tells_the_time(host):
    clock = host.clock()
    host.passes(10, vcpu=4, main=1, vcpu1=8)
    assert clock.seconds() == pytest.approx(2)
    clock.restart()
    assert clock.seconds() == 0
    host.passes(3)
    assert clock.seconds() == pytest.approx(3)


def test_a_thread_that_ends_turns_no_clock_back(host):
    clock = host.clock()
    host.passes(10, vcpu=4)
    host.waited = {}
    assert clock.seconds() == 10
    host.waited = {"other": 99.0}
    assert clock.seconds() == 0


def test_the_host_is_measured_once(monkeypatch):
    cpu = iter([1.0, 1.0 + 3 * patience.REFERENCE])
    monkeypatch.setattr(patience, "_children_cpu", lambda: next(cpu))
    boots = []
    assert slowness() == 1
    assert measure(lambda: boots.append(1)) == pytest.approx(3)
    assert measure(lambda: boots.append(2)) == pytest.approx(3)
    assert boots == [1]
    assert scaled(60) == pytest.approx(180)


def test_a_fast_host_gets_no_shorter_limits(monkeypatch):
    cpu = iter([1.0, 1.0 + patience.REFERENCE / 10])
    monkeypatch.setattr(patience, "_children_cpu", lambda: next(cpu))
    assert measure(lambda: None) == 1
    assert scaled(60) == 60


@pytest.mark.parametrize("text", ["", "fast", "0.1"])
def test_nonsense_is_no_measurement(monkeypatch, text):
    monkeypatch.setenv(VARIABLE, text)
    assert slowness() == 1


def test_cpus_that_take_turns_take_longer(monkeypatch):
    monkeypatch.setattr(patience.os, "cpu_count", lambda: 2)
    assert [scaled(60, cpus) for cpus in (1, 2, 4, 32)] == [60, 60, 120, 960]


def test_linux_says_how_long_threads_waited():
    child = subprocess.Popen([sys.executable, "-c", "while True: pass"])
    try:
        waited = threads_of(child.pid)
        assert set(waited()) == {str(child.pid)}
        assert waited()[str(child.pid)] >= 0
    finally:
        child.kill()
        child.wait()
    assert waited() == {}


RUNNER = """
import sys
from pathlib import Path
from loft.boot import _spawn
print(_spawn(["sleep", "600"], Path(sys.argv[1]))[0].pid, flush=True)
sys.stdin.read()
"""


def runs(pid: int) -> str:
    """The name of the program that the process runs; "" if it has ended."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except FileNotFoundError:
        return ""
    name, _, rest = stat.partition("(")[2].rpartition(")")
    return name if rest.split()[0] != "Z" else ""


def becomes(condition) -> bool:
    """Whether that is true soon: looked at every 10 ms."""
    for _ in range(6000):
        if condition():
            return True
        time.sleep(0.01)
    return False


def test_an_emulator_ends_with_its_runner(tmp_path):
    runner = subprocess.Popen(
        [sys.executable, "-c", RUNNER, str(tmp_path)], text=True,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(TREE / "scripts")})
    pid = int(runner.stdout.readline())
    assert becomes(lambda: runs(pid) == "sleep")
    runner.kill()
    runner.communicate()
    assert becomes(lambda: not runs(pid))


TALKER = """
import sys, time
for word in sys.argv[1:]:
    print(word, flush=True)
    time.sleep(0.05)
if "hang" in sys.argv:
    time.sleep(600)
"""


def talk(tmp_path, limit, *words, enough=None):
    """Follows a program in an emulator's stead; its text, and how it went."""
    log = tmp_path / "serial"
    with log.open("wb") as sink:
        process = subprocess.Popen([sys.executable, "-c", TALKER, *words],
                                   stdout=sink)
    console, waiting = Console(), Patience(limit, threads_of(process.pid))
    with log.open("rb", buffering=0) as source:
        try:
            went = follow(source.fileno(), console, process, waiting, enough)
        finally:
            process.kill()
            process.wait()
    return console.text, went, waiting.reason


def test_a_log_is_followed_to_its_end(tmp_path):
    words = [f"line{n}" for n in range(20)]
    assert talk(tmp_path, SILENCE, *words) == \
        ("".join(w + "\n" for w in words), True, "")


def test_a_log_is_followed_until_it_has_enough(tmp_path):
    text, went, _ = talk(tmp_path, SILENCE, "one", "two", "hang",
                         enough=lambda console: "two" in console.text)
    assert went and text.startswith("one\ntwo")


def test_a_log_that_stops_is_given_up(tmp_path):
    text, went, reason = talk(tmp_path, 2, "one", "hang")
    assert (text, went, reason) == ("one\nhang\n", False, "silent for 2 s")


def test_a_program_is_run_to_its_end():
    done = finish([sys.executable, "-c", "print('a'); exit(3)"], 60)
    assert (done.returncode, done.stdout) == (3, "a\n")


def test_a_program_that_does_not_end_is_ended():
    began = time.monotonic()
    done = finish([sys.executable, "-c", "while True: pass"], 0.5)
    assert done.returncode is None
    assert time.monotonic() - began >= 0.5
