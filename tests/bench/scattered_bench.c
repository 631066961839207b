/* SPDX-License-Identifier: MIT */
/* What single pages cost when they come in no order, and when free memory is in
 * single pieces: the rows of page_alloc_bench.c measure neighbours. */
#include "kernel/bench.h"

#include "kernel/string.h"

#define MANY   4096u
#define ROUNDS 10

/* The largest block, and how many of them have MANY pages and as many held. */
#define ORDER  10
#define BLOCKS (2 * MANY >> ORDER)

/* Puts the pages into an order that looks random, and is the same each time. */
static void shuffle(struct page **pages)
{
	uint32_t random = 1;

	for (unsigned i = MANY; i > 1; i--) {
		struct page *last = pages[i - 1];
		unsigned other;

		random = random * 1664525 + 1013904223;
		other = (random >> 16) % i;
		pages[i - 1] = pages[other];
		pages[other] = last;
	}
}

static void free_each(struct page **pages)
{
	for (unsigned i = 0; i < MANY; i++)
		__free_page(pages[i]);
}

static void alloc_each(struct page **pages)
{
	for (unsigned i = 0; i < MANY; i++)
		pages[i] = alloc_page(GFP_HIGHUSER);
}

BENCH(free_scattered_4096)
{
	struct page **pages = bench_high_array(MANY);

	if (!pages)
		return;
	bench_per(MANY);
	for (unsigned round = 0; round < ROUNDS; round++) {
		shuffle(pages);
		bench_start();
		free_each(pages);
		bench_stop();
		alloc_each(pages);
	}
	bench_free_array(pages, MANY);
}

/* The largest blocks, cut into single pages: `pages` are every second one. */
struct pieces {
	struct page *block[BLOCKS];
	struct page **pages;
};

static void end_pieces(struct pieces *pieces)
{
	for (unsigned i = 0; i < BLOCKS && pieces->block[i]; i++)
		for (unsigned page = 0; page < 1u << ORDER; page += 2)
			__free_page(pieces->block[i] + page);
	bench_free_array(pieces->pages, MANY);
}

static bool make_pieces(struct pieces *pieces)
{
	unsigned count = 0;

	*pieces = (struct pieces){
		.pages = alloc_pages_exact(MANY * sizeof(struct page *),
					   GFP_KERNEL | __GFP_ZERO),
	};
	if (!pieces->pages) {
		bench_skip("no memory");
		return false;
	}
	for (unsigned i = 0; i < BLOCKS; i++) {
		struct page *block = bench_high_pages(ORDER);

		if (!block) {
			end_pieces(pieces);
			return false;
		}
		split_page(block, ORDER);
		pieces->block[i] = block;
		for (unsigned page = 1; page < 1u << ORDER; page += 2)
			pieces->pages[count++] = block + page;
	}
	return true;
}

enum measured {
	ALLOC,
	FREE,
	BULK
};

static void in_pieces(enum measured measured)
{
	struct pieces pieces;

	if (!make_pieces(&pieces))
		return;
	bench_per(MANY);
	for (unsigned round = 0; round < ROUNDS; round++) {
		bench_start();
		free_each(pieces.pages);
		if (measured == FREE)
			bench_stop();
		memset(pieces.pages, 0, MANY * sizeof(struct page *));
		bench_start();
		if (measured == BULK)
			alloc_pages_bulk(GFP_HIGHUSER, MANY, pieces.pages);
		else
			alloc_each(pieces.pages);
		if (measured != FREE)
			bench_stop();
	}
	end_pieces(&pieces);
}

BENCH(alloc_pieces_4096)
{
	in_pieces(ALLOC);
}

BENCH(free_pieces_4096)
{
	in_pieces(FREE);
}

BENCH(alloc_bulk_pieces_4096)
{
	in_pieces(BULK);
}
