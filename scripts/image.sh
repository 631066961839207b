#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# scripts/image.sh ELF ISO "COMMAND LINE" [MODULE...]
#
# Makes an ISO image from which GRUB boots the kernel with that command line,
# on a PC's BIOS and on 32-bit UEFI, from a CD or a USB stick. It is what
# grub-mkrescue makes, less what is not taken: each of the two GRUBs is one file
# that holds its modules and boot/grub.cfg, so that nothing but the kernel is
# read from the medium. A tenth of the size, and the same bytes from the same
# input, which grub-mkrescue's time stamps do not give.
#
#	MBR, GPT             a BIOS finds bios.img from a stick
#	El Torito            a BIOS finds bios.img, UEFI efi.img, from a CD
#	/boot/bios.img       GRUB for BIOS
#	/boot/efi.img        a FAT disk with GRUB for 32-bit UEFI
#	/boot/loft.elf ...   the kernel and its modules
set -eu

elf=$1 iso=$2 words=$3
shift 3

grub=/usr/lib/grub
core="multiboot2 boot iso9660 part_gpt part_msdos"
export SOURCE_DATE_EPOCH=1000000000

top=$(mktemp -d)
trap 'rm -rf "$top"' EXIT
mkdir -p "$top/tree/boot"
cp "$elf" "$top/tree/boot/loft.elf"

# Quotes and spaces mean the same to GRUB and the kernel, if they are paired.
quotes=${words//[!\"]/}
if [ $((${#quotes} % 2)) != 0 ]; then
	echo "image: a quote is not closed in: $words" >&2
	exit 2
fi
escaped=${words//\\/\\\\}
escaped=${escaped//\$/\\\$}
modules=
for file; do
	name=$(basename "$file")
	cp "$file" "$top/tree/boot/$name"
	modules+="module2 /boot/$name $name"$'\n'
done
config=$(grep -v '^#' boot/grub.cfg)
config=${config//@WORDS@/"$escaped"}
printf '%s\n' "${config//@MODULES@/"$modules"}" >"$top/grub.cfg"

# Runs a step; its output is shown when it fails.
quietly() {
	"$@" >"$top/log" 2>&1 || {
		cat "$top/log" >&2
		echo "image: $1 failed" >&2
		exit 1
	}
}

# shellcheck disable=SC2086 # a list of words
quietly grub-mkimage -O i386-pc-eltorito -p / -c "$top/grub.cfg" \
	-o "$top/tree/boot/bios.img" biosdisk $core

efi=()
if [ -d $grub/i386-efi ]; then
	# UEFI starts it from its own disk: the kernel is on another.
	sed -i '1i search.file /boot/loft.elf root' "$top/grub.cfg"
	# shellcheck disable=SC2086
	quietly grub-mkimage -O i386-efi -p / -c "$top/grub.cfg" \
		-o "$top/bootia32.efi" search_fs_file $core
	export MTOOLS_SKIP_CHECK=1
	disk=$top/tree/boot/efi.img
	quietly mformat -C -f 720 -N 4c4f4654 -i "$disk" ::
	quietly mmd -i "$disk" ::/efi ::/efi/boot
	quietly mcopy -i "$disk" "$top/bootia32.efi" ::/efi/boot/
	efi=(--efi-boot boot/efi.img -efi-boot-part --efi-boot-image)
fi

find "$top/tree" -exec touch -d "@$SOURCE_DATE_EPOCH" {} +
quietly xorriso -as mkisofs -R -V LOFT \
	-b boot/bios.img -no-emul-boot -boot-load-size 4 -boot-info-table \
	--grub2-boot-info --grub2-mbr $grub/i386-pc/boot_hybrid.img \
	"${efi[@]}" --protective-msdos-label -o "$iso" "$top/tree"
