# SPDX-License-Identifier: MIT
"""Every verdict of the runner, both ways: on a log that deserves it, and on
the nearest log that does not."""
import pytest
from loft import tap
from loft.verdict import (STATUS_FAILED, STATUS_PANIC, STATUS_PASSED,
                          STATUS_RESET, End, Reason, judge)

FIRMWARE = """\
SeaBIOS (version 1.16.2)
Welcome to GRUB!
"""
BOOTED = FIRMWARE + """\
[    0.000000] Loft: 1.0, i386 PAE
[    0.001000] memory: 0x0000000000 - 0x000009fbff usable
boot: ram_mib=8191
boot: cpus=1
"""
BEGUN = BOOTED + """\
TAP version 14
1..3
# running: memblock: holes stay holes
ok 1 - memblock: holes stay holes
# [    0.020000] nx: this CPU has no NX
# running: nx: data cannot be executed
ok 2 - nx: data cannot be executed # SKIP no NX on this CPU
# running: kmap: the window is private
"""
PASSED = BEGUN + """\
ok 3 - kmap: the window is private
# 2 passed, 0 failed, 1 skipped
"""
FAILED = BEGUN + """\
not ok 3 - kmap: the window is private
  ---
  at: tests/kernel/kmap_test.c:41
  expected: 0
  got: 7
  ...
# 1 passed, 1 failed, 1 skipped
"""
PANICKED = BEGUN + """\
PANIC: kmap: slot 9 is not mapped
eax 00000000 ebx 00000000
page walk:
backtrace:
 [<c0101234>] kunmap+0x12/0x40
end of panic
"""


def verdict(text, status=STATUS_PASSED, asked=True, **end):
    return judge(tap.parse(text), End(status, **end), asked)


def test_a_complete_log_with_status_33_has_passed():
    v = verdict(PASSED)
    assert v.reason is Reason.PASSED and v.good
    assert v.totals == "2 passed, 0 failed, 1 skipped"


def test_a_boot_that_was_asked_nothing_has_finished():
    assert verdict(BOOTED, asked=False).reason is Reason.FINISHED


def test_a_boot_that_was_asked_nothing_must_still_end_well():
    v = verdict(BOOTED, STATUS_FAILED, asked=False)
    assert v.reason is Reason.DISAGREE and not v.good


@pytest.mark.parametrize("end", [
    {"status": STATUS_RESET}, {"status": STATUS_PASSED},
    {"status": -15, "given_up": "silent for 30 s"}])
def test_never_booted(end):
    assert verdict(FIRMWARE, **end).reason is Reason.NEVER_BOOTED
    assert verdict(BOOTED, **end).reason is not Reason.NEVER_BOOTED


def test_a_panic_may_come_before_the_first_line():
    text = FIRMWARE + "PANIC: so early\nend of panic\n"
    assert verdict(text, STATUS_PANIC).reason is Reason.PANIC


def test_the_name_in_a_menu_is_not_the_kernel():
    v = verdict("  Booting `Loft'\n", STATUS_RESET)
    assert v.reason is Reason.NEVER_BOOTED


def test_the_first_line_may_follow_an_unfinished_one_of_the_firmware():
    v = verdict("Booting from ROM.." + PASSED[PASSED.index("[ "):])
    assert v.reason is Reason.PASSED


def test_an_emulator_that_fails_is_told_with_its_own_words():
    v = verdict("", 1, errors="qemu: warning\nqemu: cannot set up memory\n")
    assert v.reason is Reason.NO_MACHINE
    assert "status 1" in v.sentence and "cannot set up memory" in v.sentence
    assert verdict(BEGUN, -11).reason is Reason.NO_MACHINE
    assert verdict(PASSED, 33, errors="qemu: warning").good


def test_an_emulator_that_the_runner_ended_has_not_failed():
    v = verdict(BEGUN, -15, given_up="silent for 60 s")
    assert v.reason is Reason.HANG


