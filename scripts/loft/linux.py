# SPDX-License-Identifier: MIT
"""Debian's 32-bit PAE Linux, ready to load a module of ours in QEMU.

    fetch(cache)            the kernel and its headers, through apt, once
    archive(...)            sources with a Kbuild become a module, and that an
                            archive of /init, which loads it, and no more
    machine(...)            what to boot

Nothing is installed, and the system's own package lists stay as they are:
apt works on lists of its own, for i386, in the cache. Where the system's
release has no such kernel, the lists are Debian 12's.

The words of the command line (COMMAND_LINE) are there to make the comparison
fair, or possible:

    mitigations=off         nothing that guards against other CPUs' faults
    init_on_alloc=0         pages are cleared when asked for, not always
    nokaslr                 at 62 GiB boots fail at random with it
    userpte=nohigh          QEMU 7.2's i386 finds no page tables above 4 GiB
    tsc_early_khz=1000000   stamps of the log tell instructions from the start
                            (with -icount only)
    cryptomgr.notests, noisapnp     boots in half the time
"""
import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from .machine import Machine

COMPILER = "i686-linux-gnu-"
PACKAGE = "linux-image-686-pae"
# Debian 12 is the last release with that package.
LAST_RELEASE = "deb http://deb.debian.org/debian bookworm main\n"
COMMAND_LINE = ("console=ttyS0 mitigations=off init_on_alloc=0 nokaslr "
                "userpte=nohigh cryptomgr.notests noisapnp panic=-1")
ICOUNT_WORDS = " tsc_early_khz=1000000"
MODES = {"init": 0o100755}


@dataclass(frozen=True)
class Linux:
    release: str            # 6.1.0-50-686-pae
    kernel: Path
    headers: Path           # where modules are built


def cache_folder() -> Path:
    home = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(os.environ.get("LOFT_CACHE") or Path(home) / "loft") / "linux"


def fetch(cache: Path) -> Linux:
    """What is in the cache, or else what Debian has now."""
    ready = cache / "release"
    if not ready.exists():
        shutil.rmtree(cache, ignore_errors=True)
        cache.mkdir(parents=True)
        release = _download(cache)
        _unpack(cache, release)
        ready.write_text(release)
    release = ready.read_text()
    return Linux(release, cache / "root" / "boot" / f"vmlinuz-{release}",
                 cache / "root" / "usr" / "src" / f"linux-headers-{release}")


def _output(command: list[str], cwd: Path) -> str:
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"`{command[0]}` failed: " +
                           (done.stderr + done.stdout).strip()[-2000:])
    return done.stdout


def _download(cache: Path) -> str:
    """Fetches the packages of the newest kernel; returns its release. The
    programs that build modules are packaged for this machine."""
    if not shutil.which("apt-get"):
        raise RuntimeError("Linux comes as Debian's packages, through "
                           "apt-get, which is not here")
    here = _output(["dpkg", "--print-architecture"], cache).strip()
    options = ["-qq", "-o", "APT::Architecture=i386",
               "-o", "APT::Architectures::=i386",
               "-o", f"APT::Architectures::={here}",
               "-o", f"Dir::State::Lists={cache / 'lists'}",
               "-o", f"Dir::Cache={cache}", "-o", "APT::Sandbox::User="]
    release = _newest(cache, options)
    if not release:
        sources = cache / "sources.list"
        sources.write_text(LAST_RELEASE)
        options += ["-o", f"Dir::Etc::SourceList={sources}",
                    "-o", "Dir::Etc::SourceParts=-"]
        release = _newest(cache, options)
    if not release:
        raise RuntimeError(
            f"neither this system's lists of packages nor Debian 12's have "
            f"{PACKAGE}: can apt-get reach the server in {sources}?")
    version, base = release.removesuffix("-686-pae"), release.split(".")
    print(f"linux: fetching {release} and its headers to {cache}", flush=True)
    _output(["apt-get", *options, "download", f"linux-image-{release}",
             f"linux-headers-{release}", f"linux-headers-{version}-common",
             f"linux-kbuild-{base[0]}.{base[1]}:{here}"], cache)
    for folder in ("lists", "archives"):
        shutil.rmtree(cache / folder)
    return release


