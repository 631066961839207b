/* SPDX-License-Identifier: MIT */
/* Walks along lists of regions. The search for free memory is such a walk. See
 * mm/memblock.h and mm/memblock/regions.h. */
#include "arch/page.h"
#include "regions.h"

/* Memory with these flags is left out of a walk unless the caller names
 * them. */
#define SPECIAL (MEMBLOCK_NOMAP | MEMBLOCK_DRIVER_MANAGED)

/* Whether a walk visits a region; see memblock_next_range(). */
static bool counts(const struct memblock_type *type,
		   const struct memblock_region *r, int nid,
		   enum memblock_flags flags)
{
	if (type != &memblock.memory)
		return true;
	if (nid != NUMA_NO_NODE && nid != r->nid)
		return false;
	if (flags & ~r->flags & MEMBLOCK_MIRROR)
		return false;
	return !(r->flags & ~flags & SPECIAL);
}

bool memblock_next_range(phys_addr_t *cursor, bool up,
			 const struct memblock_type *type,
			 const struct memblock_type *minus, int nid,
			 enum memblock_flags flags, phys_addr_t *start,
			 phys_addr_t *end, int *nid_out)
{
	unsigned long i = up ? regions_ending_by(type, *cursor)
			     : regions_starting_below(type, *cursor) - 1;
	const struct memblock_region *r;
	phys_addr_t low, high;

	/* Below region 0 the index wraps, and ends the loop too. */
	for (; i < memblock_count(type); i += up ? 1 : -1UL) {
		r = &type->regions[i];
		low = up ? max(r->base, *cursor) : r->base;
		high = up ? region_end(r) : min(region_end(r), *cursor);
		if (!counts(type, r, nid, flags))
			continue;
		if (minus && !(up ? regions_first_gap
				  : regions_last_gap)(minus, &low, &high))
			continue;
		*cursor = up ? high : low;
		if (start)
			*start = low;
		if (end)
			*end = high;
		if (nid_out)
			*nid_out = r->nid;
		return true;
	}
	return false;
}

bool memblock_whole_frames(phys_addr_t base, phys_addr_t end, pfn_t *first,
			   pfn_t *last)
{
	phys_addr_t low = base >> PAGE_SHIFT, high = end >> PAGE_SHIFT;

	low += !IS_ALIGNED(base, PAGE_SIZE);
	*first = (pfn_t)low;
	*last = (pfn_t)high;
	return low < high && *last == high;
}

bool memblock_next_pfn_range(int *index, int nid, pfn_t *start, pfn_t *end,
			     int *nid_out)
{
	const struct memblock_region *r;
	pfn_t first, last;

	while (++*index < (int)memblock_count(&memblock.memory)) {
		r = &memblock.memory.regions[*index];
		if ((nid != NUMA_NO_NODE && nid != r->nid) ||
		    !memblock_whole_frames(r->base, region_end(r), &first,
					   &last))
			continue;
		if (start)
			*start = first;
		if (end)
			*end = last;
		if (nid_out)
			*nid_out = r->nid;
		return true;
	}
	return false;
}

/* ---- Free memory --------------------------------------------------------- */

/* The address for an allocation in the free range [start, end), or 0. Rounding
 * up may wrap; the result then lies below `start`. */
static phys_addr_t fit(phys_addr_t start, phys_addr_t end, phys_addr_t size,
		       phys_addr_t align, bool bottom_up)
{
	phys_addr_t at;

	if (start >= end || end - start < size)
		return 0;
	at = bottom_up ? ALIGN(start, align) : ALIGN_DOWN(end - size, align);
	return start <= at && at <= end - size ? at : 0;
}

phys_addr_t memblock_find_free(phys_addr_t size, phys_addr_t align,
			       phys_addr_t start, phys_addr_t end, int nid,
			       bool bottom_up)
{
	phys_addr_t cursor, low, high, at;

	start = max(start, (phys_addr_t)PAGE_SIZE);
	end = min(end, memblock.current_limit);
	cursor = bottom_up ? start : end;
	while (memblock_next_range(&cursor, bottom_up, &memblock.memory,
				   &memblock.reserved, nid, MEMBLOCK_NONE, &low,
				   &high, NULL)) {
		at = fit(max(low, start), min(high, end), size, align,
			 bottom_up);
		if (at)
			return at;
	}
	return 0;
}
