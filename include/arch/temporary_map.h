/* SPDX-License-Identifier: MIT */
/* A page of any frame, seen for a moment: to clear it, to fill it, to look at
 * what it holds.
 *
 *	void *seen = temporary_map(pfn);
 *
 *	memset(seen, 0, PAGE_SIZE);
 *	temporary_unmap(seen);
 *
 * Frames of lowmem are shown where they always are. Others take one of
 * TEMPORARY_MAPS slots, so no more than that many can be seen at once. */
#ifndef ARCH_TEMPORARY_MAP_H
#define ARCH_TEMPORARY_MAP_H

#include "kernel/types.h"

/* One to copy from and one to copy to. */
#define TEMPORARY_MAPS 2

/* Shows the page of frame `pfn`, writable, and returns its address, a multiple
 * of PAGE_SIZE. With no slot left: a panic. This CPU, interrupts off. */
void *temporary_map(pfn_t pfn);

/* Ends what temporary_map() returned, the newest first. Any other address is a
 * panic. After it, touching a high page there faults. */
void temporary_unmap(void *addr);

#endif
