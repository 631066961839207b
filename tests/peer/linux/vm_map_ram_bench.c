/* SPDX-License-Identifier: MIT */
/* The short-lived mappings of Linux that need no search for an area. Loft has
 * none: its vmap() is to be as cheap. */
#include <linux/numa.h>
#include <linux/vmalloc.h>

#include "kernel/bench.h"

#define PAIRS 10000u

static void mapped(unsigned count)
{
	struct page **pages = bench_high_array(count);

	if (!pages)
		return;
	bench_per(PAIRS);
	BENCH_EACH(5)
		for (unsigned i = 0; i < PAIRS; i++)
			vm_unmap_ram(vm_map_ram(pages, count, NUMA_NO_NODE),
				     count);
	bench_free_array(pages, count);
}

BENCH(vm_map_ram_1)
{
	mapped(1);
}

BENCH(vm_map_ram_16)
{
	mapped(16);
}
