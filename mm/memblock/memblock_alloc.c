/* SPDX-License-Identifier: MIT */
/* Allocation: searches free memory from one end and reserves the first part
 * that is large enough. See mm/memblock.h. */
#include "arch/page.h"
#include "kernel/panic.h"
#include "kernel/printk.h"
#include "kernel/string.h"
#include "regions.h"

/* The alignment to use for a request, or 0 if the request is invalid. */
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

/* Finds free memory and reserves it; returns its address or 0. */
static phys_addr_t take_range(phys_addr_t size, phys_addr_t align,
			      phys_addr_t start, phys_addr_t end, int nid)
{
	phys_addr_t at = memblock_find_free(size, align, start, end, nid,
					    memblock.bottom_up);

	ASSERT(!at || (at >= start && IS_ALIGNED(at, align)));
	return at && !memblock_reserve(at, size) ? at : 0;
}

/* Allocates on the node asked for; if there is no room and `exact` is false, on
 * any node. */
static phys_addr_t alloc_range(phys_addr_t size, phys_addr_t align,
			       phys_addr_t start, phys_addr_t end, int nid,
			       bool exact)
{
	phys_addr_t at;

	if (end == MEMBLOCK_ALLOC_ACCESSIBLE)
		end = memblock.current_limit;
	at = take_range(size, align, start, end, nid);
	if (!at && nid != NUMA_NO_NODE && !exact)
		at = take_range(size, align, start, end, NUMA_NO_NODE);
	return at;
}

/* For the functions that return a pointer: if there is no room above `start`,
 * searches below it, too. Fails for more bytes than a pointer can address. */
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
