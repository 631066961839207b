/* SPDX-License-Identifier: MIT */
/* memblock: which addresses are RAM and which RAM is in use, before there is
 * any other allocator.
 *
 *	regions.c             a list: where an address belongs, and its changes
 *	memblock.c            the lists, and what adds, removes and marks
 *	memblock_walk.c       walks, and the search for free memory
 *	memblock_alloc.c      allocating
 *	memblock_query.c      questions
 *	memblock_handover.c   to the page allocator
 *	memblock_dump.c       to the log
 *
 * To add a range is to insert each of its gaps. Free memory is what the
 * reserved list leaves in each region of memory. To allocate is to search these
 * pieces from one end, and to reserve the first that is large enough.
 *
 * Rule: count first, then change. A call counts the regions that it needs
 * before it moves one. If they do not fit, the array grows, or the call fails
 * and the list is unchanged. Growing is recursive, because the new array itself
 * is a range to be reserved, but no deeper than memory -> reserved.
 *
 * Limits: a change takes time linear in the number of regions, a few hundred at
 * most. The lists and the permission to grow are the whole state. */
#include "mm/memblock.h"

#include "arch/page.h"
#include "kernel/compiler.h"
#include "kernel/errno.h"
#include "kernel/printk.h"
#include "kernel/string.h"
#include "regions.h"

/* Regions that each list holds before it has to grow. */
#define INIT_REGIONS 128

/* The same for the two lists that the firmware's map fills, before any list can
 * grow: the ranges that a map can have, and the pieces that `nomap=` cuts them
 * into. */
#define LARGE_REGIONS (MEMBLOCK_MAP_RANGES + 128)

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

/* ---- Growing ------------------------------------------------------------- */

/* True if the array was allocated by memblock. */
static bool is_allocated(const struct memblock_region *array)
{
	return array != memory_regions && array != reserved_regions &&
	       array != physmem_regions && array != large_memory &&
	       array != large_physmem;
}

/* Replaces a full array by one of twice the size, in free memory outside [base,
 * end), which the caller is about to reserve or to remove: above it if
 * possible, else below. Returns 0 or -ENOMEM.
 *
 * The new array needs a region in the reserved list. If that list is the one
 * that grows, the doubled array has room; otherwise the room is made first. */
static int grow(struct memblock_type *type, phys_addr_t base, phys_addr_t end)
{
	phys_addr_t old_size = type->max * sizeof(*type->regions);
	struct memblock_region *old = type->regions;
	phys_addr_t size = PAGE_ALIGN(2 * old_size), at = 0;
	bool room = type == &memblock.reserved ||
		    memblock_count(&memblock.reserved) < memblock.reserved.max;

	if (can_resize && (room || !grow(&memblock.reserved, base, end))) {
		at = memblock_find_free(size, PAGE_SIZE, end, PHYS_ADDR_MAX,
					NUMA_NO_NODE, false);
		if (!at)
			at = memblock_find_free(size, PAGE_SIZE, 0, base,
						NUMA_NO_NODE, false);
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
	if (!regions_first_gap(type, &start, &end))
		return false;
	piece->base = start;
	piece->size = end - start;
	*i = regions_ending_by(type, start);
	return true;
}

/* How many regions the gaps of [base, end) need: those that join no
 * neighbour. */
static unsigned long places_needed(const struct memblock_type *type,
				   phys_addr_t base, phys_addr_t end,
				   struct memblock_region piece)
{
	unsigned long i, places = 0;

	for (; next_piece(type, base, end, &piece, &i);
	     base = region_end(&piece))
		places += !regions_join_below(type, i, &piece) &&
			  !regions_join_above(type, i, &piece);
	return places;
}

/* Adds to a list the parts of the range that it does not cover. Growing may
 * change the gaps, because the old array is freed; therefore they are counted
 * again afterwards, and the array may have to grow again. Only a range that is
 * being reserved must not hold the new array. */
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
		regions_insert(type, i, &piece);
	regions_settle(type);
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

/* True if the removal of [base, end) leaves both ends of one region. */
static bool makes_hole(const struct memblock_type *type, phys_addr_t base,
		       phys_addr_t end)
{
	return regions_cut(type, base) && regions_cut(type, end) &&
	       regions_ending_by(type, base) == regions_ending_by(type, end);
}

/* Removes the range from a list. Needs one more region only for a hole inside a
 * region. */
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
		regions_split_at(type, end);
	n = regions_starting_below(type, end);
	for (i = regions_ending_by(type, base); i < n; i++) {
		r = &type->regions[i];
		if (r->base < base)
			region_set_bounds(r, r->base, base);
		else
			region_set_bounds(r, end, region_end(r));
	}
	regions_settle(type);
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
		/* Rounding up wraps only if nothing is left of the region. */
		end = ALIGN_DOWN(region_end(r), align);
		region_set_bounds(
			r, r->base < end ? ALIGN(r->base, align) : end, end);
	}
	regions_settle(&memblock.memory);
}

/* Removes the memory in [from, to), except NOMAP regions. */
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
	while (memblock_count(type) + regions_cut(type, base) +
		       regions_cut(type, end) >
	       type->max) {
		err = grow(type, 0, 0);
		if (err)
			return err;
	}
	regions_split_at(type, base);
	regions_split_at(type, end);
	*from = regions_ending_by(type, base);
	*to = regions_ending_by(type, end);
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
	regions_settle(&memblock.memory);
	return err;
}

int memblock_set_node(phys_addr_t base, phys_addr_t size,
		      struct memblock_type *type, int nid)
{
	unsigned long i, end;
	int err = isolate(type, base, size, &i, &end);

	for (; i < end; i++)
		type->regions[i].nid = nid;
	regions_settle(type);
	return err;
}
