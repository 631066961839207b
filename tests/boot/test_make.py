# SPDX-License-Identifier: MIT
"""The words of make: what each comes to, and the sentence for a bad one.
Nothing is built here, but by test_extra.py."""
import os
import stat
import subprocess

import pytest
from machines import TREE

ALONE = ("MAKEFLAGS", "MFLAGS", "MAKELEVEL", "LOFT_CACHE", "XDG_CACHE_HOME")


def run(*command, **environment):
    """Runs a program in the tree, apart from the make that runs the tests.
    None takes a variable away."""
    env = {k: v for k, v in os.environ.items() if k not in ALONE}
    env.update({k: v for k, v in environment.items() if v is not None})
    for name in (k for k, v in environment.items() if v is None):
        env.pop(name, None)
    return subprocess.run(command, cwd=TREE, env=env, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT)


@pytest.fixture
def make(tmp_path):
    """make(words) with a directory of its own to build in."""
    def call(*words, **environment):
        if not any(word.startswith("O=") for word in words):
            words = (f"O={tmp_path}", *words)
        return run("make", *words, **environment)
    return call


@pytest.fixture
def program(tmp_path):
    """program(name, lines) puts a shell script before all others on PATH;
    its value is that PATH."""
    def write(name, *lines):
        file = tmp_path / "bin" / name
        file.parent.mkdir(exist_ok=True)
        file.write_text("\n".join(("#!/bin/sh", *lines, "")))
        file.chmod(file.stat().st_mode | stat.S_IEXEC)
        return f"{file.parent}:{os.environ['PATH']}"
    return write


@pytest.mark.parametrize("word, sentence", [
    ("SMP=0", "SMP=0: say a number of CPUs from 1 to 255"),
    ("SMP=two", "SMP=two: say a number of CPUs from 1 to 255"),
    ("SMP=256", "SMP=256: say a number of CPUs from 1 to 255"),
    ("MEM=1", "memory size '1': this loader needs 5 MiB"),
    ("MEM=lots", "memory size 'lots': say 8G, 896M or 64"),
    ("BOOT=floppy", "BOOT=floppy: say grub, direct, bochs or uefi"),
    ("ACCEL=magic", "ACCEL=magic: say tcg or kvm"),
])
def test_a_machine_that_cannot_be_is_refused_before_the_build(make, word,
                                                              sentence):
    done = make("machine", word)
    assert sentence in done.stdout
    assert done.returncode != 0


def test_the_machine_is_looked_at_before_it_is_built(make):
    text = make("-n", "run").stdout
    assert text.index("--check") < text.index("scripts/image.sh")


@pytest.mark.parametrize("directory", ["a b", "", "c:d", "e%f"])
def test_a_directory_that_make_cannot_name_is_refused(make, directory):
    done = make(f"O={directory}", "needs")
    assert f"O='{directory}': make cannot build there" in done.stdout
    assert done.returncode != 0


@pytest.mark.parametrize("words, line", [
    (["run", "T=kmap_local*"], 'test test="kmap_local*"'),
    (["run", "T=a b", "APPEND=lowmem=64M"], 'lowmem=64M test="a b"'),
    (["test", "T=kmap", "APPEND=torture=9"], 'torture=9 test="kmap"'),
    (["gdb", "T=kmap"], 'test test="kmap"'),
    (["run"], "test")])
def test_t_chooses_tests_for_whatever_boots(make, words, line):
    text = make("-n", *words).stdout
    assert f"--append '{line}'" in text
    if words[0] == "run":
        assert f"loft.iso '{line}'" in " ".join(text.split())


def test_boot_uefi_is_uefi_1(make):
    text = make("-n", "run", "BOOT=uefi").stdout
    assert "--boot 'grub' --uefi" in text
    assert text == make("-n", "run", "UEFI=1").stdout


@pytest.mark.parametrize("home", [None, ""])
def test_without_home_the_password_file_has_it(make, home):
    done = make("needs", HOME=home)
    assert (done.returncode, done.stdout) == (0, "")


