#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# QEMU sets bit 5, "accessed", in PAE's page-directory-pointer-table entries,
# which have no such bit: bit 5 is reserved there.
#
# Expected: the CPU writes nothing to a PDPTE (Intel SDM vol. 3, section 4.8:
# no accessed flag in PAE PDPTEs), and a load of CR3 that meets a reserved bit
# is a general-protection fault (section 4.4.1, table 4-8: bits 8:5 are
# reserved).
# Seen: QEMU 7.2.22 (Debian 1:7.2+dfsg-7+deb12u18+b3) turns 1 into 0x21.
#
# The guest enters 1 (present) in the lowest bits of a PDPTE, turns paging on,
# reads a page, and prints the two lowest digits of the entry.
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

# Runs a fetched program with the fetched libraries.
run() {
	local program=$tmp/root$1 lib=$tmp/root/usr/lib/x86_64-linux-gnu
	shift
	QEMU_MODULE_DIR=$lib/qemu "$tmp/root/lib64/ld-linux-x86-64.so.2" \
		--library-path \
		"$tmp/root/lib/x86_64-linux-gnu:$lib:$lib/pulseaudio" \
		"$program" "$@"
}

# boot PROGRAM ARGUMENTS...: prints what the guest writes to port 0xe9.
boot() {
	QEMU_PROGRAM=$1
	shift
	run "$QEMU_PROGRAM" -L "$tmp/root/usr/share/seabios" \
		-L "$tmp/root/usr/share/qemu" -nodefaults -display none \
		-no-reboot -chardev stdio,id=out \
		-device isa-debugcon,iobase=0xe9,chardev=out \
		-device isa-debug-exit,iobase=0xf4,iosize=1 "$@" </dev/null
}

fetch 'qemu-system-x86=1:7.2+dfsg-7+deb12u18+b3' seabios=1.16.2-1 nasm=2.16.01-1
cd "$tmp"

cat >guest.asm <<'END'
	bits 32
	org 0x100000
	align 4				; multiboot 1, flat
header:	dd 0x1BADB002, 0x10000, -(0x1BADB002 + 0x10000)
	dd header, 0x100000, end, end, start
start:	mov eax, 0x20			; PAE
	mov cr4, eax
	mov eax, pdpt
	mov cr3, eax
	mov eax, 0x80000011		; paging
	mov cr0, eax
	mov ecx, 2
	mov ebx, [pdpt]
	ror bl, 4
.digit:	mov al, bl
	and al, 15
	add al, '0'			; 0 to 9 are all that can come
	out 0xe9, al
	ror bl, 4
	loop .digit
	out 0xf4, al
	hlt
	align 4096
pdpt:	dq pd + 1, 0, 0, 0
	align 4096
pd:	dq 0x83
	times 511 dq 0
end:
END
run /usr/bin/nasm -f bin -o guest.bin guest.asm

see() {
	timeout 120 cat < <(boot "$1" -cpu max -m 64M -kernel guest.bin || true)
}
i386=$(see /usr/libexec/qemu-system-i386)
x86_64=$(see /usr/bin/qemu-system-x86_64)
run /usr/bin/qemu-system-x86_64 --version | head -n 1
echo "lowest byte of a PDPTE that was 01, after the first access:"
echo "qemu-system-i386 $i386, qemu-system-x86_64 $x86_64; the manual: 01"
[ "$i386" = 21 ] && [ "$x86_64" = 21 ]
