/* SPDX-License-Identifier: MIT */
/* memblock: the allocator of early boot. It has two sorted lists of address
 * ranges, of RAM and of its parts that are in use. Memory that is in the first
 * list and not in the second is free.
 *
 *	memory    |=========|  |=====================|      |====|
 *	reserved      |##|        |######|         |#|
 *	free      |---|  |--|  |--|      |---------|        |----|
 *
 *	memblock_add(base, size);              // for each range of RAM
 *	memblock_reserve(image, image_size);   // for each range in use
 *	memblock_set_current_limit(lowmem_end);
 *	memblock_allow_resize();               // all in use is reserved
 *	table = memblock_alloc(PAGE_SIZE, PAGE_SIZE);
 *
 * The classic mistake: to allocate before everything in use is reserved. The
 * page tables, the loader's information and the modules are in RAM, too.
 *
 * Names and behaviour are those of Linux 6.1, where Documentation/core-api/
 * boot-time-mm.rst and the comments in its mm/memblock.c describe them. Loft
 * differs, on purpose, here:
 *   - the end of an allocation never passes current_limit, even if asked to;
 *   - an array is full if the regions after the call, with neighbours joined,
 *     do not fit; Linux counts them before joining;
 *   - reservations are not rounded to a size or alignment, and an invalid
 *     request (size 0, an alignment that is no power of two) is refused with a
 *     sentence;
 *   - walks visit nothing for an empty list; Linux visits an empty range;
 *   - after memblock_free_all() there is nothing left to allocate.
 *
 * A range is a base and a size in bytes, of physical addresses. A range beyond
 * the end of the address space is cut to end at PHYS_ADDR_MAX. A call with size
 * 0 succeeds and does nothing. memblock knows no other limit. The code that
 * reads the firmware's map clips it first, at least to addresses with a frame
 * number that fits a pfn_t.
 *
 * Functions that return int return 0, or -ENOMEM if an array is full and cannot
 * grow; the lists are then unchanged. Functions that return void log a full
 * array.
 *
 * Context: the boot CPU before others run; there is no lock. All state is in
 * the two objects below, which are valid from the first instruction on. */
#ifndef MM_MEMBLOCK_H
#define MM_MEMBLOCK_H

#include "kernel/types.h"

/* Any node, or a region that has none. */
#define NUMA_NO_NODE (-1)

/* Upper ends of an allocation: current_limit; and no limit of the caller's own,
 * which is current_limit as well. */
#define MEMBLOCK_ALLOC_ACCESSIBLE ((phys_addr_t)0)
#define MEMBLOCK_ALLOC_ANYWHERE	  PHYS_ADDR_MAX

/* The default lower end of an allocation, and the upper end of
 * memblock_alloc_low(): 4 GiB less a byte, as in Linux. */
#define MEMBLOCK_LOW_LIMIT     ((phys_addr_t)0)
#define ARCH_LOW_ADDRESS_LIMIT ((phys_addr_t)0xffffffff)

/* A cache line in bytes: the alignment used when 0 is asked for. */
#define SMP_CACHE_BYTES 64

/* Properties of a region of memory; it may have several. */
enum memblock_flags {
	MEMBLOCK_NONE = 0,
	MEMBLOCK_HOTPLUG = 1, /* may be unplugged; allocated like others */
	MEMBLOCK_MIRROR = 2,  /* kept twice by the hardware; the same */
	MEMBLOCK_NOMAP = 4,   /* must not be mapped, so never allocated */
	MEMBLOCK_DRIVER_MANAGED = 8, /* found by a driver; never allocated */
};

/* One range and its properties. All zeros is a valid, empty region. */
struct memblock_region {
	phys_addr_t base;
	phys_addr_t size;
	enum memblock_flags flags;
	int nid; /* the node, or NUMA_NO_NODE */
};

/* A list of regions: sorted by base, without overlap, packed from index 0, no
 * two that touch alike in node and flags. An empty list is one empty region
 * (or none: cnt 0 is understood). */
