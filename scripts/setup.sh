#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# scripts/setup.sh GROUP...: sees that the packages for some kinds of work are
# here, says which are missing and installs those. When all are here it costs
# some ten milliseconds and asks no registry. Nothing prompts, nothing that is
# installed is removed.
#
#	build -> run -> test -> lint, coverage      fuzz   bochs   plot   toolchain
#	          |--> gdb, uefi, peer             matrix
#
# Elsewhere than on Debian, or without root or a sudo that asks nothing, it
# stops and says what is needed; on Debian as a command to copy.
#
# Some releases of Debian lack an optional package. Nothing stops then: what needs
# the package is left out, and says so.
#
# TOOLCHAIN in the environment is the Makefile's choice of a compiler: clang, or
# clang-14 and the like, is installed when it is asked for; Debian's GCC is not
# installed when i686-elf-gcc is here or clang was asked for.
set -eu

groups=$*
cmocka32=

cache=${LOFT_CACHE:-${XDG_CACHE_HOME:-~/.cache}/loft}
cmocka32_library=$cache/cmocka32/usr/lib/i386-linux-gnu/libcmocka.so.0

# The version of gcc that is installed, or else that the package gcc would bring:
# 12, 14. Before the first `apt-get update` nothing says it: N.
gcc_version() {
	if command -v gcc >/dev/null; then
		gcc -dumpversion
	else
		LC_ALL=C apt-cache depends gcc 2>/dev/null |
			sed -n 's/.*Depends: gcc-\([0-9]\+\)$/\1/p' |
			grep . || echo N
	fi
}

# Debian's packages for a compiler of the kernel, and the commands to look for
# elsewhere. clang's library that divides 64 bits is a package of its own.
need_compiler() {
	case $1 in
	i686-linux-gnu)
		packages+=(gcc-i686-linux-gnu)
		commands+=(i686-linux-gnu-gcc) ;;
	clang*)
		packages+=("$1" "libclang-rt${1#clang}-dev" binutils)
		commands+=("$1" ld) ;;
	*)
		command -v "$1-gcc" >/dev/null ||
			{ echo "setup: no $1-gcc: \`make toolchain\` builds" \
				"i686-elf-gcc" >&2; exit 1; } ;;
	esac
}

# The same for a group.
need() {
	case $1 in
	build)
		packages+=(make nasm grub-common)
		commands+=(nasm grub-file)
		need_compiler "${TOOLCHAIN:-i686-linux-gnu}" ;;
	run)
		need build
		packages+=(grub-pc-bin grub-efi-ia32-bin xorriso mtools
			qemu-system-x86 seabios python3)
		commands+=(grub-mkimage xorriso mformat qemu-system-i386
			python3) ;;
	uefi)
		optional+=(ovmf-ia32) ;;
	gdb)
		need run
		packages+=(gdb)
		commands+=(gdb) ;;
	# Modules for Linux are built with the compiler that it was.
	peer)
		need run
		packages+=(gcc-i686-linux-gnu)
		commands+=(i686-linux-gnu-gcc dpkg-deb apt-get) ;;
	# libc6-dev-i386, and never gcc-multilib: it removes the cross
	# compiler.
	test)
		need run
		need uefi
		packages+=(gcc libc6-dev libc6-dev-i386
			"lib32gcc-$(gcc_version)-dev" libcmocka-dev
			python3-pytest python3-pytest-xdist gdb)
		commands+=(gcc gdb)
		cmocka32=wanted ;;
	lint)
		need test
		packages+=(clang-format cppcheck sparse shellcheck
			python3-pyflakes)
		commands+=(clang-format cppcheck sparse shellcheck) ;;
	coverage)
		need test
		packages+=(lcov)
		commands+=(lcov) ;;
	fuzz)
		packages+=(clang libclang-rt-dev libc6-dev llvm)
		commands+=(clang) ;;
	matrix)
		packages+=(python3 git debootstrap)
		commands+=(python3 git debootstrap unshare) ;;
	plot)
		packages+=(python3 python3-matplotlib)
		commands+=(python3) ;;
	bochs)
		packages+=(bochs bochs-term bochsbios vgabios)
		commands+=(bochs) ;;
	toolchain)
		packages+=(g++ libc6-dev libgmp-dev libmpfr-dev libmpc-dev
			bison flex m4 xz-utils ca-certificates)
		commands+=(dpkg-deb apt-get g++ bison flex m4 xz) ;;
	*)
		echo "setup: no group is called '$1'" >&2
		exit 2 ;;
	esac
}

collect() {
	packages=() optional=() commands=()
	for group in $groups; do
		need "$group"
	done
}

