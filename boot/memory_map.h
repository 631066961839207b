/* SPDX-License-Identifier: MIT */
/* From the firmware's memory map to memblock, with an account of every byte.
 *
 *	struct boot_error err;
 *
 *	if (memory_map_apply(&boot_info.mmap, cpu_phys_limit(), &err))
 *		panic("%s", err.text);
 */
#ifndef BOOT_MEMORY_MAP_H
#define BOOT_MEMORY_MAP_H

#include "boot/boot_info.h"
#include "kernel/types.h"

/* What becomes of a byte that the firmware reported. From MEMORY_ACPI on the
 * order is that of rank: where entries overlap, the highest wins, and any of
 * them wins over usable. */
enum memory_class {
	MEMORY_USABLE,	  /* given to memblock */
	MEMORY_PARTIAL,	  /* usable, in a page that is not so in whole */
	MEMORY_ABOVE_CPU, /* usable, where this CPU's addresses do not reach */
	MEMORY_ABOVE_PAE, /* usable, above 64 GiB */
	MEMORY_ACPI,
	MEMORY_RESERVED,
	MEMORY_OTHER, /* a type that nobody has told us about */
	MEMORY_NVS,
	MEMORY_BAD,
	MEMORY_CLASSES
};

/* In bytes. An address that several entries report counts once, so that the
 * classes add up to `reported`, whatever the map looks like. */
struct memory_account {
	phys_addr_t reported;
	phys_addr_t class[MEMORY_CLASSES];
	phys_addr_t overlapping; /* of `reported`: in more than one entry */
};

/* What memory_map_apply() found; written by it alone. */
extern struct memory_account memory_account;

/* Gives memblock the RAM of the map: to `physmem` what is reported as usable
 * and nothing else, to `memory` the whole pages of that below `max_phys`, the
 * end of what the CPU reaches, at most 64 GiB. Entries may come in any order,
 * overlap, touch, be empty or off page boundaries; one that runs past the end
 * of the address space is cut there, at PHYS_ADDR_MAX.
 *
 * Logs each entry as it was given, then one line that accounts for all bytes,
 * then what was odd. Returns 0, or a negative errno with a sentence in `err`,
 * and memblock half filled:
 *   -ENOENT  no usable RAM comes of it
 *   -ENOMEM  more separate ranges than memblock holds
 * Boot, once, before anything else is added. Time grows with the square of
 * the number of entries; there is no limit on it but memblock's. */
int memory_map_apply(const struct boot_mmap *map, phys_addr_t max_phys,
		     struct boot_error *err);

#endif
