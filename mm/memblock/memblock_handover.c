/* SPDX-License-Identifier: MIT */
/* The end of memblock: whole free frames go to the page allocator. See
 * mm/memblock.h. */
#include "arch/page.h"
#include "kernel/panic.h"
#include "kernel/printk.h"
#include "regions.h"

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

	if (!memblock_whole_frames(base, end, &first, &last))
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

	if (!regions_cover(&memblock.memory, base, end) ||
	    !regions_cover(&memblock.reserved, base, end))
		pr_err("memblock: [%pa-%pa) is not all reserved memory, "
		       "nothing of it is freed\n",
		       &base, &end);
	else if (memblock_whole_frames(base, end, &first, &last) &&
		 !memblock_phys_free(PFN_PHYS(first), PFN_PHYS(last - first)))
		memblock_free_pages(first, last);
}
