/* SPDX-License-Identifier: MIT */
/* The free lists of a zone: blocks of 2^order frames, where two neighbours that
 * are both free and begin at a multiple of twice their size are one. For the
 * other files of mm/frames; other rooms include mm/page_alloc.h.
 *
 * Frames go in INSIDE or as heads, and come out INSIDE: the caller sets the new
 * state of a block that it takes. The caller checks the watermarks.
 *
 * Single pages that were freed in no order wait in a list of their own, in the
 * state PCP, and are allocated from there as they are. They join the free lists
 * when a CPU has nothing else to do, when a request finds no block, and when
 * the list has more than a 64th of the zone. */
#ifndef MM_BUDDY_H
#define MM_BUDDY_H

#include "mm/zone.h"

/* Takes a block of exactly 2^order frames, cut from the smallest block that is
 * large enough. Returns NULL if there is none. */
struct page *buddy_take(struct zone *zone, unsigned order);

/* Takes a block of at most `max` frames (1 or more), preferably from a small
 * block, and sets `*order`. Returns NULL if the zone has no frame that is ready
 * and free. */
struct page *buddy_take_upto(struct zone *zone, unsigned long max,
			     unsigned *order);

/* Whether there are single pages, or blocks of order 0. Without the lock: the
 * answer may be old. */
static inline bool buddy_has_singles(const struct zone *zone)
{
	return READ_ONCE(zone->first_single) ||
	       READ_ONCE(zone->free_area[0].first);
}

/* Takes up to `max` pages out of the list of single pages and then out of the
 * free list of order 0. Returns how many, all of them in the state PCP. */
unsigned buddy_take_singles(struct zone *zone, struct page **pages,
			    unsigned max);

/* Puts `count` pages, all of them in the state PCP, into the list of single
 * pages. */
void buddy_give_singles(struct zone *zone, struct page *const *pages,
			unsigned count);

/* Joins up to JOIN_AT_ONCE single pages with the free lists, interrupts off;
 * false if there are none. */
#define JOIN_AT_ONCE 32u
bool buddy_join_singles(struct zone *zone);

/* Frees the block with the head `page`, and joins it with free buddies. */
void buddy_give(struct zone *zone, struct page *page, unsigned order);

/* Frees frames that are all INSIDE, in the largest blocks that their alignment
 * allows. [start, end) is not empty and lies in the zone. */
void buddy_give_range(struct zone *zone, pfn_t start, pfn_t end);

#endif
