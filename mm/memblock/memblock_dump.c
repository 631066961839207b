/* SPDX-License-Identifier: MIT */
/* Prints the lists to the log. See mm/memblock.h. */
#include "kernel/printk.h"
#include "regions.h"

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
