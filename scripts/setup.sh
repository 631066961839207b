#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# Sees that the packages for one kind of work are here, and installs what is
# missing: `scripts/setup.sh run`, or test, lint, fuzz ... Debian only; asks
# nothing, and says what it does. When all is here it takes a few
# milliseconds and asks no registry.
set -eu

build="make nasm gcc-i686-linux-gnu binutils-i686-linux-gnu"
run="$build grub-common grub-pc-bin grub-efi-ia32-bin xorriso mtools
	qemu-system-x86 seabios python3"

# libc6-dev-i386, never gcc-multilib: that one removes the cross compiler.
case "${1:-}" in
build)	   packages=$build ;;
run)	   packages=$run ;;
test)	   packages="$run gcc libc6-dev libc6-dev-i386 lib32gcc-12-dev
		libcmocka-dev python3-pytest python3-pytest-xdist gdb ovmf-ia32" ;;
lint)	   packages="$build gcc libc6-dev libcmocka-dev clang-format cppcheck
		sparse shellcheck python3 python3-pyflakes" ;;
fuzz)	   packages="clang libclang-rt-14-dev" ;;
coverage)  packages="gcc libc6-dev libcmocka-dev lcov" ;;
gdb)	   packages="$run gdb" ;;
bochs)	   packages="bochs bochs-term bochsbios vgabios" ;;
toolchain) packages="g++ make libgmp-dev libmpfr-dev libmpc-dev bison flex
		m4 xz-utils" ;;
*)	   echo "usage: $0 build|run|test|lint|fuzz|coverage|gdb|bochs|toolchain" >&2
	   exit 2 ;;
esac
# shellcheck disable=SC2086 # a list of words
set -- "$1" $packages
kind=$1
shift

# What a system without Debian's packages is asked for instead.
commands_of() {
	case $1 in
	build) echo nasm i686-elf-gcc ;;
	run | gdb) echo nasm i686-elf-gcc grub-mkrescue xorriso mformat \
		qemu-system-i386 python3 ;;
	*) echo "$packages" ;;
	esac
}

stop() {
	echo "setup: $1" >&2
	echo "setup: '$kind' needs:" "${@:2}" >&2
	exit 1
}

if ! command -v dpkg-query >/dev/null; then
	for c in $(commands_of "$kind"); do
		command -v "$c" >/dev/null ||
			stop "this is not Debian, and $c is missing" \
				"$(commands_of "$kind" | tr '\n' ' ')"
	done
	exit 0
fi

# One at a time: make runs several of these side by side.
missing() {
	local have
	have=$(dpkg-query -W -f='${db:Status-Status} ${Package}\n' "$@" \
		2>/dev/null | sed -n 's/^installed //p')
	for p in "$@"; do
		grep -qx "$p" <<<"$have" || echo "$p"
	done
}

apt() {
	$sudo env DEBIAN_FRONTEND=noninteractive apt-get -qq "$@"
}

install_missing() {
	local list
	list=$(missing "$@" | tr '\n' ' ')
	[ -n "$list" ] || return 0
	sudo=
	if [ "$(id -u)" != 0 ]; then
		sudo -n true 2>/dev/null ||
			stop "no rights to install: $list" "$@"
		sudo="sudo -n"
	fi
	echo "setup: installing for '$kind': $list"
	# One list that is out of step makes the update fail; the install says
	# whether it mattered.
	apt update || true
	# shellcheck disable=SC2086 # a list of words
	apt install -y --no-install-recommends $list >/dev/null ||
		stop "apt-get could not install: $list" "$@"
}

# There is no 32-bit cmocka for amd64, and adding an architecture to somebody's
# system for it would be rude. The one library is fetched and kept aside.
fetch_cmocka32() {
	local cache=${LOFT_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/loft}
	local lists=$cache/apt-i386
	[ ! -e "$cache/cmocka32/usr/lib/i386-linux-gnu/libcmocka.so.0" ] ||
		return 0
	echo "setup: fetching the 32-bit cmocka library to $cache"
	mkdir -p "$lists/partial" "$cache/archives/partial"
	local options=(-qq -o APT::Architecture=i386 -o APT::Architectures=i386
		-o "Dir::State::Lists=$lists" -o APT::Sandbox::User=root)
	apt-get "${options[@]}" update || true
	(cd "$cache" && apt-get "${options[@]}" download libcmocka0 &&
		dpkg-deb -x libcmocka0_*_i386.deb cmocka32 &&
		rm -f libcmocka0_*_i386.deb) ||
		stop "could not fetch libcmocka0 for i386" libcmocka0:i386
	rm -rf "$lists"
}

exec 9>"${TMPDIR:-/tmp}/loft-setup-$(id -u).lock"
flock 9
install_missing "$@"
if [ "$kind" = test ] || [ "$kind" = lint ]; then
	fetch_cmocka32
fi