struct memblock_type {
	unsigned long cnt;	/* regions in use */
	unsigned long max;	/* regions that the array has room for */
	phys_addr_t total_size; /* sum of their sizes */
	struct memblock_region *regions;
	const char *name; /* for the log */
};

struct memblock {
	bool bottom_up;		   /* allocate from low addresses first */
	phys_addr_t current_limit; /* allocations end here at the latest */
	struct memblock_type memory;
	struct memblock_type reserved;
};

extern struct memblock memblock;

/* The RAM that the firmware reported, whether or not the kernel can use it.
 * Nothing is allocated from this list. */
extern struct memblock_type physmem;

/* ---- Adding and reserving ------------------------------------------------ */

/* Adds RAM, without or with node and flags. Parts that are in the list already
 * keep their node and flags. */
int memblock_add(phys_addr_t base, phys_addr_t size);
int memblock_add_node(phys_addr_t base, phys_addr_t size, int nid,
		      enum memblock_flags flags);

/* Records what the firmware reported. */
int memblock_physmem_add(phys_addr_t base, phys_addr_t size);

/* Reserves a range, so that it is not allocated; it need not be RAM. */
int memblock_reserve(phys_addr_t base, phys_addr_t size);

/* ---- Removing and freeing ------------------------------------------------ */

/* Removes RAM; the range need not be in the list as a whole. Reservations in it
 * stay. */
int memblock_remove(phys_addr_t base, phys_addr_t size);

/* Ends a reservation, or a part of one. */
int memblock_phys_free(phys_addr_t base, phys_addr_t size);

/* The same by the pointer that an allocation has returned. Does not access the
 * memory. Does nothing for NULL. */
void memblock_free(void *ptr, phys_addr_t size);

/* Rounds each region of memory inwards to multiples of `align`, a power of two;
 * empty regions are removed. */
void memblock_trim_memory(phys_addr_t align);

/* Removes memory and reservations outside the range. NOMAP regions of memory
 * stay, because other code may need them. Size 0 does nothing. */
void memblock_cap_memory_range(phys_addr_t base, phys_addr_t size);

/* Remove all memory above the address below which there are `limit` bytes of
 * memory; nothing if there are fewer. The first keeps NOMAP regions; for the
 * second, 0 means no limit. */
void memblock_mem_limit_remove_map(phys_addr_t limit);
void memblock_enforce_memory_limit(phys_addr_t limit);

/* ---- Allocating ---------------------------------------------------------- */

/* Allocates `size` bytes at a multiple of `align`, a power of two: from [min,
 * max) and node `nid` if possible, else from another node, else from below
 * `min`, in both orders of node again. Never from the first page, never past
 * current_limit, never across two regions; the highest place that fits, or
 * with bottom_up the lowest. Exactly `size` bytes are reserved, in the reserved
 * list without node and flags.
 *
 * Returns a pointer into the direct map, so current_limit must not lie above
 * it, or NULL, and then nothing has changed. The memory is cleared, except by
 * the raw form. Align 0 means a cache line, with a warning. */
void *memblock_alloc_try_nid(phys_addr_t size, phys_addr_t align,
			     phys_addr_t min, phys_addr_t max, int nid);
void *memblock_alloc_try_nid_raw(phys_addr_t size, phys_addr_t align,
				 phys_addr_t min, phys_addr_t max, int nid);

/* The same from node `nid` or not at all. Not cleared. */
void *memblock_alloc_exact_nid_raw(phys_addr_t size, phys_addr_t align,
				   phys_addr_t min, phys_addr_t max, int nid);

/* The same from [start, end) or not at all: `start` is not dropped. Returns
 * the physical address, or 0. Not cleared. */
phys_addr_t memblock_phys_alloc_range(phys_addr_t size, phys_addr_t align,
				      phys_addr_t start, phys_addr_t end);

/* From node `nid`, else from any. Returns the physical address, or 0. Not
 * cleared. */
phys_addr_t memblock_phys_alloc_try_nid(phys_addr_t size, phys_addr_t align,
					int nid);

static inline phys_addr_t memblock_phys_alloc(phys_addr_t size,
					      phys_addr_t align)
{
	return memblock_phys_alloc_range(size, align, MEMBLOCK_LOW_LIMIT,
					 MEMBLOCK_ALLOC_ACCESSIBLE);
}

