/* SPDX-License-Identifier: MIT */
/* sources: kernel/lock/lock_check.c kernel/lock/spinlock.c mm/frames/buddy.c mm/frames/mem_map.c mm/memblock/memblock.c mm/memblock/memblock_alloc.c mm/memblock/memblock_dump.c mm/memblock/memblock_handover.c mm/memblock/memblock_query.c mm/memblock/memblock_walk.c mm/memblock/regions.c mm/frames/page_alloc.c mm/frames/page_check.c mm/frames/page_free.c mm/frames/page_owner.c mm/frames/page_poison.c mm/frames/pcp.c mm/frames/section.c mm/frames/show_mem.c mm/frames/zone.c arch/host/cpu.c arch/host/memory.c arch/host/panic.c arch/host/printk.c */
/* The page allocator held against a model that cannot be wrong: one byte for
 * each frame, which is free, in use, or not to be had.
 *
 *	random call --> allocator --> a block, or NULL
 *	            `-> cells     --> was it free? must it have been found?
 *
 * A block that is given out must be free in the model, aligned, in a zone that
 * the request allows. A request that fails must not have been possible: in no
 * zone that it allows may there be a free block of its size and enough pages
 * above what the zone keeps back. In the end everything is freed, and must
 * merge to what was there in the beginning.
 *
 *	SEED=123 OPS=1000000 build/.../page_model_test
 *
 * repeats or prolongs a run; a failure prints the seed and the call. */
#include <time.h>

#include "page_fixture.h"

#define FRAMES	(HOST_RAM >> PAGE_SHIFT)
#define BLOCKS	4096
#define EPISODE 3000

enum cell {
	NONE, /* no RAM, or reserved */
	FREE,
	USED
};
static uint8_t cells[FRAMES];

static struct {
	struct page *page;
	unsigned order;
	unsigned users;
} block[BLOCKS];
static unsigned blocks;

static unsigned long long seed, state_of_random;
static unsigned long calls, failures;
static char call[100];

static unsigned rnd(unsigned below)
{
	state_of_random ^= state_of_random << 13;
	state_of_random ^= state_of_random >> 7;
	state_of_random ^= state_of_random << 17;
	return (unsigned)((state_of_random >> 11) % below);
}

