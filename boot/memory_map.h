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

/* The class of a byte that the firmware reported. From MEMORY_ACPI on, the
 * order is the rank: where entries overlap, the highest class wins, and each of
 * them wins over usable. */
enum memory_class {
	MEMORY_USABLE,	  /* given to memblock */
	MEMORY_PARTIAL,	  /* usable, in a page that is not all usable */
	MEMORY_ABOVE_CPU, /* usable, above this CPU's physical addresses */
	MEMORY_ABOVE_PAE, /* usable, above 64 GiB */
	MEMORY_ACPI,
	MEMORY_RESERVED,
	MEMORY_OTHER, /* a type that Loft does not know */
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

/* Adds the RAM of the map to memblock: to `physmem` all bytes that are reported
 * as usable, to `memory` their whole pages below `max_phys`, the end of the
 * CPU's physical addresses, and below 64 GiB. Entries may come in any order,
 * overlap, touch, be empty or off page boundaries; one that runs past the end
 * of the address space is cut there, at PHYS_ADDR_MAX.
 *
 * Logs each entry as the firmware has passed it, then one line that accounts
 * for all bytes, then oddities. Returns 0, or a negative errno with a sentence
 * in `err`, and memblock half filled:
  *	-ENOENT  the map has no usable RAM
 *   -ENOMEM  more separate ranges than memblock holds
 * Boot, once, before anything else is added. Time grows with the square of
 * the number of entries; there is no limit on it but memblock's. */
int memory_map_apply(const struct boot_mmap *map, phys_addr_t max_phys,
		     struct boot_error *err);

#endif