static inline void *memblock_alloc(phys_addr_t size, phys_addr_t align)
{
	return memblock_alloc_try_nid(size, align, MEMBLOCK_LOW_LIMIT,
				      MEMBLOCK_ALLOC_ACCESSIBLE, NUMA_NO_NODE);
}

static inline void *memblock_alloc_raw(phys_addr_t size, phys_addr_t align)
{
	return memblock_alloc_try_nid_raw(size, align, MEMBLOCK_LOW_LIMIT,
					  MEMBLOCK_ALLOC_ACCESSIBLE,
					  NUMA_NO_NODE);
}

/* From `min` up if possible, else from below it. */
static inline void *memblock_alloc_from(phys_addr_t size, phys_addr_t align,
					phys_addr_t min)
{
	return memblock_alloc_try_nid(size, align, min,
				      MEMBLOCK_ALLOC_ACCESSIBLE, NUMA_NO_NODE);
}

/* From below 4 GiB, for devices that address no more. */
static inline void *memblock_alloc_low(phys_addr_t size, phys_addr_t align)
{
	return memblock_alloc_try_nid(size, align, MEMBLOCK_LOW_LIMIT,
				      ARCH_LOW_ADDRESS_LIMIT, NUMA_NO_NODE);
}

/* From node `nid` if possible, else from any. */
static inline void *memblock_alloc_node(phys_addr_t size, phys_addr_t align,
					int nid)
{
	return memblock_alloc_try_nid(size, align, MEMBLOCK_LOW_LIMIT,
				      MEMBLOCK_ALLOC_ACCESSIBLE, nid);
}

/* From which end allocations are taken; from the top unless set. */
static inline void memblock_set_bottom_up(bool enable)
{
	memblock.bottom_up = enable;
}

static inline bool memblock_bottom_up(void)
{
	return memblock.bottom_up;
}

/* Sets the end of allocations: the end of the addresses that phys_to_virt()
 * converts. */
static inline void memblock_set_current_limit(phys_addr_t limit)
{
	memblock.current_limit = limit;
}

static inline phys_addr_t memblock_get_current_limit(void)
{
	return memblock.current_limit;
}

/* Moves the lists `memory` and `physmem` into larger static arrays: they then
 * hold MEMBLOCK_MAP_RANGES ranges of a firmware's map, and 128 more, before
 * memblock_allow_resize(). A list that is as large already stays. */
#define MEMBLOCK_MAP_RANGES 1024
void memblock_use_large_arrays(void);

/* From now on a full array is replaced by one of twice the size, from free
 * memory below current_limit. Call it once everything in use is reserved and
 * the direct map reaches current_limit: the new array is written to. */
void memblock_allow_resize(void);

/* ---- Queries ------------------------------------------------------------- */

/* The lowest address of RAM, and the one after the highest; 0 without RAM. */
static inline phys_addr_t memblock_start_of_DRAM(void)
{
	return memblock.memory.regions[0].base;
}
phys_addr_t memblock_end_of_DRAM(void);

/* Bytes of memory, and bytes reserved. */
static inline phys_addr_t memblock_phys_mem_size(void)
{
	return memblock.memory.total_size;
}

static inline phys_addr_t memblock_reserved_size(void)
{
	return memblock.reserved.total_size;
}

/* Bytes of memory in [start, end), of any flags: an amount, where the end of an
 * address range would count holes, too. */
phys_addr_t memblock_mem_between(phys_addr_t start, phys_addr_t end);

/* Whether the byte is RAM; is reserved; is RAM that may be mapped. */
bool memblock_is_memory(phys_addr_t addr);
bool memblock_is_reserved(phys_addr_t addr);
bool memblock_is_map_memory(phys_addr_t addr);

/* Whether one region of memory holds the whole range. */
bool memblock_is_region_memory(phys_addr_t base, phys_addr_t size);

/* Whether a byte of the range, which is not empty, is reserved; lies in a
 * region of `type`. Touching is not overlap. */