stop() {
	echo "setup: $1" >&2
	echo "setup: what '$groups' needs, by Debian's names: $(sort -u \
		<<<"$(printf '%s\n' "${packages[@]}")" | tr '\n' ' ')" >&2
	exit 1
}

# Those of the packages named that are not installed, each once, in a line.
missing() {
	local have
	[ $# != 0 ] || return 0
	have=" $(dpkg-query -W -f='${Package}:${db:Status-Status} ' \
		"$@" 2>/dev/null || true)"
	for p in $(printf '%s\n' "$@" | sort -u); do
		[[ $have == *" $p:installed "* ]] || printf '%s ' "$p"
	done
}

# Those of the optional packages that could be installed, in a line.
obtainable() {
	local p
	for p in $(missing "${optional[@]}"); do
		[ -z "$(apt-cache show "$p" 2>/dev/null)" ] || printf '%s ' "$p"
	done
}

# Another distribution: its users install by its names.
check_commands() {
	local absent=
	for c in "${commands[@]}"; do
		command -v "$c" >/dev/null || absent+=" $c"
	done
	[ -z "$absent" ] ||
		stop "this is not Debian, and these are missing:$absent"
}

become_root() {
	root=()
	[ "$(id -u)" != 0 ] || return 0
	sudo -n true 2>/dev/null || return 1
	root=(sudo -n)
}

stop_without_root() {
	echo "setup: '$groups' needs packages that only root can install. This" \
		"installs them:" >&2
	echo "    sudo apt-get update; sudo apt-get install" \
		"--no-install-recommends $1" >&2
	exit 1
}

apt() {
	"${root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -qq \
		-o DPkg::Lock::Timeout=300 -o DPkg::Use-Pty=0 "$@" >"$log" 2>&1
}

install() {
	apt install -y --no-install-recommends --no-remove "$@"
}

# Package lists that are new may have other names for what is needed.
install_packages() {
	local began=$SECONDS list p
	[ -n "$(missing "${packages[@]}")$(obtainable)" ] || return 0
	echo "setup: reading the lists of packages, for '$groups'"
	# One list that is out of step makes the update fail while the others
	# are fine: the install says whether it mattered.
	apt update || true
	collect
	list=$(missing "${packages[@]}")
	echo "setup: installing: $list$(obtainable)"
	# shellcheck disable=SC2086 # a list of words
	if [ -n "$list" ] && ! install $list; then
		tail -n 20 "$log" >&2
		stop "apt-get could not install: $list"
	fi
	for p in $(obtainable); do
		install "$p" ||
			echo "setup: apt-get could not install $p: going on" \
				"without it"
	done
	echo "setup: installed in $((SECONDS - began)) s"
}

# The hosted tests run as 32-bit programs too, and Debian has no 32-bit cmocka
# for amd64. To add an architecture to somebody's system for one library would
# be rude: it is fetched by itself and kept in the cache.
fetch_cmocka32() {
	[ ! -e "$cmocka32_library" ] || return 0
	echo "setup: fetching the 32-bit cmocka library to $cache"
	local work options
	work=$(mktemp -d "$cache/cmocka32.XXXXXX")
	mkdir -p "$work/lists/partial" "$work/archives/partial"
	options=(-qq -o APT::Architecture=i386 -o APT::Architectures=i386
		-o "Dir::State::Lists=$work/lists" -o "Dir::Cache=$work"
		-o APT::Sandbox::User=)
	if ! (cd "$work" &&
		{ apt-get "${options[@]}" update || true; } &&
		apt-get "${options[@]}" download libcmocka0 &&
		dpkg-deb -x libcmocka0_*_i386.deb "$cache/cmocka32") \
		>"$log" 2>&1; then
		tail -n 20 "$log" >&2
		rm -rf "$work"
		stop "could not fetch libcmocka0 for i386"
	fi
	rm -rf "$work"
}

collect

if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
	check_commands
	exit 0
fi
list=$(missing "${packages[@]}")
extra=$(obtainable)
if [ -n "$list$extra" ] && ! become_root; then
	[ -z "$list" ] || stop_without_root "$list$extra"
	extra=
fi
fetch=
[ -z "$cmocka32" ] || [ -e "$cmocka32_library" ] || fetch=wanted
[ -n "$list$extra$fetch" ] || exit 0

# One at a time: several tests may find the same thing missing.
mkdir -p "$cache" || stop "LOFT_CACHE names the directory for what is fetched:
	let it be one that can be made"
exec 9>"$cache/setup.lock"
flock 9
log=$(mktemp)
trap 'rm -f "$log"' EXIT
[ -z "$list$extra" ] || install_packages
[ -z "$fetch" ] || fetch_cmocka32
