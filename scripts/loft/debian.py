# SPDX-License-Identifier: MIT
"""A release of Debian in a directory of its own, to work in as a newcomer.

    root = Root("trixie", cache)
    root.make(log)                          debootstrap, once; then upgrades
    root.clone(tree, log)                   a fresh clone of the tree's HEAD
    root.run("make test", log, limit)       in that clone; the exit status

Commands run in namespaces of their own. What they mount is gone when they end,
so nothing of this system is ever mounted below a root, and when a command is
ended at its time limit, so is everything that it started. A root has its own
/dev: a failing tool that removes its output removes nothing of this system.
"""
import os
import re
import shlex
import shutil
import subprocess
from pathlib import Path

MIRROR = "http://deb.debian.org/debian"
CLONE = Path("root/loft")           # below the root
ENVIRONMENT = {
    "HOME": "/root", "LANG": "C.UTF-8", "DEBIAN_FRONTEND": "noninteractive",
    "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"}
PROXIES = ("http_proxy", "https_proxy", "no_proxy")

NAMESPACES = ["unshare", "--mount", "--pid", "--fork", "--kill-child",
              "--propagation", "private"]
ENTER = """\
set -e
mount -t proc proc "$0/proc"
mount -t devpts -o newinstance,ptmxmode=0666 devpts "$0/dev/pts"
mount -t tmpfs -o mode=1777 tmpfs "$0/dev/shm"
exec chroot "$0" "$@"
"""
# What a newcomer has: the release as it is today, git and make.
NEWCOMER = ("apt-get -q update && apt-get -qy dist-upgrade && "
            "apt-get -qy install --no-install-recommends make git && "
            "apt-get clean")

# Packages whose versions tell what a system builds and runs with. Those of
# clang only name the major version.
TOOLS = {"GCC": "gcc-i686-linux-gnu", "clang": "clang", "NASM": "nasm",
         "GRUB": "grub-pc-bin", "QEMU": "qemu-system-x86", "Bochs": "bochs",
         "cmocka": "libcmocka-dev", "cppcheck": "cppcheck",
         "clang-format": "clang-format"}
UPSTREAM = re.compile(r"(?:\d+:)?([\d.]+)")


def trouble() -> str:
    """Why no root can be made or entered here, as a sentence; or ""."""
    if os.geteuid() != 0:
        return ("making and entering other systems needs root: "
                "`sudo make matrix`")
    if subprocess.run([*NAMESPACES, "true"], capture_output=True).returncode:
        return ("root cannot have mounts of its own here (`unshare --mount "
                "--pid`): a container has to be given CAP_SYS_ADMIN")
    return ""


def environment() -> dict[str, str]:
    return ENVIRONMENT | {name: os.environ[name] for name in PROXIES
                          if name in os.environ}


def _execute(command: list[str], log: Path, limit: float) -> int | None:
    """The exit status, or None if there was none before the limit."""
    with log.open("ab") as sink:
        try:
            return subprocess.run(command, stdin=subprocess.DEVNULL,
                                  stdout=sink, stderr=subprocess.STDOUT,
                                  env=environment(), timeout=limit).returncode
        except subprocess.TimeoutExpired:
            return None


class Root:
    """One release. Commands come back with their exit status, or None."""

    def __init__(self, suite: str, cache: Path):
        self.suite = suite
        self.path = cache / suite

    def make(self, log: Path, limit: float) -> int | None:
        """Brings the release to its newest state, with git and make."""
        if not self.path.exists():
            status = self._bootstrap(log, limit)
            if status != 0:
                return status
        self._configure()
        return self.run(NEWCOMER, log, limit, Path("/"))

    def _bootstrap(self, log: Path, limit: float) -> int | None:
        """A root that is there is whole: it gets its name at the end."""
        unfinished = self.path.with_suffix(".new")
        if unfinished.exists():
            shutil.rmtree(unfinished)
        unfinished.parent.mkdir(parents=True, exist_ok=True)
        status = _execute([*NAMESPACES, "debootstrap", "--variant=minbase",
                           self.suite, str(unfinished), MIRROR], log, limit)
        if status == 0:
            unfinished.rename(self.path)
        return status

    def _configure(self) -> None:
        """Name servers, and whether lists of packages may be old, are as on
        this system. A root is soon made again: dpkg need not wait for disks."""
        etc = self.path / "etc"
        shutil.copyfile("/etc/resolv.conf", etc / "resolv.conf")
        said = subprocess.run(
            ["apt-config", "shell", "value", "Acquire::Check-Valid-Until"],
            capture_output=True, text=True).stdout
        value = said.partition("=")[2].strip().strip("'") or "true"
        (etc / "apt" / "apt.conf.d" / "loft").write_text(
            f'Acquire::Check-Valid-Until "{value}";\n')
        (etc / "dpkg" / "dpkg.cfg.d" / "loft").write_text("force-unsafe-io\n")

    def clone(self, tree: Path, log: Path, limit: float) -> int | None:
        target = self.path / CLONE
        if target.exists():
            shutil.rmtree(target)
        return _execute(["git", "clone", "-q", "--no-hardlinks", str(tree),
                         str(target)], log, limit)

    def run(self, command: str, log: Path, limit: float,
            folder: Path = Path("/") / CLONE) -> int | None:
        line = f"cd {shlex.quote(str(folder))} && {command}"
        return _execute([*NAMESPACES, "sh", "-c", ENTER, str(self.path),
                         "sh", "-c", line], log, limit)

    def versions(self) -> dict[str, str]:
        """What the release is, and the versions of the tools that it has."""
        said = subprocess.run(
            ["chroot", str(self.path), "dpkg-query", "-W",
             "-f", "${Package} ${Version}\n", *TOOLS.values()],
            capture_output=True, text=True).stdout
        have = dict(line.split(" ", 1) for line in said.splitlines())
        release = (self.path / "etc" / "debian_version").read_text().strip()
        return {"Debian": release} | {
            tool: match[1].removesuffix(".0") for tool, package in TOOLS.items()
            if (match := UPSTREAM.match(have.get(package, "")))}