def test_a_panic_gives_its_sentence_and_its_test():
    v = verdict(PANICKED, STATUS_PANIC)
    assert v.reason is Reason.PANIC
    assert "slot 9 is not mapped" in v.sentence
    assert "kmap: the window is private" in v.sentence
    assert v.totals == "1 passed, 1 failed, 1 skipped"


def test_a_panic_wins_over_what_follows_it():
    broken = PANICKED[:PANICKED.index("backtrace")]
    for status in (STATUS_RESET, STATUS_PASSED):
        v = verdict(broken, status)
        assert v.reason is Reason.PANIC and "broke off" in v.sentence
    assert "broke off" not in verdict(PANICKED, STATUS_PANIC).sentence


def test_a_panic_may_carry_stamp_and_prefix():
    for lead in ("# ", "[    0.100000] ", "# [    0.100000] "):
        v = verdict(BEGUN + lead + "PANIC: no memory\n", STATUS_PANIC)
        assert v.reason is Reason.PANIC


def test_the_word_panic_inside_a_line_is_no_panic():
    talk = "# expecting PANIC: as a test\n"
    assert verdict(PASSED.replace("# running: kmap", talk + "# running: kmap"))\
        .reason is Reason.PASSED


def test_status_0_is_a_reset_and_names_the_test():
    v = verdict(BEGUN, STATUS_RESET)
    assert v.reason is Reason.RESET
    assert "kmap: the window is private" in v.sentence
    assert "cpu_reset" in v.look


def test_status_0_is_a_reset_even_after_the_last_test():
    v = verdict(PASSED, STATUS_RESET)
    assert v.reason is Reason.RESET and "after the last test" in v.sentence


def test_a_hang_names_the_test_that_was_running():
    v = verdict(BEGUN, STATUS_RESET, given_up="silent for 60 s")
    assert v.reason is Reason.HANG
    assert "60 s" in v.sentence
    assert "kmap: the window is private" in v.sentence


def test_a_hang_before_the_tests_says_so():
    v = verdict(BOOTED, STATUS_RESET, given_up="silent for 60 s")
    assert v.reason is Reason.HANG and "while it was booting" in v.sentence


def test_a_hang_in_extra_main_says_so():
    called = BOOTED + "[    0.100000] extra_main: called\n"
    v = verdict(called, STATUS_RESET, given_up="silent for 60 s")
    assert v.reason is Reason.HANG and "in extra_main()" in v.sentence
    v = verdict(called + "[    0.200000] extra_main: returned\n",
                STATUS_RESET, given_up="silent for 60 s")
    assert "while it was booting" in v.sentence


def test_a_hang_after_a_test_names_the_last_one():
    log = BEGUN[:BEGUN.index("# running: kmap")]
    v = verdict(log, STATUS_RESET, given_up="silent for 60 s")
    assert "after test 2" in v.sentence


def test_garbage_is_what_is_not_tap():
    bad = PASSED.replace("# running: kmap", "slot 9 leaked\n# running: kmap")
    v = verdict(bad)
    assert v.reason is Reason.GARBAGE and "slot 9 leaked" in v.sentence
    assert verdict(bad.replace("slot 9", "# slot 9")).good


def test_a_stamped_line_without_its_prefix_is_garbage():
    bad = PASSED.replace("# [ ", "[ ")
    assert verdict(bad).reason is Reason.GARBAGE


def test_details_belong_to_a_failed_test_only():
    details = FAILED[FAILED.index("  ---"):FAILED.index("# 1 passed")]
    bad = PASSED.replace("# 2 passed", details + "# 2 passed")
    assert verdict(bad).reason is Reason.GARBAGE
    assert verdict(FAILED, STATUS_FAILED).reason is Reason.NOT_OK


def test_lines_before_tap_are_never_garbage():
    assert verdict("\x01\x02?\n" + PASSED).good


