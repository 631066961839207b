# SPDX-License-Identifier: MIT
"""The machinery behind scripts/run.py: start a machine, listen, judge."""
