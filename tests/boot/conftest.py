# SPDX-License-Identifier: MIT
"""Fixtures of the scenarios."""
import subprocess
from pathlib import Path

import pytest
from loft import bochs as bochs_machine
from machines import TREE, Booter, assert_says

@pytest.fixture
def boot(request, record_property) -> Booter:
    """Boots, judges, keeps the log, counts."""
    return Booter(request.node.name, record_property)


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
