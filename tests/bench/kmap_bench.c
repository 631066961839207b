/* SPDX-License-Identifier: MIT */
/* What it costs to see a page for a while: the three ways of kmap, for pages
 * of highmem and of lowmem, hot and streaming. */
#include "kernel/bench.h"

#include "arch/cpu.h"
#include "mm/kmap.h"

#define RUNS 10000

/* Pages to stream over: the pool of kmap() wraps several times. */
#define STREAM 4096u

/* Slots of the pool that somebody holds all the time, out of 512. */
#define HELD 496u

static void local(struct page *page)
{
	if (!page)
		return;
	BENCH_EACH(RUNS)
		kunmap_local(kmap_local_page(page));
	__free_page(page);
}

BENCH(kmap_local)
{
	local(bench_high_pages(0));
}

BENCH(kmap_local_low)
{
	local(bench_low_pages(0));
}

BENCH(kmap_local_depth4)
{
	struct page **page = bench_high_array(4);

	if (!page)
		return;
	bench_per(4);
	BENCH_EACH(RUNS) {
		void *a = kmap_local_page(page[0]);
		void *b = kmap_local_page(page[1]);
		void *c = kmap_local_page(page[2]);
		void *d = kmap_local_page(page[3]);

		kunmap_local(d);
		kunmap_local(c);
		kunmap_local(b);
		kunmap_local(a);
	}
	bench_free_array(page, 4);
}

BENCH(kmap_atomic)
{
	struct page *page = bench_high_pages(0);

	if (!page)
		return;
	BENCH_EACH(RUNS)
		kunmap_atomic(kmap_atomic(page));
	__free_page(page);
}

BENCH(kmap_atomic_depth4)
{
	struct page **page = bench_high_array(4);

	if (!page)
		return;
	bench_per(4);
	BENCH_EACH(RUNS) {
		void *a = kmap_atomic(page[0]);
		void *b = kmap_atomic(page[1]);
		void *c = kmap_atomic(page[2]);
		void *d = kmap_atomic(page[3]);

		kunmap_atomic(d);
		kunmap_atomic(c);
		kunmap_atomic(b);
		kunmap_atomic(a);
	}
	bench_free_array(page, 4);
}

static void pooled(struct page *page)
{
	if (!page)
		return;
	kmap(page);
	kunmap(page);
	BENCH_EACH(RUNS) {
		bench_use(kmap(page));
		kunmap(page);
	}
	__free_page(page);
}

BENCH(kmap_hot)
{
	pooled(bench_high_pages(0));
}

/* Maps four pages, and then unmaps them. */
static void four(struct page **pages)
{
	for (unsigned i = 0; i < 4; i++)
		bench_use(kmap(pages[i]));
	for (unsigned i = 0; i < 4; i++)
		kunmap(pages[i]);
}

BENCH(kmap_hot_depth4)
{
	struct page **pages = bench_high_array(4);

	if (!pages)
		return;
	four(pages);
	bench_per(4);
	BENCH_EACH(RUNS)
		four(pages);
	bench_free_array(pages, 4);
}

BENCH(kmap_low)
{
	pooled(bench_low_pages(0));
}

/* One sample: maps and unmaps all the pages, one after the other. */
static void stream(struct page **pages, unsigned count)
{
	bench_start();
	for (unsigned i = 0; i < count; i++) {
		bench_use(kmap(pages[i]));
		kunmap(pages[i]);
	}
	bench_stop();
}

BENCH(kmap_stream)
{
	struct page **pages = bench_high_array(STREAM);

	if (!pages)
		return;
	bench_per(STREAM);
	for (unsigned round = 0; round < 20; round++)
		stream(pages, STREAM);
	bench_free_array(pages, STREAM);
}

BENCH(kmap_stream_depth4)
{
	struct page **pages = bench_high_array(STREAM);

	if (!pages)
		return;
	bench_per(STREAM);
	BENCH_EACH(20)
		for (unsigned i = 0; i < STREAM; i += 4)
			four(pages + i);
	bench_free_array(pages, STREAM);
}

/* Of any 512 new pages one finds the pool at its end: the dearest. */
BENCH(kmap_wrap)
{
	struct page **pages = bench_high_array(STREAM);

	if (!pages)
		return;
	for (unsigned round = 0; round < 100; round++) {
		uint64_t dearest = 0;

		for (unsigned i = 0; i < 512; i++) {
			struct page *page = pages[(round * 512 + i) % STREAM];
			uint64_t start = rdtsc();

			kmap(page);
			dearest = max(dearest, rdtsc() - start);
			kunmap(page);
		}
		bench_record(dearest);
	}
	bench_free_array(pages, STREAM);
}

BENCH(kmap_stream_496held)
{
	struct page **pages = bench_high_array(STREAM);

	if (!pages)
		return;
	for (unsigned i = 0; i < HELD; i++)
		kmap(pages[i]);
	bench_per(STREAM - HELD);
	for (unsigned round = 0; round < 20; round++)
		stream(pages + HELD, STREAM - HELD);
	for (unsigned i = 0; i < HELD; i++)
		kunmap(pages[i]);
	bench_free_array(pages, STREAM);
}

BENCH(page_address_low)
{
	struct page *page = bench_low_pages(0);

	if (!page)
		return;
	BENCH_EACH(RUNS)
		bench_use(page_address(bench_hidden(page)));
	__free_page(page);
}