def _newest(cache: Path, options: list[str]) -> str:
    """The release of the newest kernel in the lists that these options of apt
    name; "" if they have none."""
    for folder in ("lists", "archives"):
        shutil.rmtree(cache / folder, ignore_errors=True)
        (cache / folder / "partial").mkdir(parents=True)
    # A list that is out of step fails the update while the rest is fine.
    subprocess.run(["apt-get", *options, "update"], cwd=cache,
                   capture_output=True)
    said = subprocess.run(["apt-cache", *options, "depends", PACKAGE],
                          cwd=cache, capture_output=True, text=True).stdout
    match = re.search(r": linux-image-(\d\S+)", said)
    return match[1] if match else ""


def _unpack(cache: Path, release: str) -> None:
    """Of the kernel's package the kernel; of the others everything."""
    root = cache / "root"
    root.mkdir()
    for package in sorted(cache.glob("*.deb")):
        members = ["./boot"] if package.name.startswith("linux-image") else []
        with subprocess.Popen(["dpkg-deb", "--fsys-tarfile", package],
                              stdout=subprocess.PIPE) as tar:
            subprocess.run(["tar", "-x", "-C", root, *members],
                           stdin=tar.stdout, check=True)
        package.unlink()
    # The headers name their other half by where it would be installed.
    makefile = root / "usr" / "src" / f"linux-headers-{release}" / "Makefile"
    makefile.write_text(makefile.read_text().replace(
        "/usr/src/", f"{root}/usr/src/"))


def _stage(folder: Path, sources: dict[str, list[Path]]) -> None:
    """Collects a module's sources: by their place in the folder. Files that
    did not change keep their times, so that only what must be is compiled;
    sources that are gone go."""
    wanted = {folder / place / path.name: path
              for place, paths in sources.items() for path in paths}
    for target in folder.glob("*.c"):
        if target not in wanted and not target.name.endswith(".mod.c"):
            target.unlink()
    for target, source in wanted.items():
        if not target.exists() or \
                target.read_bytes() != source.read_bytes():
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, target)


def archive(linux: Linux, folder: Path, name: str,
            sources: dict[str, list[Path]]) -> Path:
    """The archive that a kernel starts from, with the module `name` made of
    these sources (place in the folder -> files); an init.c, the program, and
    a Kbuild are among them."""
    _stage(folder, sources)
    module = build_module(linux, folder, name)
    init = build_init(folder / "init.c", folder / "init")
    return initramfs(folder / "initramfs",
                     {"init": init, "module.ko": module})


def build_module(linux: Linux, folder: Path, name: str) -> Path:
    """Makes the module that the folder's Kbuild describes."""
    env = {k: v for k, v in os.environ.items()
           if k not in ("MAKEFLAGS", "MFLAGS", "MAKELEVEL", "O", "V")}
    done = subprocess.run(
        ["make", "-s", "-C", linux.headers, f"M={folder.resolve()}",
         f"CROSS_COMPILE={COMPILER}", f"CC={COMPILER}gcc", "modules"],
        env=env, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"the module {name} was not built:\n"
                           f"{done.stdout}{done.stderr}")
    print(done.stderr, end="")
    return folder / f"{name}.ko"


def build_init(source: Path, target: Path) -> Path:
    """Makes the one program, without a C library."""
    subprocess.run(
        [f"{COMPILER}gcc", "-std=gnu11", "-O2", "-Wall", "-Wextra",
         "-ffreestanding", "-nostdlib", "-static", "-fno-pic", "-no-pie",
         "-fno-stack-protector", "-o", target, source], check=True)
    return target


def _member(name: str, data: bytes, mode: int) -> bytes:
    """One file of a cpio archive of the kind "newc"."""
    fields = (0, mode, 0, 0, 1, 0, len(data), 0, 0, 0, 0, len(name) + 1, 0)
    head = b"070701" + b"".join(b"%08X" % f for f in fields)
    head += name.encode() + b"\0"
    return head + bytes(-len(head) % 4) + data + bytes(-len(data) % 4)


def initramfs(target: Path, files: dict[str, Path]) -> Path:
    """Writes an archive of these files, which are read-only but for /init."""
    members = [_member(name, path.read_bytes(), MODES.get(name, 0o100644))
               for name, path in files.items()]
    target.write_bytes(b"".join(members) + _member("TRAILER!!!", b"", 0))
    return target


def machine(linux: Linux, archive: Path, words: str, **how) -> Machine:
    """A machine that boots it; `words` come last on the command line."""
    line = COMMAND_LINE + (ICOUNT_WORDS if how.get("icount") else "")
    return Machine(boot="none", debug_exit=False, extra=(
        "-kernel", str(linux.kernel), "-initrd", str(archive),
        "-append", f"{line} {words}".strip()), **how)
