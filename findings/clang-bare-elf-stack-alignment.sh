#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# One clang, one file, two i386 ELF targets: --target=i686-linux-gnu keeps the
# stack a multiple of 16 at each call, as the ABI asks; --target=i686-elf
# keeps it a multiple of 4.
#
# Expected: 16 for both. The System V ABI for Intel386 (version 1.0, section
# 2.2.2) aligns the end of the arguments to 16 bytes; it is no choice of an
# operating system, and GCC does it for i686-elf as for i686-linux-gnu.
# Seen: clang 14.0.6 (Debian 1:14.0.6-12). Code of GCC that relies on the
# alignment may not be called from such objects without -mstackrealign;
# clang's own -mstack-alignment=4 changes nothing for i686-elf.
#
# The script reads how far the stack is below the caller's frame at the call,
# out of the directives for unwinding.
set -euo pipefail
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

# Fetches packages with all that they need, and unpacks them: nothing is
# installed on this system.
fetch() {
	mkdir -p "$tmp/archives/partial" "$tmp/root"
	apt-get -qq -y -o Dir::State::status=/dev/null -o "Dir::Cache=$tmp" \
		-o APT::Sandbox::User= -o Debug::NoLocking=1 \
		--no-install-recommends --download-only install "$@" \
		>"$tmp/apt.log" 2>&1 || { tail -n 3 "$tmp/apt.log" >&2; exit 2; }
	for deb in "$tmp"/archives/*.deb; do
		dpkg -x "$deb" "$tmp/root"
	done
}

fetch clang-14=1:14.0.6-12
cd "$tmp"
cat >caller.c <<'END'
void use(int *);
int caller(int a)
{
	int x = a;

	use(&x);
	return x;
}
END

# depth TARGET: bytes of stack between the caller's frame and the call.
depth() {
	"$tmp/root/lib64/ld-linux-x86-64.so.2" --library-path \
		"$tmp/root/lib/x86_64-linux-gnu:$tmp/root/usr/lib/x86_64-linux-gnu:$tmp/root/usr/lib/llvm-14/lib" \
		"$tmp/root/usr/lib/llvm-14/bin/clang" "--target=$1" -O2 \
		-fno-pic -fomit-frame-pointer -fasynchronous-unwind-tables \
		-S -o - caller.c |
		awk '/\.cfi_def_cfa_offset/ { depth = $2 }
			/\.cfi_adjust_cfa_offset/ { depth += $2 }
			/^\tcall/ { print depth; exit }'
}
gnu=$(depth i686-linux-gnu)
elf=$(depth i686-elf)
echo "clang 14.0.6, stack at a call, below the caller's frame:"
echo "i686-linux-gnu $gnu bytes, i686-elf $elf bytes; the ABI: a multiple of 16"
[ $((gnu % 16)) = 0 ] && [ $((elf % 16)) != 0 ]
