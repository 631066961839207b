#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# scripts/image.sh ELF ISO "COMMAND LINE" [MODULE...]
#
# Makes an ISO image from which GRUB, on a PC's BIOS or on 32-bit UEFI, boots
# the kernel with that command line. Only the GRUB modules that it takes are
# put in, which makes it small.
set -eu

elf=$1 iso=$2 words=$3
shift 3

top=$(mktemp -d)
trap 'rm -rf "$top"' EXIT
tree=$top/tree
mkdir -p "$tree/boot/grub"
cp "$elf" "$tree/boot/loft.elf"

modules=
for m; do
	cp "$m" "$tree/boot/"
	modules+="module2 /boot/$(basename "$m") $(basename "$m")"$'\n\t'
done

config=$(<boot/grub.cfg)
config=${config//@WORDS@/$words}
printf '%s\n' "${config//@MODULES@/$modules}" >"$tree/boot/grub/grub.cfg"

grub-mkrescue -o "$iso" --fonts= --locales= --themes= \
	--install-modules="multiboot2 normal boot iso9660 configfile part_msdos \
part_gpt all_video" "$tree" >"$top/log" 2>&1 || {
	cat "$top/log" >&2
	exit 1
}
