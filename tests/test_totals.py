# SPDX-License-Identifier: MIT
"""The last line of a run: what counts, and how often."""
from types import SimpleNamespace

from totals import total_line, totals


def report(outcome="passed", when="call", **properties):
    return SimpleNamespace(
        outcome=outcome, when=when,
        user_properties=[("loft_" + k, v) for k, v in properties.items()])


def total(*reports):
    return total_line(totals(reports))


def test_a_test_counts_once_over_its_three_phases():
    phases = [report(when=when) for when in ("setup", "call", "teardown")]
    assert total(*phases) == "1 passed, 0 failed"


def test_a_kernels_tests_count_beside_the_test_that_booted_it():
    assert total(report(passed=40, failed=0, skipped=2)) == \
        "41 passed, 0 failed, 2 skipped"
    assert total(report("failed", passed=40, failed=1, skipped=0)) == \
        "40 passed, 2 failed"


def test_properties_are_counted_in_one_phase_only():
    phases = [report(when=when, passed=5) for when in ("call", "teardown")]
    assert total(*phases) == "6 passed, 0 failed"


def test_a_program_that_counts_is_not_counted_itself():
    assert total(report(only=1, passed=7, failed=0)) == "7 passed, 0 failed"
    assert total(report("failed", only=1, passed=6, failed=1)) == \
        "6 passed, 1 failed"


def test_a_program_that_dies_without_a_failure_counts_as_one():
    assert total(report("failed", only=1, passed=3, failed=0)) == \
        "3 passed, 1 failed"


def test_a_set_up_that_fails_counts_as_failed():
    assert total(report("failed", when="setup")) == "0 passed, 1 failed"


def test_a_skipped_test_counts_as_skipped():
    assert total(report("skipped", when="setup")) == \
        "0 passed, 0 failed, 1 skipped"
