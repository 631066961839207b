# SPDX-License-Identifier: MIT
"""Fixtures of the scenarios."""
import subprocess
from pathlib import Path

import pytest
from loft import bochs as bochs_machine
from machines import MACHINE_SUITES, TREE, Booter, assert_says
from multiboot2 import Loader

@pytest.fixture
def boot(request, record_property) -> Booter:
    """Boots, judges, keeps the log, counts."""
    return Booter(request.node.name, record_property)


@pytest.fixture
def start(boot, tmp_path):
    """start(block) is a machine of 128 MiB with that information block."""
    def make(data: bytes = b"", **how):
        words = {"mem": how.pop("mem", "128M"), "smp": how.pop("smp", 1),
                 "boot": "none", "append": MACHINE_SUITES}
        machine = boot.machine(**words)
        extra = Loader(tmp_path, machine.kernel).arguments(data, **how)
        return boot.machine(extra=extra, **words)
    return make


@pytest.fixture
def says():
    """says(text, regular expressions)"""
    return assert_says


@pytest.fixture(scope="session")
def iso(tmp_path_factory):
    """iso(kernel, words, modules) makes an ISO as `make run` does; the same
    one if it was asked for before."""
    made: dict[tuple, Path] = {}

    def make(kernel: Path, words: str = "test", *modules: Path) -> Path:
        key = (kernel, words, *modules)
        if key not in made:
            made[key] = tmp_path_factory.mktemp("iso") / "loft.iso"
            subprocess.run(["scripts/image.sh", kernel, made[key], words,
                            *modules], cwd=TREE, check=True)
        return made[key]
    return make


@pytest.fixture(scope="session")
def bochs():
    """Bochs; its packages are fetched when a test first asks for it."""
    if not bochs_machine.installed():
        bochs_machine.install(TREE / "scripts" / "setup.sh")
