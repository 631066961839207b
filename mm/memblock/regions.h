/* SPDX-License-Identifier: MIT */
/* Lists of regions, for memblock itself. Each is an array, sorted, without
 * overlap:
 *
 *	index      0          1        2
 *	      |--------|  |------|############|      1 and 2 touch, but differ
 *	     base     end                            in node or flags
 *
 * This room is built from five small functions:
 *
 *	regions_ending_by()   the place of an address in a list; binary search
 *	regions_first_gap()   the first part of a range that no region covers
 *	regions_last_gap()    the last
 *	regions_insert()      puts a range into a gap, joined with neighbours
 *	regions_split_at()    makes an address the border of two regions
 *
 * All need time linear in the number of regions at most. Context: boot, one
 * CPU; no locks. */
#ifndef MM_MEMBLOCK_REGIONS_H
#define MM_MEMBLOCK_REGIONS_H

#include "kernel/compiler.h"
#include "mm/memblock.h"

/* The end of a range of `size` bytes, cut at the end of the address space. */
static inline phys_addr_t range_end(phys_addr_t base, phys_addr_t size)
{
	return base + min(size, PHYS_ADDR_MAX - base);
}

static inline phys_addr_t region_end(const struct memblock_region *r)
{
	return r->base + r->size;
}

/* Alignments must be powers of two. */
static inline bool is_power_of_two(phys_addr_t n)
{
	return n && !(n & (n - 1));
}

/* ---- Where an address belongs -------------------------------------------- */

/* How many regions end at or before `addr`: the index of the first that
 * reaches beyond it, which holds `addr` or is the next above. */
unsigned long regions_ending_by(const struct memblock_type *type,
				phys_addr_t addr);

/* How many regions begin below `addr`. */
unsigned long regions_starting_below(const struct memblock_type *type,
				     phys_addr_t addr);

/* The region that holds the byte at `addr`, or NULL. */
struct memblock_region *regions_at(const struct memblock_type *type,
				   phys_addr_t addr);

/* True if `addr` lies inside a region, not at its border. */
bool regions_cut(const struct memblock_type *type, phys_addr_t addr);

/* Narrows [*start, *end) to its first, or last, part that is in no region.
 * False if there is none. */
bool regions_first_gap(const struct memblock_type *type, phys_addr_t *start,
		       phys_addr_t *end);
bool regions_last_gap(const struct memblock_type *type, phys_addr_t *start,
		      phys_addr_t *end);

/* True if every byte of [start, end) is in a region. */
bool regions_cover(const struct memblock_type *type, phys_addr_t start,
		   phys_addr_t end);

/* ---- Changing a list that has room --------------------------------------- */

/* Whether `piece`, in a gap before region `i`, joins the neighbour below, or
 * above: they touch, with the same node and flags. */
bool regions_join_below(const struct memblock_type *type, unsigned long i,
			const struct memblock_region *piece);
bool regions_join_above(const struct memblock_type *type, unsigned long i,
			const struct memblock_region *piece);

/* Inserts `piece` into the gap before region `i`. The array must have room for
 * one more region, unless the piece joins a neighbour. */
void regions_insert(struct memblock_type *type, unsigned long i,
		    const struct memblock_region *piece);

/* If `addr` lies inside a region, splits that region in two. The array must
 * have room for one more. */
void regions_split_at(struct memblock_type *type, phys_addr_t addr);

/* Gives a region the bounds [base, end). If no byte is left, regions_settle()
 * drops it. */
void region_set_bounds(struct memblock_region *r, phys_addr_t base,
		       phys_addr_t end);

/* The end of every change: removes empty regions, joins neighbours that touch
 * with the same node and flags, and computes the total. */
void regions_settle(struct memblock_type *type);

/* ---- What several files of the room need --------------------------------- */

/* Finds free memory of node `nid` in [start, end), from the side asked for.
 * Returns its address, or 0, which is never free: it is in the first page. */
phys_addr_t memblock_find_free(phys_addr_t size, phys_addr_t align,
			       phys_addr_t start, phys_addr_t end, int nid,
			       bool bottom_up);

/* The frames [*first, *last) that lie wholly in [base, end). False if there are
 * none, or none that a pfn_t can number (a 32-bit one ends at 16 TiB). */
bool memblock_whole_frames(phys_addr_t base, phys_addr_t end, pfn_t *first,
			   pfn_t *last);

#endif
