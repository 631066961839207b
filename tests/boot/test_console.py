# SPDX-License-Identifier: MIT
"""Eyes: the log without a UART, and the screen beside it."""


def test_without_a_uart_everything_else_works(boot):
    """There is no log to judge by; the exit status says enough."""
    ended = boot.run(boot.machine(serial=False, append="test"))
    assert ended.text == ""
    assert ended.end.status == 33


def test_without_a_uart_the_screen_has_the_log(boot):
    machine = boot.machine(serial=False, append="test")
    with boot.look(machine, limit=20) as session:
        screen = session.wait_for_screen(" passed, 0 failed")
    assert " passed, 0 failed" in screen, screen


def test_the_screen_mirrors_the_log_line_by_line(boot):
    with boot.look(boot.machine(append="test=pgtable"), limit=20) as session:
        assert session.wait_for(" passed, 0 failed"), session.console.text
        screen = session.wait_for_screen(" passed, 0 failed")
        last = session.console.text.splitlines()[-5:]
    for line in last:
        assert line[:80].rstrip() in screen, screen


def test_loglevel_chooses_what_is_shown(boot):
    quiet = boot.run(boot.machine(append="loglevel=3"))
    loud = boot.run(boot.machine(append="loglevel=8"))
    assert quiet.verdict.good and loud.verdict.good
    assert len(quiet.log.lines) < len(loud.log.lines)