def test_a_number_twice():
    bad = PASSED.replace("ok 3 -", "ok 2 -")
    v = verdict(bad)
    assert v.reason is Reason.ORDER and "a second time" in v.sentence


def test_a_number_left_out():
    bad = PASSED.replace("ok 2 -", "ok 7 -")
    v = verdict(bad)
    assert v.reason is Reason.ORDER and "test 7 came where 2" in v.sentence


def test_two_plans_and_a_late_plan():
    assert verdict(PASSED.replace("1..3\n", "1..3\n1..3\n")).reason \
        is Reason.ORDER
    assert verdict(PASSED.replace("1..3\n", "") + "1..3\n").reason \
        is Reason.ORDER


def test_too_few_tests():
    v = verdict(PASSED.replace("1..3", "1..4"))
    assert v.reason is Reason.TOO_FEW and "3 of 4" in v.sentence


def test_too_many_tests():
    v = verdict(PASSED.replace("1..3", "1..2"))
    assert v.reason is Reason.TOO_FEW and "too many" in v.sentence


def test_no_plan_and_no_tests():
    assert verdict(PASSED.replace("1..3\n", "")).reason is Reason.TOO_FEW
    v = verdict(BOOTED)
    assert v.reason is Reason.TOO_FEW and "none began" in v.sentence


def test_a_pattern_that_matches_nothing():
    v = verdict(BOOTED + "TAP version 14\n1..0\n"
                "# 0 passed, 0 failed, 0 skipped\n", STATUS_FAILED)
    assert v.reason is Reason.TOO_FEW and "matches" in v.sentence


def test_not_ok_names_the_test():
    v = verdict(FAILED, STATUS_FAILED)
    assert v.reason is Reason.NOT_OK
    assert "kmap: the window is private" in v.sentence
    assert v.totals == "1 passed, 1 failed, 1 skipped"


def test_the_pattern_that_is_offered_names_one_test():
    v = verdict(FAILED.replace("the window", "the window, too,"),
                STATUS_FAILED)
    assert 'T="kmap: the window? too? is private"' in v.look


def test_not_ok_fails_whatever_the_status_says():
    assert verdict(FAILED, STATUS_PASSED).reason is Reason.NOT_OK


@pytest.mark.parametrize("status", [STATUS_FAILED, STATUS_PANIC])
def test_all_ok_with_a_failing_status_disagrees(status):
    v = verdict(PASSED, status)
    assert v.reason is Reason.DISAGREE
    assert v.totals == "2 passed, 1 failed, 1 skipped"


def test_the_kernels_own_count_must_agree():
    assert verdict(PASSED.replace("# 2 passed", "# 3 passed")).reason \
        is Reason.DISAGREE
    cut = PASSED[:PASSED.index("# 2 passed")]
    assert verdict(cut).reason is Reason.DISAGREE


def test_without_a_status_the_log_decides():
    """Bochs has no isa-debug-exit."""
    assert verdict(PASSED, None).good
    assert verdict(FAILED, None).reason is Reason.NOT_OK
    assert verdict(BEGUN, None).reason is Reason.RESET
    assert verdict(BOOTED, None, asked=False).reason is Reason.FINISHED
    no_facts = BOOTED[:BOOTED.index("boot:")]
    assert verdict(no_facts, None, asked=False).reason is Reason.RESET


def test_details_and_facts_are_kept():
    log = tap.parse(FAILED)
    assert log.results[2].details == [
        "at: tests/kernel/kmap_test.c:41", "expected: 0", "got: 7"]
    assert log.facts == {"ram_mib": "8191", "cpus": "1"}
    assert log.results[1].skip == "no NX on this CPU"


def test_serial_bytes_become_printable():
    raw = b"\x1b[2J\x1b[01;01HBdsDxe\r\n\xff\x00[    0.000000] Loft\r\n"
    assert tap.clean(raw) == "BdsDxe\n\\xff\\x00[    0.000000] Loft\n"
