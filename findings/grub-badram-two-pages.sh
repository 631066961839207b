#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# GRUB's badram takes bad pages out of the memory map, as pairs of an address
# and a mask. Two pairs, a page each, take out four pages: the page of the
# *last* pair goes once more in each further 4 GiB. One pair alone does not do
# that, and the first of two does not.
#
# Expected: two pages, whatever their order (or, if the upper half of a mask
# that is not written counts as 0, all pages that match, for each pair).
# Seen: GRUB 2.06 (Debian 2.06-13+deb12u2) from BIOS in QEMU 7.2.22, 8 GiB.
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

fetch grub-pc-bin=2.06-13+deb12u2 grub-common=2.06-13+deb12u2 \
	'qemu-system-x86=1:7.2+dfsg-7+deb12u18+b3' seabios=1.16.2-1 \
	nasm=2.16.01-1
cd "$tmp"

# A kernel that prints the usable ranges of the map that GRUB hands it.
cat >guest.asm <<'END'
	bits 32
	org 0x100000
	align 4				; multiboot 1, flat, wants the map
header:	dd 0x1BADB002, 0x10002, -(0x1BADB002 + 0x10002)
	dd header, 0x100000, end, end, start
digits:	db '0123456789abcdef'
hex:	mov ecx, 8			; prints eax
.digit:	rol eax, 4
	mov edi, eax
	and edi, 15
	xchg ebp, eax
	mov al, [digits + edi]
	out 0xe9, al
	xchg ebp, eax
	loop .digit
	ret
start:	mov esp, stack
	mov esi, [ebx + 48]
	mov edx, [ebx + 44]
	add edx, esi
.next:	cmp esi, edx
	jae .over
	cmp dword [esi + 20], 1		; usable
	jne .skip
	mov eax, [esi + 8]		; from
	call hex
	mov eax, [esi + 4]
	call hex
	mov al, '-'
	out 0xe9, al
	mov eax, [esi + 4]		; to
	mov ebp, [esi + 8]
	add eax, [esi + 12]
	adc ebp, [esi + 16]
	push eax
	mov eax, ebp
	call hex
	pop eax
	call hex
	mov al, 10
	out 0xe9, al
.skip:	add esi, [esi]
	add esi, 4
	jmp .next
.over:	out 0xf4, al
	hlt
	times 64 dd 0
stack:
end:
END
run /usr/bin/nasm -f bin -o guest.bin guest.asm
tar --format=ustar -cf memdisk.tar guest.bin

# map COMMAND: the map after GRUB has carried the command out, on 8 GiB.
map() {
	local pc=$tmp/root/usr/lib/grub/i386-pc
	printf '%s\n' "$1" 'multiboot (memdisk)/guest.bin' boot >grub.cfg
	run /usr/bin/grub-mkimage -d "$pc" -O i386-pc -o core.img \
		-c grub.cfg -m memdisk.tar -p '(memdisk)/' \
		memdisk tar multiboot boot mmap echo biosdisk
	cat "$pc/boot.img" core.img >disk.img
	truncate -s 1M disk.img
	timeout 120 cat < <(run /usr/libexec/qemu-system-i386 \
		-L "$tmp/root/usr/share/seabios" \
		-L "$tmp/root/usr/share/qemu" -nodefaults -display none \
		-no-reboot -chardev stdio,id=out \
		-device isa-debugcon,iobase=0xe9,chardev=out \
		-device isa-debug-exit,iobase=0xf4,iosize=1 \
		-cpu max -m 8G -drive file=disk.img,format=raw </dev/null ||
		true)
}

a=0x10000000,0xfffff000 b=0x20000000,0xfffff000
one=$(map "badram $b")
ab=$(map "badram $a,$b")
ba=$(map "badram $b,$a")
printf 'badram %s:\n%s\n' "$b" "$one" "$a,$b" "$ab" "$b,$a" "$ba"
# Where a range begins behind a page that was taken out.
begins() {
	grep -c "^$1-" <<<"$2" || true
}
[ "$(begins 0000000020001000 "$one")" = 1 ] &&
	[ "$(begins 0000000120001000 "$one")" = 0 ]
[ "$(begins 0000000120001000 "$ab")$(begins 0000000220001000 "$ab")" = 11 ]
[ "$(begins 0000000110001000 "$ab")$(begins 0000000210001000 "$ab")" = 00 ]
[ "$(begins 0000000120001000 "$ba")$(begins 0000000220001000 "$ba")" = 00 ]
[ "$(begins 0000000110001000 "$ba")$(begins 0000000210001000 "$ba")" = 11 ]
