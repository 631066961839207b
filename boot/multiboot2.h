/* SPDX-License-Identifier: MIT */
/* The multiboot2 information block: tags that a loader leaves in memory.
 *
 *	struct boot_error err;
 *
 *	if (multiboot2_parse(block, size, &boot_info, &err))
 *		panic("%s", err.text);
 *
 * Source: Multiboot2 Specification 2.0, section 3.6. */
#ifndef BOOT_MULTIBOOT2_H
#define BOOT_MULTIBOOT2_H

#include "boot/boot_info.h"
#include "kernel/types.h"

/* Reads the block of `size` bytes at `block` into `*info`, which then points
 * into it. The length that the block states may be smaller than `size`, not
 * larger. Every length, count and string is checked before it is used. Any
 * alignment.
 *
 * Returns 0, or a negative errno with a sentence in `err` that names the tag,
 * its number and its offset in the block:
 *   -EINVAL  the block is damaged
 *   -ENOENT  there is no memory map, or it has no entries
 *   -ENOSPC  more modules than BOOT_MODULES_MAX
 * After an error `*info` is undefined. Tags of unknown number are skipped and
 * counted. Prints nothing, allocates nothing, keeps nothing; any context. */
int multiboot2_parse(const void *block, size_t size, struct boot_info *info,
		     struct boot_error *err);

#endif
