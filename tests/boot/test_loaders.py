# SPDX-License-Identifier: MIT
"""The ways in: GRUB from BIOS and from 32-bit UEFI, the PVH note; and what
loaders bring along."""
import re
import shutil
import subprocess

import pytest
from loft.machine import OVMF_CODE
from machines import MACHINE_SUITES
from test_memory_sizes import check_summary

GIB4 = 1 << 32
LOWMEM_END = 896 << 20

GRUB_CFG = """\
set timeout=0
{setup}
menuentry Loft {{
	multiboot2 /boot/loft.elf test
}}
"""


@pytest.fixture
def odd_iso(tmp_path):
    """odd_iso(kernel, lines) is an ISO whose grub.cfg has these lines too,
    with all of GRUB's modules."""
    def make(kernel, setup: str):
        grub = tmp_path / "tree" / "boot" / "grub"
        grub.mkdir(parents=True)
        (grub / "grub.cfg").write_text(GRUB_CFG.format(setup=setup))
        shutil.copy(kernel, grub.parent / "loft.elf")
        subprocess.run(["grub-mkrescue", "-o", tmp_path / "odd.iso",
                        tmp_path / "tree"], check=True, capture_output=True)
        return tmp_path / "odd.iso"
    return make


def grub(boot, image, mem="8G", **words):
    return boot.machine(boot="grub", append=MACHINE_SUITES, mem=mem, iso=image,
                        **words)


@pytest.mark.skipif(not shutil.which("grub-file"), reason="no grub-file")
def test_grub_accepts_the_header(boot):
    kernel = boot.machine().kernel
    assert subprocess.run(["grub-file", "--is-x86-multiboot2",
                           kernel]).returncode == 0


def test_grub_from_bios(boot, iso, says):
    """With a text screen, where the kernel mirrors its log."""
    ended = boot.tests(grub(boot, iso(boot.machine().kernel)))
    check_summary(ended.log.facts, 8192)
    says(ended.text, r"framebuffer: 80x25.*\(text\)")


@pytest.mark.skipif(not OVMF_CODE.exists(),
                    reason=f"no 32-bit UEFI firmware ({OVMF_CODE})")
def test_grub_from_32_bit_uefi(boot, iso, says):
    """The same ISO. OVMF's map has 20 entries of five types, and the modules
    lie below 1 MiB. How much of the 2 GiB below 4 GiB the firmware keeps
    differs between versions of QEMU; of the 6 GiB above it keeps nothing."""
    image = iso(boot.machine().kernel)
    ended = boot.tests(grub(boot, image, uefi=True))
    says(ended.text, r"\[mem 0x0100000000-0x027fffffff\] usable")
    assert int(ended.log.facts["ram_mib"]) > 6 * 1024 + 1024


def test_q35_has_other_holes(boot):
    ended = boot.tests(boot.machine(mem="8G", chipset="q35",
                                    append=MACHINE_SUITES))
    check_summary(ended.log.facts, 8192)


def test_a_64_bit_machine_has_entries_above_64_gib(boot):
    """Even with little RAM: a reserved range below 1 TiB."""
    boot.tests(boot.machine(mem="63G", append=MACHINE_SUITES))


# ---- what comes along ----

def test_modules_are_logged_with_their_names(boot, iso, says, tmp_path):
    first, second = tmp_path / "first.bin", tmp_path / "second.bin"
    first.write_bytes(b"1" * 5000)
    second.write_bytes(b"2")
    image = iso(boot.machine().kernel, "test", first, second)
    ended = boot.tests(grub(boot, image, mem="128M"))
    says(ended.text, r"module 0: \S+ .*first\.bin",
         r"module 1: \S+ .*second\.bin")


def logged_address(text: str, *words: str) -> int:
    """The first address in the first log line that has all the words."""
    for line in text.splitlines():
        if all(w.lower() in line.lower() for w in words):
            found = re.search(r"0x([0-9a-f]{6,16})", line)
            if found:
                return int(found[1], 16)
    pytest.fail(f"no log line with {words} and an address")


def test_a_module_above_lowmem(boot):
    """QEMU puts the module of a direct boot at the top of RAM below 4 GiB;
    the symbols of the backtrace are read from there."""
    ended = boot.tests(boot.machine(mem="3G", append=MACHINE_SUITES))
    assert LOWMEM_END < logged_address(ended.text, "module") < GIB4


def test_acpi_tables_above_lowmem(boot):
    ended = boot.tests(boot.machine(mem="3G", append=MACHINE_SUITES))
    assert LOWMEM_END < logged_address(ended.text, "acpi", "rsdt") < GIB4


def test_a_framebuffer_above_lowmem(boot, odd_iso):
    """A graphics mode, as the kernel's header lets GRUB choose one; the video
    memory lies above 3 GiB."""
    image = odd_iso(boot.machine().kernel,
                    "insmod all_video\nset gfxpayload=1024x768x32")
    ended = boot.tests(grub(boot, image, mem="128M"))
    assert logged_address(ended.text, "framebuffer") > LOWMEM_END


def test_grub_can_make_holes(boot, odd_iso):
    """cutmem takes a MiB out of the map."""
    image = odd_iso(boot.machine().kernel, "insmod mmap\ncutmem 64M 65M")
    ended = boot.tests(grub(boot, image, mem="1G"))
    assert int(ended.log.facts["ram_mib"]) in (1021, 1022)
