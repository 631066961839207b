/* SPDX-License-Identifier: MIT */
/* What pages cost: one block taken and given back, for each size; thousands one
 * by one; and what is asked of a struct page. */
#include "kernel/bench.h"

#include "kernel/string.h"

#define RUNS 10000

/* Many pages: more than any list of a CPU's own holds. */
#define MANY 4096u

static void pair(struct page *(*probe)(unsigned), gfp_t gfp, unsigned order)
{
	struct page *page = probe(order);

	if (!page)
		return;
	__free_pages(page, order);
	BENCH_EACH(RUNS)
		__free_pages(alloc_pages(gfp, order), order);
}

static void single(struct page *(*probe)(unsigned), gfp_t gfp)
{
	struct page *page = probe(0);

	if (!page)
		return;
	__free_page(page);
	BENCH_EACH(RUNS)
		__free_page(alloc_page(gfp));
}

BENCH(alloc_high_o0)
{
	single(bench_high_pages, GFP_HIGHUSER);
}

BENCH(alloc_kernel_o0)
{
	single(bench_low_pages, GFP_KERNEL);
}

BENCH(alloc_high_zero_o0)
{
	single(bench_high_pages, GFP_HIGHUSER | __GFP_ZERO);
}

BENCH(alloc_high_o3)
{
	pair(bench_high_pages, GFP_HIGHUSER, 3);
}

BENCH(alloc_kernel_o3)
{
	pair(bench_low_pages, GFP_KERNEL, 3);
}

BENCH(alloc_high_o9)
{
	pair(bench_high_pages, GFP_HIGHUSER, 9);
}

BENCH(alloc_high_o10)
{
	pair(bench_high_pages, GFP_HIGHUSER, 10);
}

/* The array is filled, and emptied, in one order. */
static void many(bool measure_free)
{
	struct page **pages = bench_high_array(MANY);

	if (!pages)
		return;
	bench_per(MANY);
	for (unsigned round = 0; round < 10; round++) {
		bench_start();
		for (unsigned i = 0; i < MANY; i++)
			__free_page(pages[i]);
		if (measure_free)
			bench_stop();
		bench_start();
		for (unsigned i = 0; i < MANY; i++)
			pages[i] = alloc_page(GFP_HIGHUSER);
		if (!measure_free)
			bench_stop();
	}
	bench_free_array(pages, MANY);
}

BENCH(alloc_each_4096)
{
	many(false);
}

BENCH(free_each_4096)
{
	many(true);
}

BENCH(alloc_bulk_4096)
{
	struct page **pages = bench_high_array(MANY);

	if (!pages)
		return;
	bench_per(MANY);
	for (unsigned round = 0; round < 10; round++) {
		for (unsigned i = 0; i < MANY; i++)
			__free_page(pages[i]);
		memset(pages, 0, MANY * sizeof(*pages));
		bench_start();
		alloc_pages_bulk(GFP_HIGHUSER, MANY, pages);
		bench_stop();
	}
	bench_free_array(pages, MANY);
}

/* Takes all blocks of highmem that anybody gets, the largest first; returns the
 * last, with its order and the one before in `private`. */
static struct page *exhaust(void)
{
	struct page *last = NULL, *page;

	for (unsigned order = 10; order <= 10; order--)
		while ((page = alloc_pages(GFP_HIGHUSER | __GFP_NOWARN,
					   order))) {
			if (!PageHighMem(page)) {
				__free_pages(page, order);
				break;
			}
			page->private =
				(last ? page_to_pfn(last) : 0) << 4 | order;
			last = page;
		}
	return last;
}

/* The order is in the lower four bits, above it the frame. */
static void free_taken(struct page *page)
{
	while (page) {
		unsigned long taken = (unsigned long)page->private;

		page->private = 0;
		__free_pages(page, taken & 15);
		page = taken >> 4 ? pfn_to_page(taken >> 4) : NULL;
	}
}

BENCH(alloc_high_exhausted)
{
	struct page *taken = exhaust();

	BENCH_EACH(RUNS)
		__free_page(alloc_page(GFP_HIGHUSER));
	free_taken(taken);
}

BENCH(page_to_pfn)
{
	struct page *page = bench_high_pages(0);

	if (!page)
		return;
	BENCH_EACH(RUNS)
		bench_use(page_to_pfn(bench_hidden(page)));
	__free_page(page);
}

BENCH(page_highmem)
{
	struct page *page = bench_high_pages(0);

	if (!page)
		return;
	BENCH_EACH(RUNS)
		bench_use((unsigned long)PageHighMem(bench_hidden(page)));
	__free_page(page);
}
