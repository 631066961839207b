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

BENCH(vmap_1024_contiguous)
{
	struct page *block = bench_high_pages(10);
	struct page **pages;

	if (!block)
		return;
	pages = alloc_pages_exact(1024 * sizeof(*pages), GFP_KERNEL);
	if (!pages) {
		bench_skip("no memory");
	} else {
		for (unsigned i = 0; i < 1024; i++)
			pages[i] = block + i;
		bench_per(200);
		BENCH_EACH(5)
			for (unsigned i = 0; i < 200; i++)
				vunmap(vmap(pages, 1024, VM_MAP, PAGE_KERNEL));
		free_pages_exact(pages, 1024 * sizeof(*pages));
	}
	__free_pages(block, 10);
}

/* ---- Among other areas --------------------------------------------------- */

/* Areas of one page, at most. */
#define AREAS 10000u

/* A prime: the multiples of it, modulo a number of areas, are all of them. */
#define STRIDE 7919u

static void **areas;

/* Ends every second area from the `first` on, and makes their addresses
 * available. */
static void unmap_every_second(unsigned first, unsigned count)
{
	for (unsigned i = first; i < count; i += 2) {
		vunmap(areas[i]);
		areas[i] = NULL;
	}
	vm_unmap_aliases();
}

/* Maps `count` areas, one behind the other; false if that cannot be done. */
static bool map_areas(struct page *page, unsigned count)
{
	vm_unmap_aliases();
	for (unsigned i = 0; i < count; i++) {
		areas[i] = vmap(&page, 1, VM_MAP, PAGE_KERNEL);
		if (!areas[i]) {
			bench_skip("no addresses");
			return false;
		}
	}
	return true;
}

/* What is measured among `count` areas; then all of them end. */
static void among_areas(unsigned count,
			void (*measure)(struct page *page, unsigned count))
{
	struct page *page = bench_high_pages(0);

	if (!page)
		return;
	areas = alloc_pages_exact(AREAS * sizeof(*areas),
				  GFP_KERNEL | __GFP_ZERO);
	if (!areas) {
		bench_skip("no memory");
	} else {
		if (map_areas(page, count))
			measure(page, count);
		for (unsigned i = 0; i < count; i++)
			vunmap(areas[i]);
		vm_unmap_aliases();
		free_pages_exact(areas, AREAS * sizeof(*areas));
	}
	__free_page(page);
}

static void measure_pairs(struct page *page, unsigned count)
{
	unmap_every_second(0, count);
	bench_per(10000);
	BENCH_EACH(5)
		for (unsigned i = 0; i < 10000; i++)
			vunmap(vmap(&page, 1, VM_MAP, PAGE_KERNEL));
}

BENCH(vmap_1_scattered)
{
	among_areas(4096, measure_pairs);
}

/* The areas end in no order, and no two of them are neighbours. */
static void measure_purge(struct page *page, unsigned count)
{
	unsigned half = count / 2;

	(void)page;
	for (unsigned i = 0; i < half; i++) {
		unsigned at = i * STRIDE % half * 2;

		vunmap(areas[at]);
		areas[at] = NULL;
	}
	bench_per(half);
	BENCH_EACH(1)
		vm_unmap_aliases();
}

BENCH(purge_100)
{
	among_areas(200, measure_purge);
}

BENCH(purge_1000)
{
	among_areas(2000, measure_purge);
}

BENCH(purge_5000)
{
	among_areas(AREAS, measure_purge);
}