#define check(cond)                                                           \
	do {                                                                  \
		if (!(cond))                                                  \
			fail_msg("SEED=%llu, call %lu, %s: not so: %s", seed, \
				 calls, call, #cond);                         \
	} while (0)

#define note(...) snprintf(call, sizeof(call), __VA_ARGS__)

/* ---- The model ----------------------------------------------------------- */

static void paint(phys_addr_t base, phys_addr_t end, enum cell from,
		  enum cell to)
{
	for (pfn_t pfn = PFN_DOWN(base); pfn < PFN_UP(end); pfn++)
		if (cells[pfn] == from)
			cells[pfn] = to;
}

/* What memblock says is free. */
static void read_memblock(void)
{
	phys_addr_t i, start, end;

	memset(cells, NONE, sizeof(cells));
	for_each_mem_range(i, &start, &end)
		paint(start, end, NONE, FREE);
	for_each_reserved_mem_range(i, &start, &end)
		if (start < HOST_RAM)
			paint(start, min(end, (phys_addr_t)HOST_RAM), FREE,
			      NONE);
}

static unsigned long count_free(const struct zone *zone)
{
	unsigned long n = 0;

	for (pfn_t pfn = zone->start_pfn; pfn < zone->end_pfn; pfn++)
		n += cells[pfn] == FREE;
	return n;
}

static bool all_are(pfn_t pfn, unsigned order, enum cell what)
{
	for (pfn_t end = pfn + (1UL << order); pfn < end; pfn++)
		if (cells[pfn] != what)
			return false;
	return true;
}

static bool has_block(const struct zone *zone, unsigned order)
{
	pfn_t pfn = ALIGN(zone->start_pfn, 1UL << order);

	for (; pfn + (1UL << order) <= zone->end_pfn; pfn += 1UL << order)
		if (all_are(pfn, order, FREE))
			return true;
	return false;
}

/* What a zone keeps from a request, by the words of gfp.h. */
static unsigned long kept(const struct zone *zone, gfp_t gfp)
{
	unsigned long keep = zone->watermark[WMARK_MIN];

	if (gfp & __GFP_MEMALLOC)
		return 0;
	return keep - (gfp & __GFP_HIGH ? keep / 2 : 0) +
	       zone->lowmem_reserve[gfp_zone(gfp)];
}

static bool was_possible(gfp_t gfp, unsigned order)
{
	for (unsigned i = 0; i <= gfp_zone(gfp); i++)
		if (has_block(&zones[i], order) &&
		    count_free(&zones[i]) >=
			    kept(&zones[i], gfp) + (1UL << order))
			return true;
	return false;
}

/* ---- Calls --------------------------------------------------------------- */

static void took(struct page *page, unsigned order, gfp_t gfp)
{
	pfn_t pfn = page_to_pfn(page);

	check(IS_ALIGNED(pfn, 1UL << order));
	check(all_are(pfn, order, FREE));
	check(page_zonenum(page) <= gfp_zone(gfp));
	check(page->head == PAGE_HEAD(PG_ALLOCATED, order));
	check(compound_head(page + rnd(1u << order)) == page);
	memset(cells + pfn, USED, 1UL << order);
	block[blocks].page = page;
	block[blocks].order = order;
	block[blocks++].users = 1;
}

static gfp_t any_gfp(void)
{
	static const gfp_t zone_flags[] = {__GFP_DMA, 0, __GFP_HIGHMEM};
	static const gfp_t urgency[] = {0, 0, __GFP_HIGH, __GFP_MEMALLOC};

	return __GFP_NOWARN | zone_flags[rnd(3)] | urgency[rnd(4)];
}

static void allocate(void)
{
	unsigned order = rnd(3) ? rnd(3) : rnd(MAX_PAGE_ORDER + 1);
	gfp_t gfp = any_gfp();
	struct page *page;

	if (blocks == BLOCKS)
		return;
	note("alloc_pages(0x%x, %u)", gfp, order);
	page = alloc_pages(gfp, order);
	if (page) {
		took(page, order, gfp);
		return;
	}
	failures++;
	check(!was_possible(gfp, order));
}

static void allocate_bulk(void)
{
	static struct page *page[256];
	gfp_t gfp = any_gfp();
	unsigned long n = rnd(256), got;

	if (blocks + n > BLOCKS)
		return;
	note("alloc_pages_bulk(0x%x, %lu)", gfp, n);
	got = alloc_pages_bulk(gfp, n, page);
	check(got <= n);
	for (unsigned long i = 0; i < got; i++)
		took(page[i], 0, gfp);
	if (got < n)
		check(!was_possible(gfp, 0));
}

static void drop(unsigned i)
{
	struct page *page = block[i].page;
	unsigned order = block[i].order;

	if (rnd(2))
		__free_pages(page, order);
	else
		put_page(page + rnd(1u << order));
	if (--block[i].users)
		return;
	memset(cells + page_to_pfn(page), FREE, 1UL << order);
	block[i] = block[--blocks];
}

static void free_some(unsigned count)
{
	note("free %u", count);
	while (count-- && blocks)
		drop(rnd(blocks));
}

static void share(void)
{
	unsigned i = rnd(blocks + 1);

	if (i == blocks)
		return;
	note("get_page");
	get_page(block[i].page + rnd(1u << block[i].order));
	block[i].users++;
}

static void split(void)
{
	unsigned i = rnd(blocks + 1), order;
	struct page *page;

	if (i == blocks || block[i].users > 1 || block[i].order > 4)
		return;
	page = block[i].page;
	order = block[i].order;
	if (blocks + (1u << order) > BLOCKS)
		return;
	note("split_page(%u)", order);
	split_page(page, order);
	block[i].order = 0;
	for (unsigned n = 1; n < 1u << order; n++) {
		block[blocks].page = page + n;
		block[blocks].order = 0;
		block[blocks++].users = 1;
	}
}

static void one_call(void)
{
	unsigned what = rnd(100);

	calls++;
	if (what < 45)
		allocate();
	else if (what < 48)
		allocate_bulk();
	else if (what < 88)
		free_some(1);
	else if (what < 90)
		free_some(rnd(200));
	else if (what < 94)
		share();
	else if (what < 98)
		split();
	else
		drain_all_pages();
}

/* ---- Runs ---------------------------------------------------------------- */

/* Some RAM in lowmem and in three sections above, with holes of any kind. */
static void random_machine(void)
{
	memblock_add(0, 0x9f000);
	memblock_add(MiB(1), MiB(15 + rnd(8)));
	for (unsigned i = 1; i < 4; i++)
		memblock_add(MiB(128) * i + rnd(1024) * PAGE_SIZE,
			     (rnd(2000) + 1) * PAGE_SIZE);
	for (unsigned i = 0; i < 20; i++)
		memblock_reserve(MiB(128) * rnd(4) + rnd(3000) * PAGE_SIZE,
				 rnd(3) * 0x800 + 1);
	boot(MiB(16 + 4 * rnd(2)));
	read_memblock();
	for (unsigned i = 0; i < MAX_NR_ZONES; i++)
		check(zone_free_pages(&zones[i]) == count_free(&zones[i]));
}

static void everything_comes_back(void)
{
	while (blocks)
		drop(blocks - 1);
	assert_sound();
	for (unsigned i = 0; i < MAX_NR_ZONES; i++) {
		check(zone_free_pages(&zones[i]) == zones[i].managed_pages);
		check(count_free(&zones[i]) == zones[i].managed_pages);
	}
}

static void the_allocator_does_what_the_model_does(void **state)
{
	unsigned long wanted =
		getenv("OPS") ? strtoul(getenv("OPS"), NULL, 0) : 60000;

	seed = getenv("SEED") ? strtoull(getenv("SEED"), NULL, 0)
			      : (unsigned long long)time(NULL);
	state_of_random = seed * 2 + 1; /* never 0, where it would stay */
	print_message("# SEED=%llu\n", seed);
	while (calls < wanted) {
		setup_pages(state);
		note("boot");
		random_machine();
		for (unsigned i = 0; i < EPISODE; i++)
			one_call();
		note("the end");
		everything_comes_back();
	}
	print_message("# %lu calls, %lu failed for want of memory\n", calls,
		      failures);
	assert_true(failures > wanted / 1000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		page_test(the_allocator_does_what_the_model_does),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
