# SPDX-License-Identifier: MIT
"""The second machine: Bochs latches PDPTEs when CR3 is loaded and keeps
global pages across it, as hardware does and QEMU does not."""
import pytest
from machines import MACHINE_SUITES

pytestmark = pytest.mark.usefixtures("bochs")


def test_all_suites_pass_on_bochs(boot, iso):
    machine = boot.machine(mem="512M", boot="grub", append=MACHINE_SUITES,
                           iso=iso(boot.machine().kernel))
    ended = boot.tests(machine, emulator="bochs")
    assert 510 <= int(ended.log.facts["ram_mib"]) <= 512
