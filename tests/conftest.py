# SPDX-License-Identifier: MIT
"""Where the tests find the runner's modules, and the totals of a run."""
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "scripts")]

from totals import pytest_configure, pytest_unconfigure     # noqa: E402

__all__ = ["pytest_configure", "pytest_unconfigure"]