def test_the_cache_may_have_blanks_in_its_name(make, tmp_path):
    """What is fetched for `make unit` is named there, as one word."""
    text = make("-n", "unit-build", HOME=str(tmp_path / "a home")).stdout
    assert f"'{tmp_path}/a home/.cache/loft/cmocka32/" in text
    assert "-Wl,-rpath,'" in text


def test_a_compiler_is_not_built_where_its_makefiles_cannot(tmp_path):
    done = run("scripts/toolchain.sh", tmp_path / "a cache" / "i686-elf")
    assert "without blanks in its name" in done.stdout
    assert done.returncode != 0
    assert not (tmp_path / "a cache").exists()


def test_without_root_the_command_to_type_is_printed(tmp_path, program):
    """Each package once, however many groups want it."""
    program("dpkg-query")
    program("sudo", "exit 1")
    path = program("id", "echo 1000")
    done = run("scripts/setup.sh", "test", "lint", "peer", "gdb", PATH=path,
               LOFT_CACHE=str(tmp_path))
    line = next(l for l in done.stdout.splitlines() if "apt-get" in l)
    assert line.startswith("    sudo apt-get update; sudo apt-get install "
                           "--no-install-recommends ")
    packages = line.partition("recommends ")[2].split()
    assert {"nasm", "gdb", "cppcheck"} < set(packages)
    assert len(packages) == len(set(packages))
    assert done.returncode == 1


def test_the_time_of_a_build_begins_when_all_is_installed(make, tmp_path,
                                                          program):
    path = program("dpkg-query", f"date +%s.%N > {tmp_path}/asked",
                   'exec /usr/bin/dpkg-query "$@"')
    assert make("needs", PATH=path).returncode == 0
    asked, started = (float((tmp_path / name).read_text())
                      for name in ("asked", "started"))
    assert asked < started
    assert "--build-started \"$(cat " in make("-n", "run").stdout


@pytest.mark.parametrize("objects, sentence", [
    ("mine.o", "there is no mine.o. EXTRA_OBJS={0}/mine.o is built from "
     "mine.c"),
    ("{0}/mine.o", "there is neither {0}/mine.o nor mine.c to build it "
     "from")])
def test_an_extra_object_that_is_not_there(make, tmp_path, objects, sentence):
    done = make("-n", "EXTRA_OBJS=" + objects.format(tmp_path))
    assert sentence.format(tmp_path) in " ".join(done.stdout.split())
    assert done.returncode != 0


@pytest.mark.parametrize("words, tools, flag", [
    (["TOOLCHAIN=i686-linux-gnu"], "i686-linux-gnu-gcc i686-linux-gnu-ld",
     "-mpreferred-stack-boundary=2"),
    (["CC=clang"], "clang ld", "-mstack-alignment=4"),
    (["TOOLCHAIN=clang-14"], "clang-14 ld", "-mstack-alignment=4"),
    (["CC=/opt/bin/clang"], "/opt/bin/clang ld", "-mstack-alignment=4")])
def test_a_compiler_brings_its_linker_and_its_flags(make, words, tools, flag):
    said = make("-s", "--eval", "tools: ; @echo '$(CC) $(LD) $(CFLAGS)'",
                "tools", *words).stdout
    assert said.startswith(tools + " -")
    assert said.count("-mpreferred") + said.count("-mstack") == 1
    assert flag in said


@pytest.mark.parametrize("name, packages", [
    ("clang", {"clang", "libclang-rt-dev", "binutils"}),
    ("clang-14", {"clang-14", "libclang-rt-14-dev", "binutils"}),
    ("i686-linux-gnu", {"gcc-i686-linux-gnu"})])
def test_set_up_asks_for_the_compiler_that_is_wanted(tmp_path, program, name,
                                                     packages):
    program("dpkg-query")
    program("sudo", "exit 1")
    path = program("id", "echo 1000")
    done = run("scripts/setup.sh", "build", PATH=path, TOOLCHAIN=name,
               LOFT_CACHE=str(tmp_path))
    wanted = done.stdout.partition("recommends ")[2].split()
    assert set(wanted) == {"make", "nasm", "grub-common"} | packages
