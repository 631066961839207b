/* SPDX-License-Identifier: MIT */
/* Questions about the lists. See mm/memblock.h. */
#include "arch/page.h"
#include "regions.h"

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
	return regions_at(&memblock.memory, addr);
}

bool memblock_is_reserved(phys_addr_t addr)
{
	return regions_at(&memblock.reserved, addr);
}

bool memblock_is_map_memory(phys_addr_t addr)
{
	const struct memblock_region *r = regions_at(&memblock.memory, addr);

	return r && !(r->flags & MEMBLOCK_NOMAP);
}

bool memblock_is_region_memory(phys_addr_t base, phys_addr_t size)
{
	const struct memblock_region *r = regions_at(&memblock.memory, base);

	return r && range_end(base, size) <= region_end(r);
}

bool memblock_is_region_reserved(phys_addr_t base, phys_addr_t size)
{
	return memblock_overlaps_region(&memblock.reserved, base, size);
}

bool memblock_overlaps_region(const struct memblock_type *type,
			      phys_addr_t base, phys_addr_t size)
{
	unsigned long i = regions_ending_by(type, base);

	return i < memblock_count(type) &&
	       type->regions[i].base < range_end(base, size);
}

int memblock_search_pfn_nid(pfn_t pfn, pfn_t *start, pfn_t *end)
{
	const struct memblock_region *r =
		regions_at(&memblock.memory, PFN_PHYS(pfn));

	if (!r)
		return -1;
	*start = PFN_DOWN(r->base);
	*end = PFN_DOWN(region_end(r));
	return r->nid;
}
