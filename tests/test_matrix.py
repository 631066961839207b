# SPDX-License-Identifier: MIT
"""The table of `make matrix`: what is red, and what each cell says."""
from loft.matrix import Cell, complaint, table

NO_FIRMWARE = "run.py: there is no 32-bit UEFI firmware here (/usr/share/OVMF)"


def cell(status=0, text="", system="trixie", command="make test", seconds=5):
    return Cell(system, command, status, seconds, text, "build/x.log")


def test_a_command_that_ended_well_shows_its_time_and_last_totals():
    text = "7 passed, 0 failed\nmore\n405 passed, 0 failed, 53 skipped\n"
    assert cell(text=text, seconds=3725.9).result == \
        "ok 62:05; 405 passed, 0 failed, 53 skipped"
    assert cell(text="lint: clean").result == "ok 0:05"


def test_any_status_but_0_is_red():
    for status in (1, 2, -9):
        assert cell(status).red
        assert cell(status).result == f"**failed** ({status}) 0:05"
    assert not cell(0).red


def test_a_command_without_an_end_is_red():
    assert cell(None).red
    assert cell(None).result == "**no end** in 0:05"
    assert cell(None, NO_FIRMWARE).red


def test_what_lacks_an_optional_thing_is_left_out_and_not_red():
    assert not cell(2, NO_FIRMWARE).red
    assert cell(2, NO_FIRMWARE).result == "left out: no 32-bit UEFI firmware"


def test_success_is_no_lack_whatever_was_printed():
    """`make test` prints the reason of a test that was skipped."""
    assert cell(0, NO_FIRMWARE).result == "ok 0:05"


def test_the_table_has_versions_and_a_column_for_each_system():
    versions = {"bookworm": {"Debian": "12.15", "GCC": "12.2.0"},
                "sid": {"Debian": "forky/sid"}}
    cells = [cell(system="bookworm", command="make"),
             cell(1, system="sid", command="make"),
             cell(system="bookworm", command="make run")]
    assert table(versions, cells).splitlines() == [
        "|  | bookworm | sid |",
        "|---|---|---|",
        "| Debian | 12.15 | forky/sid |",
        "| GCC | 12.2.0 | - |",
        "| `make` | ok 0:05 | **failed** (1) 0:05 |",
        "| `make run` | ok 0:05 | not run |"]


def test_the_complaint_names_what_is_red_and_its_log():
    assert complaint([cell(), cell(2, NO_FIRMWARE)], 2) == ""
    assert complaint([cell(), cell(1)], 2) == \
        "trixie: `make test` is red (build/x.log)"


def test_commands_that_were_not_run_are_a_complaint():
    assert complaint([cell()], 3) == "2 of 3 commands were not run"
