#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# v86 keeps the trap flag and does not trap: a program that is to be run step
# by step runs on.
#
# Expected: with TF set, a debug exception (vector 1) after each instruction
# (Intel SDM vol. 3, section 17.3.1.4). QEMU 7.2.22 prints TE.
# Seen: v86 0.5.462 prints E alone.
#
# The guest's handler for vector 1 prints T and clears TF. The guest sets TF,
# runs two instructions, and prints E at the end.
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

fetch seabios=1.16.2-1 nasm=2.16.01-1
cd "$tmp"
npm install --silent --no-audit --no-fund v86@0.5.462

# Runs guest.bin and prints the line that it sends to COM1.
cat >boot.mjs <<'END'
import { readFileSync } from "node:fs";
import { V86 } from "v86";
const read = path => ({ buffer: new Uint8Array(readFileSync(path)).buffer });
const machine = new V86({
	wasm_path: "node_modules/v86/build/v86.wasm",
	memory_size: 64 << 20, vga_memory_size: 2 << 20, autostart: true,
	bios: read("root/usr/share/seabios/bios.bin"),
	vga_bios: read("root/usr/share/seabios/vgabios-stdvga.bin"),
	multiboot: read("guest.bin"),
});
let line = "";
machine.add_listener("serial0-output-byte", byte => {
	if (byte === 10) {
		console.log(line);
		process.exit(0);
	}
	line += String.fromCharCode(byte);
});
setTimeout(() => process.exit(1), 60000);
END

cat >guest.asm <<'END'
	bits 32
	org 0x100000
	align 4				; multiboot 1, flat
header:	dd 0x1BADB002, 0x10000, -(0x1BADB002 + 0x10000)
	dd header, 0x100000, end, end, start
put:	mov dx, 0x3f8
	out dx, al
	ret
start:	mov esp, stack
	lgdt [gdtr]
	jmp 8:.loaded
.loaded:
	mov ax, 16
	mov ds, ax
	mov ss, ax
	mov eax, trap
	mov [idt + 1 * 8], ax
	mov word [idt + 1 * 8 + 2], 8
	mov word [idt + 1 * 8 + 4], 0x8e00
	shr eax, 16
	mov [idt + 1 * 8 + 6], ax
	lidt [idtr]
	pushf
	or dword [esp], 0x100		; TF
	popf
	nop
	nop
	pushf
	and dword [esp], ~0x100
	popf
	mov al, 'E'
	call put
	mov al, 10
	call put
	hlt
trap:	mov al, 'T'
	call put
	and dword [esp + 8], ~0x100
	iret
	align 8
gdt:	dq 0, 0x00cf9b000000ffff, 0x00cf93000000ffff
gdtr:	dw 23
	dd gdt
idtr:	dw 15 * 8 - 1
	dd idt
idt:	times 15 dq 0
	times 64 dd 0
stack:
end:
END
"$tmp/root/lib64/ld-linux-x86-64.so.2" \
	--library-path "$tmp/root/lib/x86_64-linux-gnu" \
	"$tmp/root/usr/bin/nasm" -f bin -o guest.bin guest.asm
seen=$(node boot.mjs)
echo "v86 0.5.462, two instructions with TF set: $seen (the manual: TE)"
[ "$seen" = E ]
