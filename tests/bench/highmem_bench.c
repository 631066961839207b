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
