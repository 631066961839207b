/* SPDX-License-Identifier: MIT */
/* What long mappings cost, with their share of the flush that comes once for
 * many: so each sample is of many pairs. */
#include "kernel/bench.h"

#include "mm/vmalloc.h"

static void mapped(unsigned count, unsigned pairs)
{
	struct page **pages = bench_high_array(count);

	if (!pages)
		return;
	bench_per(pairs);
	BENCH_EACH(5)
		for (unsigned i = 0; i < pairs; i++)
			vunmap(vmap(pages, count, VM_MAP, PAGE_KERNEL));
	bench_free_array(pages, count);
}

BENCH(vmap_1)
{
	mapped(1, 10000);
}

BENCH(vmap_16)
{
	mapped(16, 10000);
}

BENCH(vmap_256)
{
	mapped(256, 2000);
}

BENCH(vmalloc_64k)
{
	bench_per(2000);
	BENCH_EACH(5)
		for (unsigned i = 0; i < 2000; i++)
			vfree(vmalloc(64 * 1024));
}
