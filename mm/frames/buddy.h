/* SPDX-License-Identifier: MIT */
/* The free lists of a zone: blocks of 2^order frames, where two neighbours
 * that are both free and begin at a multiple of twice their size are one. For
 * mm/frames/page_alloc.c and its like; others ask mm/page_alloc.h.
 *
 * Frames go in INSIDE or as heads, and come out INSIDE: the caller sets the new
 * state of a block that it takes. The caller checks the watermarks. */
#ifndef MM_BUDDY_H
#define MM_BUDDY_H

#include "mm/zone.h"

/* Takes a block of exactly 2^order frames, from the smallest that will do.
 * NULL if no block is large enough. */
struct page *buddy_take(struct zone *zone, unsigned order);

/* Takes a block of at most `max` frames (1 or more), from the smallest that
 * there is, and sets `*order`. NULL if the zone has nothing ready. */
struct page *buddy_take_upto(struct zone *zone, unsigned long max,
			     unsigned *order);

/* Gives a block back, whose head is `page`, joined with free neighbours. */
void buddy_give(struct zone *zone, struct page *page, unsigned order);

/* Gives back frames of which all are INSIDE, in the largest blocks that their
 * place allows. [start, end) is not empty and lies in the zone. */
void buddy_give_range(struct zone *zone, pfn_t start, pfn_t end);

#endif