bool memblock_is_region_reserved(phys_addr_t base, phys_addr_t size);
bool memblock_overlaps_region(const struct memblock_type *type,
			      phys_addr_t base, phys_addr_t size);

/* The node of a frame of memory, and the frames that its region begins and ends
 * with, [*start, *end). Returns -1, and does not write *start and *end, for a
 * frame that is no RAM; and -1 for a region without a node. */
int memblock_search_pfn_nid(pfn_t pfn, pfn_t *start, pfn_t *end);

/* ---- Marks --------------------------------------------------------------- */

/* Clears and then sets flags of the memory in the range. Regions are split at
 * its ends as needed, and joined again where they became alike. */
int memblock_change_flags(phys_addr_t base, phys_addr_t size,
			  enum memblock_flags clear, enum memblock_flags set);

/* The same for one flag. */
static inline int memblock_mark_hotplug(phys_addr_t base, phys_addr_t size)
{
	return memblock_change_flags(base, size, MEMBLOCK_NONE,
				     MEMBLOCK_HOTPLUG);
}

static inline int memblock_clear_hotplug(phys_addr_t base, phys_addr_t size)
{
	return memblock_change_flags(base, size, MEMBLOCK_HOTPLUG,
				     MEMBLOCK_NONE);
}

static inline int memblock_mark_mirror(phys_addr_t base, phys_addr_t size)
{
	return memblock_change_flags(base, size, MEMBLOCK_NONE,
				     MEMBLOCK_MIRROR);
}

static inline int memblock_clear_mirror(phys_addr_t base, phys_addr_t size)
{
	return memblock_change_flags(base, size, MEMBLOCK_MIRROR,
				     MEMBLOCK_NONE);
}

static inline int memblock_mark_nomap(phys_addr_t base, phys_addr_t size)
{
	return memblock_change_flags(base, size, MEMBLOCK_NONE, MEMBLOCK_NOMAP);
}

static inline int memblock_clear_nomap(phys_addr_t base, phys_addr_t size)
{
	return memblock_change_flags(base, size, MEMBLOCK_NOMAP, MEMBLOCK_NONE);
}

static inline int memblock_mark_driver_managed(phys_addr_t base,
					       phys_addr_t size)
{
	return memblock_change_flags(base, size, MEMBLOCK_NONE,
				     MEMBLOCK_DRIVER_MANAGED);
}

static inline int memblock_clear_driver_managed(phys_addr_t base,
						phys_addr_t size)
{
	return memblock_change_flags(base, size, MEMBLOCK_DRIVER_MANAGED,
				     MEMBLOCK_NONE);
}

/* Sets the node of the regions of `type` in the range, which are split and
 * joined likewise. */
int memblock_set_node(phys_addr_t base, phys_addr_t size,
		      struct memblock_type *type, int nid);

/* ---- Walks --------------------------------------------------------------- */

/* Finds the next range of a walk, upwards or downwards: the parts of the
 * regions of `type` that lie in no region of `minus` (NULL: nothing is taken
 * out), one region at a time. `*cursor` is the address that the walk has
 * reached. Of memory, only regions of node `nid` count (NUMA_NO_NODE: all), and
 * NOMAP and DRIVER_MANAGED ones only if `flags` names them; MIRROR in `flags`
 * wants only mirrored ones. Returns false at the end; else writes the range
 * [*start, *end) and its node. Pointers to results that the caller does not
 * need may be NULL.
 *
 * The cursor is an address, so the lists may change during a walk: it continues
 * behind the last range. */
bool memblock_next_range(phys_addr_t *cursor, bool up,
			 const struct memblock_type *type,
			 const struct memblock_type *minus, int nid,
			 enum memblock_flags flags, phys_addr_t *start,
			 phys_addr_t *end, int *nid_out);

/* The same for whole frames inside regions of memory, NOMAP ones too. `*index`
 * is that of the region before. */
bool memblock_next_pfn_range(int *index, int nid, pfn_t *start, pfn_t *end,
			     int *nid_out);

/* Number of regions, 0 for an empty list. */
static inline unsigned long memblock_count(const struct memblock_type *type)
{
	return type->cnt && type->regions[0].size ? type->cnt : 0;
}

