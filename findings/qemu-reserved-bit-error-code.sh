#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# A page fault for a reserved bit in a page-table entry has an error code that
# cannot be: bit 3 (reserved bit) is set and bit 0 (present) is clear.
#
# Expected: 9. The CPU looks at reserved bits in present entries only, so bit
# 3 comes with bit 0 (Intel SDM vol. 3, section 4.7).
# Seen: 8 in QEMU 7.2.22 (Debian 1:7.2+dfsg-7+deb12u18+b3), both programs. A
# handler that looks at bit 0 first takes it for a page that is not there.
#
# The guest sets bit 51 of a present PAE entry, reads the page, and prints the
# error code as one digit.
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
start:	lgdt [gdtr]
	jmp 8:.loaded
.loaded:
	mov ax, 16
	mov ds, ax
	mov ss, ax
	mov esp, stack
	mov eax, fault			; vector 14
	mov [idt + 14 * 8], ax
	mov word [idt + 14 * 8 + 2], 8
	mov word [idt + 14 * 8 + 4], 0x8e00
	shr eax, 16
	mov [idt + 14 * 8 + 6], ax
	lidt [idtr]
	mov eax, 0x20			; PAE
	mov cr4, eax
	mov eax, pdpt
	mov cr3, eax
	mov eax, 0x80000011		; paging
	mov cr0, eax
	mov al, [0x80000]
	mov al, '-'			; no fault
	jmp say
fault:	pop eax
	add al, '0'
say:	out 0xe9, al
	out 0xf4, al
	hlt
	align 8
gdt:	dq 0, 0x00cf9b000000ffff, 0x00cf93000000ffff
gdtr:	dw 23
	dd gdt
idtr:	dw 15 * 8 - 1
	dd idt
idt:	times 15 dq 0
	times 64 dd 0
stack:
	align 4096
pdpt:	dq pd + 1, 0, 0, 0
	align 4096
pd:	dq pt + 3
	times 511 dq 0
pt:
%assign page 0
%rep 512
%if page = 0x80
	dq 0x0008000000000003 + page * 4096
%else
	dq page * 4096 + 3
%endif
%assign page page + 1
%endrep
end:
END
run /usr/bin/nasm -f bin -o guest.bin guest.asm

see() {
	timeout 120 cat < <(boot "$1" -cpu max -m 64M -kernel guest.bin || true)
}
i386=$(see /usr/libexec/qemu-system-i386)
x86_64=$(see /usr/bin/qemu-system-x86_64)
run /usr/bin/qemu-system-x86_64 --version | head -n 1
echo "error code of a read through an entry with bit 51 set:"
echo "qemu-system-i386 $i386, qemu-system-x86_64 $x86_64; the manual: 9"
[ "$i386" = 8 ] && [ "$x86_64" = 8 ]
