#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# With PAE, the CPU reads the four entries behind CR3 when CR3 is loaded and
# keeps them: a change in memory has no effect until the next load. QEMU reads
# them at each walk.
#
# Expected: a page fault (Intel SDM vol. 3, section 4.4.1: the processor loads
# the PDPTE registers on MOV to CR3 and translates through the registers).
# Seen: the access succeeds in QEMU 7.2.22 (Debian 1:7.2+dfsg-7+deb12u18+b3).
#
# The guest makes a PDPTE present in memory, does not load CR3, and reads a
# page behind it. It prints R if it can, F if the CPU faults.
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
	mov dword [pdpt + 8], pd + 1	; for 1 GiB and up
	mov al, [0x40000000]
	mov al, 'R'
	jmp say
fault:	mov al, 'F'
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
echo "a PDPTE made present without a load of CR3, then a read behind it:"
echo "qemu-system-i386 $i386, qemu-system-x86_64 $x86_64" \
	"(R: works at once); the manual: F, a fault"
[ "$i386" = R ] && [ "$x86_64" = R ]