/* The loop of all walks below: `i` is a phys_addr_t, and each turn has a range
 * [*p_start, *p_end). */
#define for_each_range_of(i, up, type, minus, nid, flags, p_start, p_end,     \
			  p_nid)                                              \
	for ((i) = (up) ? 0 : PHYS_ADDR_MAX;                                  \
	     memblock_next_range(&(i), (up), (type), (minus), (nid), (flags), \
				 (p_start), (p_end), (p_nid));)

/* Memory that may be mapped, upwards and downwards: without NOMAP regions. */
#define for_each_mem_range(i, p_start, p_end)                            \
	for_each_range_of(i, true, &memblock.memory, NULL, NUMA_NO_NODE, \
			  MEMBLOCK_DRIVER_MANAGED, p_start, p_end, NULL)
#define for_each_mem_range_rev(i, p_start, p_end)                         \
	for_each_range_of(i, false, &memblock.memory, NULL, NUMA_NO_NODE, \
			  MEMBLOCK_DRIVER_MANAGED, p_start, p_end, NULL)

/* Reserved ranges. */
#define for_each_reserved_mem_range(i, p_start, p_end)                     \
	for_each_range_of(i, true, &memblock.reserved, NULL, NUMA_NO_NODE, \
			  MEMBLOCK_NONE, p_start, p_end, NULL)

/* Memory that is not reserved, upwards and downwards, of a node and with flags
 * as above. */
#define for_each_free_mem_range(i, nid, flags, p_start, p_end, p_nid)         \
	for_each_range_of(i, true, &memblock.memory, &memblock.reserved, nid, \
			  flags, p_start, p_end, p_nid)
#define for_each_free_mem_range_reverse(i, nid, flags, p_start, p_end, p_nid)  \
	for_each_range_of(i, false, &memblock.memory, &memblock.reserved, nid, \
			  flags, p_start, p_end, p_nid)

/* Ranges that the firmware reported and that are not in `type` (NULL: an empty
 * list). */
#define for_each_physmem_range(i, type, p_start, p_end)          \
	for_each_range_of(i, true, &physmem, type, NUMA_NO_NODE, \
			  MEMBLOCK_NONE, p_start, p_end, NULL)

/* Frames [*p_start, *p_end) of memory, of a node; `i` is an int. */
#define for_each_mem_pfn_range(i, nid, p_start, p_end, p_nid)          \
	for ((i) = -1; memblock_next_pfn_range(&(i), (nid), (p_start), \
					       (p_end), (p_nid));)

/* The regions themselves; `region` is a struct memblock_region *. */
#define for_each_mem_region(region)                                      \
	for ((region) = memblock.memory.regions;                         \
	     (region) <                                                  \
	     memblock.memory.regions + memblock_count(&memblock.memory); \
	     (region)++)
#define for_each_reserved_mem_region(region)                                 \
	for ((region) = memblock.reserved.regions;                           \
	     (region) <                                                      \
	     memblock.reserved.regions + memblock_count(&memblock.reserved); \
	     (region)++)

/* ---- The end ------------------------------------------------------------- */

/* Implemented by the page allocator: takes over the frames [start, end), start
 * < end, which are RAM without an owner; each frame is passed once. If no page
 * allocator is linked, a weak function in memblock_handover.c panics with a
 * sentence. */
void memblock_free_pages(pfn_t start, pfn_t end);

/* Passes every frame that is wholly free to the page allocator, except NOMAP
 * and DRIVER_MANAGED regions, and closes memblock: current_limit becomes 0, so
 * that memblock does not allocate these frames again. Returns the number of
 * frames. A second call passes nothing and logs that. */
pfn_t memblock_free_all(void);

/* After memblock_free_all(): passes the frames inside a reserved range of RAM
 * to the page allocator, and ends their reservation, for which the list must
 * have room. Any other range is refused with a sentence. Panics once other CPUs
 * run: an allocation there may read the lists (mm/frames/section.c). */
void memblock_free_late(phys_addr_t base, phys_addr_t size);

/* Prints all lists. */
void memblock_dump_all(void);

#endif
