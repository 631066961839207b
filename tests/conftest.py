# SPDX-License-Identifier: MIT
"""Where the tests find the runner's modules, and the totals of a run."""
import os
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "scripts")]

from loft import boot                                       # noqa: E402
from loft.patience import measure                           # noqa: E402
from totals import pytest_configure, pytest_unconfigure     # noqa: E402


def pytest_sessionstart(session):
    """Measures the host before it is loaded; workers inherit the result."""
    kernel = HERE.parent / os.environ.get("O", "build") / "loft.elf"
    if kernel.exists():
        measure(lambda: boot.short(kernel))

@pytest.fixture
def small_tree(tmp_path):
    """small_tree({path: text}) writes the files, and returns their folder."""
    def write(files):
        for path, text in files.items():
            file = tmp_path / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text)
        return tmp_path
    return write


__all__ = ["pytest_configure", "pytest_unconfigure"]
