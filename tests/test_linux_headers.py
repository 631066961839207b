# SPDX-License-Identifier: MIT
"""Linux's names (include/linux/) beside the kernel's own: each header compiles
alone, none defines what another one does, in any order, with any compiler
that is here; and the kernel itself includes none of them."""
import re
import shutil
import subprocess
from pathlib import Path

import pytest

TREE = Path(__file__).resolve().parent.parent
INCLUDE = TREE / "include"
LINUX = sorted(str(path.relative_to(INCLUDE))
               for folder in ("linux", "asm")
               for path in (INCLUDE / folder).rglob("*.h"))
OWN = sorted(str(path.relative_to(INCLUDE)) for path in INCLUDE.rglob("*.h")
             if path.relative_to(INCLUDE).parts[0] not in
             ("linux", "asm", "linux_compat.h"))
# Parts that their own header includes, and headers that need assembler.
PARTS = {"mm/kmap_inline.h", "mm/kmap_none.h", "arch/host.h"}

FLAGS = ["-std=gnu11", "-O2", "-Wall", "-Wextra", "-Wundef", "-Werror",
         "-Iinclude", "-DCHECK=0", "-DHIGHMEM=1", "-ffreestanding",
         "-march=i586", "-mgeneral-regs-only", "-fno-pic", "-fsyntax-only"]
COMPILERS = [command for command in
             (["i686-elf-gcc"], ["i686-linux-gnu-gcc"],
              ["clang", "--target=i686-elf"]) if shutil.which(command[0])]


def refused(compiler: list[str], headers: list[str]) -> str:
    """What the compiler says against these headers, in this order."""
    source = "".join(f"#include <{header}>\n" for header in headers)
    ended = subprocess.run([*compiler, *FLAGS, "-xc", "-"], input=source,
                           text=True, capture_output=True, cwd=TREE,
                           check=False)
    return ended.stderr if ended.returncode else ""


def test_each_header_compiles_alone():
    found = {h: said for h in LINUX
             if (said := refused(COMPILERS[0], [h]))}
    assert LINUX and not found


@pytest.mark.parametrize("compiler", COMPILERS, ids=lambda c: c[0])
def test_linux_compat_goes_before_and_after_all_other_headers(compiler):
    others = [h for h in OWN if h not in PARTS]
    assert refused(compiler, ["linux_compat.h", *others]) == ""
    assert refused(compiler, [*others, "linux_compat.h"]) == ""


def test_linux_compat_has_all_but_modules():
    text = (INCLUDE / "linux_compat.h").read_text()
    for header in (INCLUDE / "linux").glob("*.h"):
        assert (f"#include <linux/{header.name}>" in text) == \
            (header.name != "module.h")


def test_the_kernel_does_not_include_linux_headers():
    pattern = re.compile(r"#include [<\"](linux/|asm/|linux_compat)")
    own = [path for folder in ("boot", "arch", "mm", "kernel", "include")
           for path in (TREE / folder).rglob("*.[ch]")
           if path.relative_to(TREE).parts[:2] not in
           (("include", "linux"), ("include", "asm"))
           and path.name != "linux_compat.h"]
    assert len(own) > 100
    assert not [path for path in own if pattern.search(path.read_text())]


# An initialiser without a rank is for code that was typed for Linux.
UNRANKED = re.compile(r"\b(DEFINE_SPINLOCK|DEFINE_MUTEX|DEFINE_RWLOCK|"
                      r"DECLARE_RWSEM|DEFINE_SEQLOCK)\(\w+\);|"
                      r"\b(spin_lock_init|mutex_init|init_rwsem)\(")


def test_each_lock_of_the_kernel_has_a_rank():
    found = [f"{path.relative_to(TREE)}: {line}"
             for folder in ("boot", "arch", "mm", "kernel")
             for path in (TREE / folder).rglob("*.c")
             for line in path.read_text().splitlines()
             if UNRANKED.search(line)]
    assert not found
