/* SPDX-License-Identifier: MIT */
/* Lists of regions: searching one and changing one. See
 * mm/memblock/regions.h. */
#include "regions.h"

#include "kernel/panic.h"
#include "kernel/string.h"

/* ---- Where an address belongs -------------------------------------------- */

unsigned long regions_ending_by(const struct memblock_type *type,
				phys_addr_t addr)
{
	unsigned long low = 0, high = memblock_count(type), mid;

	while (low < high) {
		mid = (low + high) / 2;
		if (region_end(&type->regions[mid]) <= addr)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

struct memblock_region *regions_at(const struct memblock_type *type,
				   phys_addr_t addr)
{
	unsigned long i = regions_ending_by(type, addr);

	if (i == memblock_count(type) || type->regions[i].base > addr)
		return NULL;
	return &type->regions[i];
}

bool regions_cut(const struct memblock_type *type, phys_addr_t addr)
{
	const struct memblock_region *r = regions_at(type, addr);

	return r && r->base < addr;
}

unsigned long regions_starting_below(const struct memblock_type *type,
				     phys_addr_t addr)
{
	return regions_ending_by(type, addr) + regions_cut(type, addr);
}

bool regions_first_gap(const struct memblock_type *type, phys_addr_t *start,
		       phys_addr_t *end)
{
	unsigned long i = regions_ending_by(type, *start),
		      n = memblock_count(type);
	const struct memblock_region *r = type->regions;

	while (i < n && r[i].base <= *start)
		*start = region_end(&r[i++]);
	if (i < n)
		*end = min(*end, r[i].base);
	return *start < *end;
}

bool regions_last_gap(const struct memblock_type *type, phys_addr_t *start,
		      phys_addr_t *end)
{
	unsigned long i = regions_starting_below(type, *end);
	const struct memblock_region *r = type->regions;

	while (i > 0 && region_end(&r[i - 1]) >= *end)
		*end = r[--i].base;
	if (i > 0)
		*start = max(*start, region_end(&r[i - 1]));
	return *start < *end;
}

bool regions_cover(const struct memblock_type *type, phys_addr_t start,
		   phys_addr_t end)
{
	return !regions_first_gap(type, &start, &end);
}

/* ---- Changing a list that has room --------------------------------------- */

/* True if the two touch and have the same node and flags. */
static bool joins(const struct memblock_region *low,
		  const struct memblock_region *high)
{
	return region_end(low) == high->base && low->nid == high->nid &&
	       low->flags == high->flags;
}

bool regions_join_below(const struct memblock_type *type, unsigned long i,
			const struct memblock_region *piece)
{
	return i > 0 && joins(&type->regions[i - 1], piece);
}

bool regions_join_above(const struct memblock_type *type, unsigned long i,
			const struct memblock_region *piece)
{
	return i < memblock_count(type) && joins(piece, &type->regions[i]);
}

/* Moves region `i` and those above up by one place. The array must have
 * room. */
static void open_place(struct memblock_type *type, unsigned long i)
{
	unsigned long n = memblock_count(type);

	ASSERT(i <= n && n < type->max);
	memmove(&type->regions[i + 1], &type->regions[i],
		(n - i) * sizeof(*type->regions));
	type->cnt = n + 1;
}

void regions_insert(struct memblock_type *type, unsigned long i,
		    const struct memblock_region *piece)
{
	struct memblock_region *r = type->regions;

	ASSERT(!i || region_end(&r[i - 1]) <= piece->base);
	ASSERT(i == memblock_count(type) || region_end(piece) <= r[i].base);
	if (regions_join_below(type, i, piece)) {
		r[i - 1].size += piece->size;
	} else if (regions_join_above(type, i, piece)) {
		r[i].base = piece->base;
		r[i].size += piece->size;
	} else {
		open_place(type, i);
		r[i] = *piece;
	}
}

void regions_split_at(struct memblock_type *type, phys_addr_t addr)
{
	unsigned long i = regions_ending_by(type, addr);
	struct memblock_region *r = &type->regions[i];

	if (!regions_cut(type, addr))
		return;
	open_place(type, i);
	r[0].size = addr - r[0].base;
	r[1].base = addr;
	r[1].size -= r[0].size;
}

void region_set_bounds(struct memblock_region *r, phys_addr_t base,
		       phys_addr_t end)
{
	r->base = base;
	r->size = base < end ? end - base : 0;
}

void regions_settle(struct memblock_type *type)
{
	struct memblock_region *r = type->regions;
	unsigned long i, kept = 0;

	type->total_size = 0;
	for (i = 0; i < type->cnt; i++) {
		ASSERT(!kept || !r[i].size ||
		       region_end(&r[kept - 1]) <= r[i].base);
		type->total_size += r[i].size;
		if (kept > 0 && joins(&r[kept - 1], &r[i]))
			r[kept - 1].size += r[i].size;
		else if (r[i].size)
			r[kept++] = r[i];
	}
	if (kept == 0)
		r[kept++] = (struct memblock_region){0};
	type->cnt = kept;
}
