/* SPDX-License-Identifier: MIT */
/* What it costs to touch, clear and copy high pages, mapping included. */
#include "kernel/bench.h"

#include "kernel/string.h"
#include "mm/highmem.h"

#define RUNS 10000

/* 64 MiB, and as much to copy it to. */
#define COPIED 16384u

BENCH(memcpy_to_page_64)
{
	struct page *page = bench_high_pages(0);
	char text[64] = "";

	if (!page)
		return;
	BENCH_EACH(RUNS)
		memcpy_to_page(page, 0, text, sizeof(text));
	__free_page(page);
}

BENCH(zero_user_64)
{
	struct page *page = bench_high_pages(0);

	if (!page)
		return;
	BENCH_EACH(RUNS)
		zero_user(page, 0, 64);
	__free_page(page);
}

BENCH(clear_highpage)
{
	struct page *page = bench_high_pages(0);

	if (!page)
		return;
	BENCH_EACH(RUNS)
		clear_highpage(page);
	__free_page(page);
}

BENCH(copy_highpage)
{
	struct page **page = bench_high_array(2);

	if (!page)
		return;
	BENCH_EACH(RUNS)
		copy_highpage(page[1], page[0]);
	bench_free_array(page, 2);
}

BENCH(copy64m_kmap_local)
{
	struct page **page = bench_high_array(2 * COPIED);

	if (!page)
		return;
	bench_per(COPIED);
	BENCH_EACH(3)
		for (unsigned i = 0; i < COPIED; i++) {
			void *from = kmap_local_page(page[i]);
			void *to = kmap_local_page(page[i + COPIED]);

			memcpy(to, from, PAGE_SIZE);
			kunmap_local(to);
			kunmap_local(from);
		}
	bench_free_array(page, 2 * COPIED);
}

BENCH(copy64m_kmap)
{
	struct page **page = bench_high_array(2 * COPIED);

	if (!page)
		return;
	bench_per(COPIED);
	BENCH_EACH(3)
		for (unsigned i = 0; i < COPIED; i++) {
			void *from = kmap(page[i]);
			void *to = kmap(page[i + COPIED]);

			memcpy(to, from, PAGE_SIZE);
			kunmap(page[i + COPIED]);
			kunmap(page[i]);
		}
	bench_free_array(page, 2 * COPIED);
}

/* Pages of both kinds, mixed as they are in this machine. The n-th is of
 * highmem whenever that makes its share of n pages whole again. */
static struct page **mixed_array(unsigned count)
{
	unsigned long high = (unsigned long)totalhigh_pages() >> 8;
	unsigned long all = (unsigned long)totalram_pages() >> 8;
	struct page **pages = alloc_pages_exact(count * sizeof(*pages),
						GFP_KERNEL | __GFP_ZERO);

	if (!pages) {
		bench_skip("no memory");
		return NULL;
	}
	for (unsigned i = 0; i < count; i++) {
		bool turn = (i + 1) * high / all > i * high / all;

		pages[i] = alloc_page(turn ? GFP_HIGHUSER : GFP_KERNEL);
		if (!pages[i]) {
			bench_skip("no memory");
			bench_free_array(pages, count);
			return NULL;
		}
	}
	return pages;
}

/* What code that does not ask where pages are pays to copy them. */
BENCH(copy64m_mixed)
{
	struct page **page = mixed_array(2 * COPIED);

	if (!page)
		return;
	bench_per(COPIED);
	BENCH_EACH(3)
		for (unsigned i = 0; i < COPIED; i++)
			copy_highpage(page[i + COPIED], page[i]);
	bench_free_array(page, 2 * COPIED);
}
