#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# In v86, with PAE paging, a 2 MiB page is one only while CR4.PSE is set. With
# PSE clear the entry is taken for the address of a page table.
#
# Expected: CR4.PSE enables 4 MiB pages of 32-bit paging and has no meaning
# with PAE, where bit 7 of a page-directory entry decides (Intel SDM vol. 3,
# sections 4.1.4 and 4.4.2). QEMU 7.2.22 reads L in both cases.
# Seen: v86 0.5.462.
#
# The guest maps the first 2 MiB a second time by a 2 MiB entry, reads a byte
# there, L, with PSE set and again without. F stands for a page fault.
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
	mov eax, fault
	mov [idt + 14 * 8], ax
	mov word [idt + 14 * 8 + 2], 8
	mov word [idt + 14 * 8 + 4], 0x8e00
	shr eax, 16
	mov [idt + 14 * 8 + 6], ax
	lidt [idtr]
	mov byte [0x190000], 'L'
	mov eax, 0x30			; PAE, PSE
	mov cr4, eax
	mov eax, pdpt
	mov cr3, eax
	mov eax, 0x80000011
	mov cr0, eax
	mov al, [0x390000]
	call put
	mov eax, 0x20			; PAE alone
	mov cr4, eax
	mov al, [0x390000]
	jmp say
fault:	mov al, 'F'
say:	call put
	mov al, 10
	call put
	hlt
	align 8
gdt:	dq 0, 0x00cf9b000000ffff, 0x00cf93000000ffff
gdtr:	dw 23
	dd gdt
idtr:	dw 15 * 8 - 1
	dd idt
idt:	times 15 dq 0
	align 4096
pdpt:	dq pd + 1, 0, 0, 0
	align 4096
pd:	dq pt + 3, 0x83			; at 2 MiB: the 2 MiB from 0, again
	times 510 dq 0
pt:
%assign page 0
%rep 512
	dq page * 4096 + 3
%assign page page + 1
%endrep
	times 64 dd 0
stack:
end:
END
"$tmp/root/lib64/ld-linux-x86-64.so.2" \
	--library-path "$tmp/root/lib/x86_64-linux-gnu" \
	"$tmp/root/usr/bin/nasm" -f bin -o guest.bin guest.asm
seen=$(node boot.mjs)
echo "v86 0.5.462, a 2 MiB page with CR4.PSE set, and clear: $seen" \
	"(the manual: LL)"
[ "$seen" = LF ]
