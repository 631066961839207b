#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# v86 has a 16550 UART whose loopback mode does not tie the modem outputs to
# the modem inputs, so drivers that look for a port that way find none.
#
# Expected: with bit 4 of the modem control register set, RTS shows as CTS and
# OUT2 as DCD in the modem status register (PC16550D data sheet, section
# 8.6.7); this is how Linux's 8250 driver tells a UART from nothing. QEMU
# 7.2.22 shows both, digit 9.
# Seen: v86 0.5.462 shows none of the four lines, digit 0.
#
# The guest sets LOOP, RTS and OUT2 and prints the upper half of the modem
# status as a digit.
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
	mov dx, 0x3fc
	mov al, 0x1a			; LOOP, OUT2, RTS
	out dx, al
	mov dx, 0x3fe
	in al, dx
	mov bl, al
	mov dx, 0x3fc
	mov al, 0
	out dx, al
	mov al, bl
	shr al, 4
	add al, '0'
	call put
	mov al, 10
	call put
	hlt
	times 64 dd 0
stack:
end:
END
"$tmp/root/lib64/ld-linux-x86-64.so.2" \
	--library-path "$tmp/root/lib/x86_64-linux-gnu" \
	"$tmp/root/usr/bin/nasm" -f bin -o guest.bin guest.asm
seen=$(node boot.mjs)
echo "v86 0.5.462, modem status in loopback with RTS and OUT2: $seen" \
	"(the data sheet: 9, DCD and CTS)"
[ "$seen" = 0 ]
