/* SPDX-License-Identifier: MIT */
/* memblock: what is RAM and what of it is taken, before any other allocator.
 *
 * Each list is an array of regions, sorted, without overlap:
 *
 *	index      0          1        2
 *	      |--------|  |------|############|      1 and 2 touch, but differ
 *	     base     end                            in node or flags
 *
 * Everything is built from five small things:
 *
 *	ending_by()    where in a list an address belongs, by halving
 *	first_gap()    the first part of a range that a list does not cover
 *	last_gap()     the last
 *	insert()       puts a range into a gap, joined with alike neighbours
 *	split_at()     makes an address the border of two regions
 *
 * So adding is to insert each gap of the new range; free memory is the gaps
 * that the reserved list leaves in each region of memory; and allocating is to
 * walk those from one end, take the first that fits, and reserve it.
 *
 * Rule: count first, then change. A call finds out how many regions it needs
 * before it moves one; if they do not fit, the array grows or the call fails
 * and the list is as it was. Growing is recursive by nature (the new array is
 * itself a range to be reserved), but no deeper than memory -> reserved.
 *
 * Limits: linear in the number of regions per change; the machines that have
 * many have some hundreds. The lists are the whole state: no function keeps
 * anything between calls but the permission to grow. */
#include "mm/memblock.h"

#include "arch/page.h"
#include "kernel/compiler.h"
#include "kernel/errno.h"
#include "kernel/panic.h"
#include "kernel/printk.h"
#include "kernel/string.h"

/* Regions that each list holds before it has to grow. */
#define INIT_REGIONS 128

/* And those two that the firmware's map fills, before any list can grow: what
 * the map has at most, and what `nomap=` cuts it into. */
#define LARGE_REGIONS (MEMBLOCK_MAP_RANGES + 128)

/* Memory of this kind is not for everyone: it is left out unless named. */
#define SPECIAL (MEMBLOCK_NOMAP | MEMBLOCK_DRIVER_MANAGED)

static struct memblock_region memory_regions[INIT_REGIONS];
static struct memblock_region reserved_regions[INIT_REGIONS];
static struct memblock_region physmem_regions[INIT_REGIONS];
static struct memblock_region large_memory[LARGE_REGIONS];
static struct memblock_region large_physmem[LARGE_REGIONS];

struct memblock memblock = {
	.bottom_up = false,
	.current_limit = MEMBLOCK_ALLOC_ANYWHERE,
	.memory = {.cnt = 1,
		   .max = INIT_REGIONS,
		   .regions = memory_regions,
		   .name = "memory"},
	.reserved = {.cnt = 1,
		     .max = INIT_REGIONS,
		     .regions = reserved_regions,
		     .name = "reserved"},
};

struct memblock_type physmem = {
	.cnt = 1,
	.max = INIT_REGIONS,
	.regions = physmem_regions,
	.name = "physmem",
};

static bool can_resize;

/* ---- Ranges and where they lie ------------------------------------------- */

/* The end of a range, cut at the end of the address space. */
static phys_addr_t range_end(phys_addr_t base, phys_addr_t size)
{
	return base + min(size, PHYS_ADDR_MAX - base);
}

static phys_addr_t region_end(const struct memblock_region *r)
{
	return r->base + r->size;
}

/* How many regions end at or before `addr`: the index of the first that
 * reaches beyond it, which holds `addr` or is the next above. */
