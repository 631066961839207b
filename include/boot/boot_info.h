/* SPDX-License-Identifier: MIT */
/* The loader's information, in the kernel's own form. A parser fills it
 * (boot/multiboot2.h); all other code reads it.
 *
 *	struct boot_mmap_entry e;
 *
 *	for (unsigned i = 0; boot_mmap_get(&info.mmap, i, &e); i++)
 *		...
 *
 * Strings and tables are pointers into the loader's block, which must therefore
 * stay where it is, unchanged, for as long as the structure is used. Nothing in
 * here is clipped, sorted or merged. Addresses are as the firmware reported
 * them, and were not tried yet. */
#ifndef BOOT_BOOT_INFO_H
#define BOOT_BOOT_INFO_H

#include "kernel/types.h"

#define BOOT_MODULES_MAX 64

/* Types of memory, by the numbers that firmware uses (ACPI 6.4, table 15.4;
 * multiboot2 specification 3.6.8). Any other number means: not usable. */
enum boot_memory_type {
	BOOT_MEMORY_USABLE = 1,
	BOOT_MEMORY_RESERVED = 2,
	BOOT_MEMORY_ACPI = 3, /* usable once its tables have been read */
	BOOT_MEMORY_NVS = 4,  /* must be preserved */
	BOOT_MEMORY_BAD = 5,  /* defective */
};

/* One range of the memory map. Firmware may report a `base + size` beyond 2^64,
 * and a `size` of 0. */
struct boot_mmap_entry {
	uint64_t base;
	uint64_t size;
	uint32_t type; /* enum boot_memory_type, or what else was given */
};

/* The memory map: an array. Its elements may have more fields than this kernel
 * knows, so read it with boot_mmap_get(). */
struct boot_mmap {
	const uint8_t *entries;
	unsigned count;
	unsigned entry_size;	/* bytes, at least 24 */
	unsigned entry_version; /* later versions only add at the end */
};

/* A file that the loader put into memory below 4 GiB: [start, end). */
struct boot_module {
	phys_addr_t start;
	phys_addr_t end;
	const char *cmdline;
};

/* Section headers of the kernel's ELF file, for its symbols. `sections` may
 * be unaligned. `count` is 0 if the loader passed none. */
struct boot_elf {
	const uint8_t *sections;
	unsigned count;
	unsigned entry_size; /* bytes, at least 40 */
	unsigned names;	     /* index of the section that holds their names */
};

/* The addresses of ACPI's root tables, from a structure with the right
 * signature, length and checksum. */
struct boot_rsdp {
	bool present;
	uint8_t revision; /* 0: ACPI 1.0; 2: ACPI 2.0 and later */
	char oem[7];
	phys_addr_t rsdt; /* 0: none */
	phys_addr_t xsdt; /* 0: none; preferred over the RSDT */
};

enum boot_framebuffer_type {
	BOOT_FRAMEBUFFER_INDEXED = 0,
	BOOT_FRAMEBUFFER_RGB = 1,
	BOOT_FRAMEBUFFER_TEXT = 2, /* width and height in characters */
};

/* The screen as the loader left it. One row of `width` cells of `bpp` bits
 * fits in `pitch` bytes, and the whole in the address space. */
struct boot_framebuffer {
	bool present;
	uint8_t bpp;
	uint8_t type; /* enum boot_framebuffer_type, or what else was given */
	phys_addr_t addr;
	unsigned pitch;
	unsigned width;
	unsigned height;
};

/* The PC's two oldest values, in KiB: memory from 0 and from 1 MiB up to the
 * first hole. The memory map is more exact. */
struct boot_meminfo {
	bool present;
	unsigned lower_kib;
	unsigned upper_kib;
};

struct boot_info {
	const char *cmdline; /* "" if the loader gave none */
	const char *loader;  /* its name, "" likewise */
	struct boot_mmap mmap;
	struct boot_module module[BOOT_MODULES_MAX];
	unsigned module_count;
	struct boot_elf elf;
	struct boot_rsdp rsdp;
	struct boot_framebuffer framebuffer;
	struct boot_meminfo meminfo;
	bool has_load_base;
	phys_addr_t load_base; /* where the image was put, if has_load_base */

	/* For the log: what was left unread. */
	unsigned unknown_tags;
	unsigned trailing_bytes; /* between the end tag and the block's end */
};

/* The loader's information; filled in by boot_info_init() and constant
 * after. */
extern struct boot_info boot_info;

/* Why information of the loader or the firmware cannot be used: a sentence
 * without a full stop or newline, for panic(). */
struct boot_error {
	char text[192];
};

/* Copies entry `i` of the map to `*entry`. Returns false, and does not change
 * `*entry`, if there are no more than `i` entries. Any context. */
bool boot_mmap_get(const struct boot_mmap *map, unsigned i,
		   struct boot_mmap_entry *entry);

#endif
