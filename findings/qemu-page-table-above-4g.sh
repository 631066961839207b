#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# The same guest, the same RAM, two programs of one QEMU package: a PAE page
# table that lies above 4 GiB is walked rightly by qemu-system-x86_64 and at a
# wrong address by qemu-system-i386.
#
# Expected: a page-directory entry holds bits 12 to 35 and more of the table's
# address (Intel SDM vol. 3, table 4-10), and qemu-system-i386 -cpu max says
# that it has 36 of them; it does map *pages* above 4 GiB rightly.
# Seen: QEMU 7.2.22 (Debian 1:7.2+dfsg-7+deb12u18+b3). qemu-system-i386 cuts
# the table's address to 32 bits.
#
# The guest puts one table at 2 MiB and another at 4 GiB + 2 MiB, and enters
# the second one into its page directory. The entries lead to a page that
# holds L and to one that holds H. It prints the byte that it reads.
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
start:	mov dword [0x200000], 0x180003	; the table at 2 MiB: L
	mov dword [0x200004], 0
	mov byte [0x180000], 'L'
	mov byte [0x181000], 'H'
	mov eax, 0x20			; PAE
	mov cr4, eax
	mov eax, pdpt
	mov cr3, eax
	mov eax, 0x80000011		; paging
	mov cr0, eax
	mov dword [0x40000000], 0x181003 ; the one at 4 GiB + 2 MiB: H
	mov dword [0x40000004], 0
	mov al, [0x80000000]
	out 0xe9, al
	out 0xf4, al
	hlt
	align 4096
pdpt:	dq pd0 + 1, pd1 + 1, pd2 + 1, 0
	align 4096
pd0:	dq 0x83				; 2 MiB at 0, as they are
	times 511 dq 0
pd1:	dq 0x100200083			; 2 MiB from 4 GiB + 2 MiB
	times 511 dq 0
pd2:	dq 0x100200003			; a table there
	times 511 dq 0
end:
END
run /usr/bin/nasm -f bin -o guest.bin guest.asm

see() {
	timeout 120 cat < <(boot "$1" -cpu max -m 5G -kernel guest.bin || true)
}
i386=$(see /usr/libexec/qemu-system-i386)
x86_64=$(see /usr/bin/qemu-system-x86_64)
run /usr/bin/qemu-system-x86_64 --version | head -n 1
echo "table at 4 GiB + 2 MiB: qemu-system-x86_64 reads $x86_64 (the table there)"
echo "                        qemu-system-i386   reads $i386 (the one at 2 MiB)"
[ "$x86_64" = H ] && [ "$i386" = L ]