static unsigned long ending_by(const struct memblock_type *type,
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

/* The region that holds the byte at `addr`, or NULL. */
static struct memblock_region *region_at(const struct memblock_type *type,
					 phys_addr_t addr)
{
	unsigned long i = ending_by(type, addr);

	if (i == memblock_count(type) || type->regions[i].base > addr)
		return NULL;
	return &type->regions[i];
}

/* True if `addr` lies inside a region, not at its border. */
static bool cuts(const struct memblock_type *type, phys_addr_t addr)
{
	const struct memblock_region *r = region_at(type, addr);

	return r && r->base < addr;
}

/* How many regions begin below `addr`. */
static unsigned long starting_below(const struct memblock_type *type,
				    phys_addr_t addr)
{
	return ending_by(type, addr) + cuts(type, addr);
}

/* Narrows [*start, *end) to its first part that is in no region. Returns false
 * if there is none. */
static bool first_gap(const struct memblock_type *type, phys_addr_t *start,
		      phys_addr_t *end)
{
	unsigned long i = ending_by(type, *start), n = memblock_count(type);
	const struct memblock_region *r = type->regions;

	while (i < n && r[i].base <= *start)
		*start = region_end(&r[i++]);
	if (i < n)
		*end = min(*end, r[i].base);
	return *start < *end;
}

/* The same for the last part. */
static bool last_gap(const struct memblock_type *type, phys_addr_t *start,
		     phys_addr_t *end)
{
	unsigned long i = starting_below(type, *end);
	const struct memblock_region *r = type->regions;

	while (i > 0 && region_end(&r[i - 1]) >= *end)
		*end = r[--i].base;
	if (i > 0)
		*start = max(*start, region_end(&r[i - 1]));
	return *start < *end;
}

/* True if every byte of [start, end) is in a region. */
static bool covers(const struct memblock_type *type, phys_addr_t start,
		   phys_addr_t end)
{
	return !first_gap(type, &start, &end);
}

/* What alignments have to be. */
static bool is_power_of_two(phys_addr_t n)
{
	return n && !(n & (n - 1));
}

/* ---- Changing a list that has room --------------------------------------- */

/* True if the two touch and nothing tells them apart. */
static bool joins(const struct memblock_region *low,
		  const struct memblock_region *high)
{
	return region_end(low) == high->base && low->nid == high->nid &&
	       low->flags == high->flags;
}

/* Whether `piece`, in a gap before region `i`, joins a neighbour. */
static bool joins_below(const struct memblock_type *type, unsigned long i,
			const struct memblock_region *piece)
{
	return i > 0 && joins(&type->regions[i - 1], piece);
}

static bool joins_above(const struct memblock_type *type, unsigned long i,
			const struct memblock_region *piece)
{
	return i < memblock_count(type) && joins(piece, &type->regions[i]);
}

/* Moves region `i` and those above up by one place, which must be there. */
static void open_place(struct memblock_type *type, unsigned long i)
{
	unsigned long n = memblock_count(type);

	memmove(&type->regions[i + 1], &type->regions[i],
		(n - i) * sizeof(*type->regions));
	type->cnt = n + 1;
}

/* Puts `piece` into the gap before region `i`. */
static void insert(struct memblock_type *type, unsigned long i,
		   const struct memblock_region *piece)
{
	struct memblock_region *r = type->regions;

	if (joins_below(type, i, piece)) {
		r[i - 1].size += piece->size;
	} else if (joins_above(type, i, piece)) {
		r[i].base = piece->base;
		r[i].size += piece->size;
	} else {
		open_place(type, i);
		r[i] = *piece;
	}
}

/* Makes `addr` the border of two regions if it lies inside one. */
static void split_at(struct memblock_type *type, phys_addr_t addr)
{
	unsigned long i = ending_by(type, addr);
	struct memblock_region *r = &type->regions[i];

	if (!cuts(type, addr))
		return;
	open_place(type, i);
	r[0].size = addr - r[0].base;
	r[1].base = addr;
	r[1].size -= r[0].size;
}

/* Gives a region the bounds [base, end); without a byte, settle() drops it. */
static void set_bounds(struct memblock_region *r, phys_addr_t base,
		       phys_addr_t end)
{
	r->base = base;
	r->size = base < end ? end - base : 0;
}

/* Ends every change: drops the regions that were left without a byte, joins
 * neighbours that became alike, and sums up. */
static void settle(struct memblock_type *type)
{
	struct memblock_region *r = type->regions;
	unsigned long i, kept = 0;

	type->total_size = 0;
	for (i = 0; i < type->cnt; i++) {
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

/* ---- Growing ------------------------------------------------------------- */

/* Where in the free range [start, end) an allocation goes, or 0. Rounding up
 * may wrap, and the result then lies below `start`. */
static phys_addr_t fit(phys_addr_t start, phys_addr_t end, phys_addr_t size,
		       phys_addr_t align, bool bottom_up)
{
	phys_addr_t at;

	if (start >= end || end - start < size)
		return 0;
	at = bottom_up ? ALIGN(start, align) : ALIGN_DOWN(end - size, align);
	return start <= at && at <= end - size ? at : 0;
}

/* Finds free memory of node `nid` in [start, end), from the side asked for.
 * Returns its address, or 0, which is never free: it is in the first page. */
static phys_addr_t find_free(phys_addr_t size, phys_addr_t align,
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

/* True if the array came from memory that memblock gave out. */
static bool is_allocated(const struct memblock_region *array)
{
	return array != memory_regions && array != reserved_regions &&
	       array != physmem_regions && array != large_memory &&
	       array != large_physmem;
}

/* Replaces a full array by one of twice the size, in free memory outside
 * [base, end), which the caller is about to reserve or to take away: above it
 * if possible, else below. Returns 0 or -ENOMEM.
 *
 * The new array takes a region of the reserved list, so there must be room for
 * that before: the doubled list has it, another sees to it first. */
static int grow(struct memblock_type *type, phys_addr_t base, phys_addr_t end)
{
	phys_addr_t old_size = type->max * sizeof(*type->regions);
	struct memblock_region *old = type->regions;
	phys_addr_t size = PAGE_ALIGN(2 * old_size), at = 0;
	bool room = type == &memblock.reserved ||
		    memblock_count(&memblock.reserved) < memblock.reserved.max;

	if (can_resize && (room || !grow(&memblock.reserved, base, end))) {
		at = find_free(size, PAGE_SIZE, end, PHYS_ADDR_MAX,
			       NUMA_NO_NODE, false);
		if (!at)
			at = find_free(size, PAGE_SIZE, 0, base, NUMA_NO_NODE,
				       false);
	}
	if (!at) {
		pr_err("memblock: %s is full with %lu regions and cannot "
		       "grow: %s\n",
		       type->name, type->max,
		       can_resize ? "no memory" : "not allowed yet");
		return -ENOMEM;
	}
	type->regions = phys_to_virt(at);
	memcpy(type->regions, old, (size_t)old_size);
	memset(type->regions + type->max, 0, (size_t)old_size);
	type->max *= 2;
	memblock_reserve(at, size);
	if (is_allocated(old))
		memblock_free(old, PAGE_ALIGN(old_size));
	return 0;
}

/* Moves a list into a static array of LARGE_REGIONS. */
static void enlarge(struct memblock_type *type, struct memblock_region *array)
{
	if (type->max >= LARGE_REGIONS)
		return;
	memcpy(array, type->regions, type->max * sizeof(*array));
	type->regions = array;
	type->max = LARGE_REGIONS;
}

void memblock_use_large_arrays(void)
{
	enlarge(&memblock.memory, large_memory);
	enlarge(&physmem, large_physmem);
}

void memblock_allow_resize(void)
{
	can_resize = true;
}

/* ---- Adding and reserving ------------------------------------------------ */

/* Fills `piece` with the first gap of [start, end); false if there is none.
 * `*i` is the index of the region above it. */
static bool next_piece(const struct memblock_type *type, phys_addr_t start,
		       phys_addr_t end, struct memblock_region *piece,
		       unsigned long *i)
{
	if (!first_gap(type, &start, &end))
		return false;
	piece->base = start;
	piece->size = end - start;
	*i = ending_by(type, start);
	return true;
}

/* How many regions the gaps of [base, end) take that join no neighbour. */
static unsigned long places_needed(const struct memblock_type *type,
				   phys_addr_t base, phys_addr_t end,
				   struct memblock_region piece)
{
	unsigned long i, places = 0;

	for (; next_piece(type, base, end, &piece, &i);
	     base = region_end(&piece))
		places += !joins_below(type, i, &piece) &&
			  !joins_above(type, i, &piece);
	return places;
}

/* Adds to a list what of the range is not yet there. Growing may change the
 * gaps (an old array is freed), so they are counted again after it; and once
 * may be too little. Only what is being reserved must not hold the array. */
static int add_range(struct memblock_type *type, phys_addr_t base,
		     phys_addr_t size, int nid, enum memblock_flags flags)
{
	struct memblock_region piece = {.nid = nid, .flags = flags};
	phys_addr_t end = range_end(base, size);
	unsigned long i;
	int err;

	while (memblock_count(type) + places_needed(type, base, end, piece) >
	       type->max) {
		err = type == &memblock.reserved ? grow(type, base, end)
						 : grow(type, 0, 0);
		if (err)
			return err;
	}
	for (; next_piece(type, base, end, &piece, &i);
	     base = region_end(&piece))
		insert(type, i, &piece);
	settle(type);
	return 0;
}

int memblock_add(phys_addr_t base, phys_addr_t size)
{
	return memblock_add_node(base, size, NUMA_NO_NODE, MEMBLOCK_NONE);
}

int memblock_add_node(phys_addr_t base, phys_addr_t size, int nid,
		      enum memblock_flags flags)
{
	return add_range(&memblock.memory, base, size, nid, flags);
}

int memblock_physmem_add(phys_addr_t base, phys_addr_t size)
{
	return add_range(&physmem, base, size, NUMA_NO_NODE, MEMBLOCK_NONE);
}

int memblock_reserve(phys_addr_t base, phys_addr_t size)
{
	return add_range(&memblock.reserved, base, size, NUMA_NO_NODE,
			 MEMBLOCK_NONE);
}

/* ---- Removing and freeing ------------------------------------------------ */

/* True if to take [base, end) away leaves two ends of one region. */
static bool makes_hole(const struct memblock_type *type, phys_addr_t base,
		       phys_addr_t end)
{
	return cuts(type, base) && cuts(type, end) &&
	       ending_by(type, base) == ending_by(type, end);
}

/* Takes the range out of a list. Only a hole in one region needs a place. */
static int remove_range(struct memblock_type *type, phys_addr_t base,
			phys_addr_t size)
{
	phys_addr_t end = range_end(base, size);
	struct memblock_region *r;
	unsigned long i, n;
	int err;

	if (base == end)
		return 0;
	while (memblock_count(type) + makes_hole(type, base, end) > type->max) {
		err = grow(type, base, end);
		if (err)
			return err;
	}
	if (makes_hole(type, base, end))
		split_at(type, end);
	n = starting_below(type, end);
	for (i = ending_by(type, base); i < n; i++) {
		r = &type->regions[i];
		if (r->base < base)
			set_bounds(r, r->base, base);
		else
			set_bounds(r, end, region_end(r));
	}
	settle(type);
	return 0;
}

int memblock_remove(phys_addr_t base, phys_addr_t size)
{
	return remove_range(&memblock.memory, base, size);
}

int memblock_phys_free(phys_addr_t base, phys_addr_t size)
{
	return remove_range(&memblock.reserved, base, size);
}

void memblock_free(void *ptr, phys_addr_t size)
{
	if (ptr && memblock_phys_free(virt_to_phys(ptr), size))
		pr_err("memblock: %pa bytes at %p stay reserved\n", &size, ptr);
}

void memblock_trim_memory(phys_addr_t align)
{
	unsigned long i, n = memblock_count(&memblock.memory);
	struct memblock_region *r = memblock.memory.regions;
	phys_addr_t end;

	if (!is_power_of_two(align)) {
		pr_err("memblock: cannot trim memory to multiples of %pa\n",
		       &align);
		return;
	}
	for (i = 0; i < n; i++, r++) {
		/* Rounding up wraps only where nothing is left anyway. */
		end = ALIGN_DOWN(region_end(r), align);
		set_bounds(r, r->base < end ? ALIGN(r->base, align) : end, end);
	}
	settle(&memblock.memory);
}

/* Takes away the memory in [from, to) but for NOMAP regions. */
static void remove_mappable(phys_addr_t from, phys_addr_t to)
{
	phys_addr_t i, start, end;

	for_each_mem_range(i, &start, &end) {
		start = max(start, from);
		end = min(end, to);
		if (start < end)
			memblock_remove(start, end - start);
	}
}

void memblock_cap_memory_range(phys_addr_t base, phys_addr_t size)
{
	phys_addr_t end = range_end(base, size);

	if (base == end)
		return;
	remove_mappable(0, base);
	remove_mappable(end, PHYS_ADDR_MAX);
	memblock_phys_free(0, base);
	memblock_phys_free(end, PHYS_ADDR_MAX);
}

/* The address below which there are `limit` bytes of memory, or PHYS_ADDR_MAX
 * if there are fewer. */
static phys_addr_t limit_to_address(phys_addr_t limit)
{
	struct memblock_region *r;

	for_each_mem_region(r) {
		if (limit <= r->size)
			return r->base + limit;
		limit -= r->size;
	}
	return PHYS_ADDR_MAX;
}

void memblock_mem_limit_remove_map(phys_addr_t limit)
{
	memblock_cap_memory_range(0, limit_to_address(limit));
}

void memblock_enforce_memory_limit(phys_addr_t limit)
{
	phys_addr_t end = limit_to_address(limit);

	if (!limit)
		return;
	memblock_remove(end, PHYS_ADDR_MAX);
	memblock_phys_free(end, PHYS_ADDR_MAX);
}

/* ---- Allocating ---------------------------------------------------------- */

/* The alignment to use for a request, or 0 for one that makes no sense. */
static phys_addr_t usable_align(phys_addr_t size, phys_addr_t align)
{
	if (!align) {
		pr_warn("memblock: alignment 0 asked for, taken as %d\n",
			SMP_CACHE_BYTES);
		align = SMP_CACHE_BYTES;
	}
	if (size && is_power_of_two(align))
		return align;
	pr_err("memblock: cannot allocate %pa bytes at a multiple of %pa\n",
	       &size, &align);
	return 0;
}

/* Finds and reserves; returns the address or 0. */
static phys_addr_t take(phys_addr_t size, phys_addr_t align, phys_addr_t start,
			phys_addr_t end, int nid)
{
	phys_addr_t at =
		find_free(size, align, start, end, nid, memblock.bottom_up);

	return at && !memblock_reserve(at, size) ? at : 0;
}

/* Takes from the node asked for, else, if not `exact`, from any. */
static phys_addr_t alloc_range(phys_addr_t size, phys_addr_t align,
			       phys_addr_t start, phys_addr_t end, int nid,
			       bool exact)
{
	phys_addr_t at;

	if (end == MEMBLOCK_ALLOC_ACCESSIBLE)
		end = memblock.current_limit;
	at = take(size, align, start, end, nid);
	if (!at && nid != NUMA_NO_NODE && !exact)
		at = take(size, align, start, end, NUMA_NO_NODE);
	return at;
}

/* The forms that return a pointer: they drop `start` if they must. More bytes
 * than a pointer can span are never found. */
static void *alloc_pointer(phys_addr_t size, phys_addr_t align,
			   phys_addr_t start, phys_addr_t end, int nid,
			   bool exact)
{
	phys_addr_t at;

	align = usable_align(size, align);
	if (!align || (size_t)size != size)
		return NULL;
	at = alloc_range(size, align, start, end, nid, exact);
	if (!at && start)
		at = alloc_range(size, align, 0, end, nid, exact);
	return at ? phys_to_virt(at) : NULL;
}

void *memblock_alloc_try_nid(phys_addr_t size, phys_addr_t align,
			     phys_addr_t min, phys_addr_t max, int nid)
{
	void *ptr = alloc_pointer(size, align, min, max, nid, false);

	return ptr ? memset(ptr, 0, (size_t)size) : NULL;
}

void *memblock_alloc_try_nid_raw(phys_addr_t size, phys_addr_t align,
				 phys_addr_t min, phys_addr_t max, int nid)
{
	return alloc_pointer(size, align, min, max, nid, false);
}

void *memblock_alloc_exact_nid_raw(phys_addr_t size, phys_addr_t align,
				   phys_addr_t min, phys_addr_t max, int nid)
{
	return alloc_pointer(size, align, min, max, nid, true);
}

phys_addr_t memblock_phys_alloc_range(phys_addr_t size, phys_addr_t align,
				      phys_addr_t start, phys_addr_t end)
{
	align = usable_align(size, align);
	if (!align)
		return 0;
	return alloc_range(size, align, start, end, NUMA_NO_NODE, false);
}

phys_addr_t memblock_phys_alloc_try_nid(phys_addr_t size, phys_addr_t align,
					int nid)
{
	align = usable_align(size, align);
	if (!align)
		return 0;
	return alloc_range(size, align, MEMBLOCK_LOW_LIMIT,
			   MEMBLOCK_ALLOC_ACCESSIBLE, nid, false);
}

/* ---- Queries ------------------------------------------------------------- */

phys_addr_t memblock_end_of_DRAM(void)
{
	unsigned long n = memblock_count(&memblock.memory);

	return n ? region_end(&memblock.memory.regions[n - 1]) : 0;
}

phys_addr_t memblock_mem_between(phys_addr_t start, phys_addr_t end)
{
	struct memblock_region *r;
	phys_addr_t sum = 0;

	for_each_mem_region(r) {
		phys_addr_t from = max(r->base, start);
		phys_addr_t to = min(region_end(r), end);

		if (from < to)
			sum += to - from;
	}
	return sum;
}

bool memblock_is_memory(phys_addr_t addr)
{
	return region_at(&memblock.memory, addr);
}

bool memblock_is_reserved(phys_addr_t addr)
{
	return region_at(&memblock.reserved, addr);
}

bool memblock_is_map_memory(phys_addr_t addr)
{
	const struct memblock_region *r = region_at(&memblock.memory, addr);

	return r && !(r->flags & MEMBLOCK_NOMAP);
}

bool memblock_is_region_memory(phys_addr_t base, phys_addr_t size)
{
	const struct memblock_region *r = region_at(&memblock.memory, base);

	return r && range_end(base, size) <= region_end(r);
}

bool memblock_is_region_reserved(phys_addr_t base, phys_addr_t size)
{
	return memblock_overlaps_region(&memblock.reserved, base, size);
}

bool memblock_overlaps_region(const struct memblock_type *type,
			      phys_addr_t base, phys_addr_t size)
{
	unsigned long i = ending_by(type, base);

	return i < memblock_count(type) &&
	       type->regions[i].base < range_end(base, size);
}

int memblock_search_pfn_nid(pfn_t pfn, pfn_t *start, pfn_t *end)
{
	const struct memblock_region *r =
		region_at(&memblock.memory, PFN_PHYS(pfn));

	if (!r)
		return -1;
	*start = PFN_DOWN(r->base);
	*end = PFN_DOWN(region_end(r));
	return r->nid;
}

/* ---- Marks --------------------------------------------------------------- */

/* Makes both ends of a range borders; [*from, *to) are then the regions in
 * it. */
static int isolate(struct memblock_type *type, phys_addr_t base,
		   phys_addr_t size, unsigned long *from, unsigned long *to)
{
	phys_addr_t end = range_end(base, size);
	int err;

	*from = *to = 0;
	if (base == end)
		return 0;
	while (memblock_count(type) + cuts(type, base) + cuts(type, end) >
	       type->max) {
		err = grow(type, 0, 0);
		if (err)
			return err;
	}
	split_at(type, base);
	split_at(type, end);
	*from = ending_by(type, base);
	*to = ending_by(type, end);
	return 0;
}

int memblock_change_flags(phys_addr_t base, phys_addr_t size,
			  enum memblock_flags clear, enum memblock_flags set)
{
	struct memblock_region *r;
	unsigned long i, end;
	int err = isolate(&memblock.memory, base, size, &i, &end);

	for (; i < end; i++) {
		r = &memblock.memory.regions[i];
		r->flags = (r->flags & ~clear) | set;
	}
	settle(&memblock.memory);
	return err;
}

int memblock_set_node(phys_addr_t base, phys_addr_t size,
		      struct memblock_type *type, int nid)
{
	unsigned long i, end;
	int err = isolate(type, base, size, &i, &end);

	for (; i < end; i++)
		type->regions[i].nid = nid;
	settle(type);
	return err;
}

/* ---- Walks --------------------------------------------------------------- */

/* Whether a region counts in a walk; see memblock_next_range(). */
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
	unsigned long i = up ? ending_by(type, *cursor)
			     : starting_below(type, *cursor) - 1;
	const struct memblock_region *r;
	phys_addr_t low, high;

	/* Below region 0 the index wraps, and ends the loop too. */
	for (; i < memblock_count(type); i += up ? 1 : -1UL) {
		r = &type->regions[i];
		low = up ? max(r->base, *cursor) : r->base;
		high = up ? region_end(r) : min(region_end(r), *cursor);
		if (!counts(type, r, nid, flags))
			continue;
		if (minus && !(up ? first_gap : last_gap)(minus, &low, &high))
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

/* Gives the frames that lie wholly in a range; false if there are none, or
 * none that a pfn_t can number (a 32-bit one ends at 16 TiB). */
static bool whole_frames(phys_addr_t base, phys_addr_t end, pfn_t *first,
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
		    !whole_frames(r->base, region_end(r), &first, &last))
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

/* ---- The end ------------------------------------------------------------- */

/* So that the kernel links while it has no page allocator. */
void __weak memblock_free_pages(pfn_t start, pfn_t end)
{
	panic("memblock: no page allocator is linked to take frames %#lx-%#lx",
	      start, end);
}

/* Hands over the whole frames of a range; returns how many. */
static pfn_t free_frames(phys_addr_t base, phys_addr_t end)
{
	pfn_t first, last;

	if (!whole_frames(base, end, &first, &last))
		return 0;
	memblock_free_pages(first, last);
	return last - first;
}

pfn_t memblock_free_all(void)
{
	phys_addr_t i, start, end;
	pfn_t frames = 0;

	if (!memblock.current_limit) {
		pr_err("memblock: free memory was handed over before\n");
		return 0;
	}
	for_each_free_mem_range(i, NUMA_NO_NODE, MEMBLOCK_NONE, &start, &end,
				NULL)
		frames += free_frames(start, end);
	memblock.current_limit = 0;
	return frames;
}

void memblock_free_late(phys_addr_t base, phys_addr_t size)
{
	phys_addr_t end = range_end(base, size);
	pfn_t first, last;

	if (!covers(&memblock.memory, base, end) ||
	    !covers(&memblock.reserved, base, end))
		pr_err("memblock: [%pa-%pa) is not all reserved memory, "
		       "nothing of it is freed\n",
		       &base, &end);
	else if (whole_frames(base, end, &first, &last) &&
		 !memblock_phys_free(PFN_PHYS(first), PFN_PHYS(last - first)))
		memblock_free_pages(first, last);
}

/* Prints one list: a line for it, a line for each region. */
static void dump(const struct memblock_type *type)
{
	const struct memblock_region *r = type->regions;
	unsigned long i;
	phys_addr_t end;

	pr_info("memblock: %s: %lu of %lu regions, %pa bytes\n", type->name,
		memblock_count(type), type->max, &type->total_size);
	for (i = 0; i < memblock_count(type); i++, r++) {
		end = region_end(r);
		pr_info("  %s[%lu] [%pa-%pa) node %d flags %#x\n", type->name,
			i, &r->base, &end, r->nid, (unsigned)r->flags);
	}
}

void memblock_dump_all(void)
{
	dump(&memblock.memory);
	dump(&memblock.reserved);
	dump(&physmem);
}
