/* SPDX-License-Identifier: MIT */
/* sources: kernel/lock/lock_check.c kernel/lock/spinlock.c mm/frames/buddy.c mm/frames/mem_map.c mm/memblock/memblock.c mm/memblock/memblock_alloc.c mm/memblock/memblock_dump.c mm/memblock/memblock_handover.c mm/memblock/memblock_query.c mm/memblock/memblock_walk.c mm/memblock/regions.c mm/frames/page_alloc.c mm/frames/page_check.c mm/frames/page_free.c mm/frames/page_owner.c mm/frames/page_poison.c mm/frames/pcp.c mm/frames/section.c mm/frames/show_mem.c mm/frames/zone.c arch/host/cpu.c arch/host/memory.c arch/host/panic.c arch/host/printk.c */
/* Per-CPU lists: what comes out first, what goes back, and in which pieces. */
#include "page_fixture.h"

#include "mm/frames/pcp.h"

static struct zone *const normal = &zones[ZONE_NORMAL];

static void the_page_freed_last_is_given_first(void **state)
{
	struct page *a, *b;

	(void)state;
	boot_usual();
	a = alloc_page(GFP_KERNEL);
	b = alloc_page(GFP_KERNEL);
	__free_page(a);
	__free_page(b);
	assert_ptr_equal(alloc_page(GFP_KERNEL), b);
	assert_ptr_equal(alloc_page(GFP_KERNEL), a);
	a = alloc_pages(GFP_KERNEL, 3);
	__free_pages(a, 3);
	assert_ptr_equal(alloc_pages(GFP_KERNEL, 3), a);
}

static void a_full_list_gives_the_oldest_back(void **state)
{
	struct page *page[PCP_SIZE + 1];
	unsigned long zone_free;
	unsigned batch;

	(void)state;
	boot_usual();
	for (unsigned i = 0; i <= PCP_SIZE; i++)
		page[i] = alloc_page(GFP_KERNEL);
	drain_all_pages();
	zone_free = normal->free_pages;
	for (unsigned i = 0; i < PCP_SIZE; i++)
		__free_page(page[i]);
	assert_int_equal(normal->free_pages, zone_free);
	batch = pcp_batch(&pcp_lists[0].zone[ZONE_NORMAL]);
	assert_true(batch > 0 && batch <= PCP_BATCH);
	__free_page(page[PCP_SIZE]);
	assert_int_equal(normal->free_pages, zone_free + batch);
	assert_int_equal(page_state(page[batch]), PG_PCP);
	assert_int_not_equal(page_state(page[0]), PG_PCP);
	assert_sound();
}

/* Frees 1000 neighbours, of which the first is not where a block begins: what a
 * full list keeps must begin, or end if they come downwards, where one does. */
static void free_a_run(int step)
{
	const struct pcp *list = &pcp_lists[0].zone[ZONE_NORMAL];
	struct page *page = alloc_pages(GFP_KERNEL, 10);
	unsigned full = 0, before;
	pfn_t pfn;

	split_page(page, 10);
	drain_all_pages();
	page += step > 0 ? 5 : 1018;
	for (unsigned i = 0; i < 1000; i++, page += step) {
		before = list->count;
		__free_page(page);
		if (list->count > before)
			continue;
		pfn = page_to_pfn(list->page[0]) + (step < 0);
		assert_int_equal(pfn % PCP_BATCH, 0);
		full++;
	}
	assert_true(full >= 1000 / PCP_BATCH - 2);
}

static void runs_are_given_back_as_whole_blocks(void **state)
{
	(void)state;
	boot_usual();
	free_a_run(1);
	free_a_run(-1);
	assert_sound();
}

/* A list is filled with what a large block is made of, not to the last page. */
static void filling_a_list_leaves_no_crumbs(void **state)
{
	const struct pcp *list = &pcp_lists[0].zone[ZONE_NORMAL];

	(void)state;
	boot_usual();
	assert_non_null(alloc_pages(GFP_KERNEL, 4));
	for (unsigned i = 0; i < 3000; i++) {
		assert_non_null(alloc_page(GFP_KERNEL));
		if (!list->count && i > 4 * PCP_BATCH)
			for (unsigned order = 0; order < 6; order++)
				assert_int_equal(
					normal->free_area[order].nr_free, 0);
	}
	assert_sound();
}

/* Takes all blocks of order 10 that NORMAL and DMA have; returns how many. */
static unsigned take_large(struct page **block)
{
	unsigned n = 0;

	while ((block[n] = alloc_pages(GFP_KERNEL | __GFP_NOWARN, 10)))
		n++;
	return n;
}

static void free_large(struct page *const *block, unsigned n)
{
	while (n--)
		__free_pages(block[n], 10);
}

/* Frees every second page of a block from the `first` on. */
static void free_every_second(struct page *block, unsigned first)
{
	for (unsigned i = first; i < 1024; i += 2)
		__free_page(block + i);
}

static void single_pages_wait_and_are_a_block_again(void **state)
{
	struct page *block[16];
	unsigned large;

	(void)state;
	boot_usual();
	large = take_large(block);
	split_page(block[0], 10);
	free_every_second(block[0], 0);
	assert_in_range(normal->singles, 1, normal->singles_most + PCP_BATCH);
	assert_int_equal(page_state(pfn_to_page(normal->first_single)), PG_PCP);
	free_every_second(block[0], 1);
	free_large(block + 1, large - 1);
	assert_int_equal(take_large(block), large);
	free_large(block, large);
	assert_sound();
}

/* They are allocated again one by one, by both calls, and none twice. */
static void single_pages_are_allocated_as_they_are(void **state)
{
	struct page *block[16], *page[256];
	unsigned long free;

	(void)state;
	boot_usual();
	assert_true(take_large(block) > 1);
	split_page(block[0], 10);
	free_every_second(block[0], 0);
	drain_all_pages();
	free = normal->free_pages;
	assert_true(normal->free_area[0].nr_free > PCP_BATCH);
	page[0] = alloc_page(GFP_KERNEL);
	/* The first page that is left has none before it. */
	assert_zone_sound(normal);
	for (unsigned i = 1; i < 100; i++)
		page[i] = alloc_page(GFP_KERNEL);
	assert_int_equal(alloc_pages_bulk(GFP_KERNEL, 156, page + 100), 156);
	for (unsigned i = 0; i < 256; i++) {
		assert_int_equal(page[i]->head, PAGE_HEAD(PG_ALLOCATED, 0));
		__free_page(page[i]);
	}
	drain_all_pages();
	assert_int_equal(normal->singles, 0);
	assert_true(normal->free_pages >= free);
	assert_sound();
}

static void lists_hold_few_blocks_of_each_order(void **state)
{
	struct page *page[PCP_BLOCKS + 1];
	unsigned long zone_free;

	(void)state;
	boot_usual();
	for (unsigned i = 0; i <= PCP_BLOCKS; i++)
		page[i] = alloc_pages(GFP_KERNEL, 2);
	zone_free = normal->free_pages;
	for (unsigned i = 0; i <= PCP_BLOCKS; i++)
		__free_pages(page[i], 2);
	assert_int_equal(normal->free_pages, zone_free + 4);
	drain_all_pages();
	assert_int_equal(normal->free_pages, zone_free + 4 * (PCP_BLOCKS + 1));
	assert_sound();
}

static void pages_in_lists_are_found_before_failing(void **state)
{
	struct page *two;
	unsigned long n;

	(void)state;
	memblock_add(0, MiB(2));
	boot(MiB(2));
	take_singles(GFP_KERNEL | __GFP_MEMALLOC, &n);
	two = pfn_to_page(64);
	__free_page(two);
	__free_page(two + 1);
	assert_int_equal(nr_free_pages(), 0);
	assert_ptr_equal(alloc_pages(GFP_KERNEL | __GFP_MEMALLOC, 1), two);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		page_test(the_page_freed_last_is_given_first),
		page_test(a_full_list_gives_the_oldest_back),
		page_test(runs_are_given_back_as_whole_blocks),
		page_test(filling_a_list_leaves_no_crumbs),
		page_test(single_pages_wait_and_are_a_block_again),
		page_test(single_pages_are_allocated_as_they_are),
		page_test(lists_hold_few_blocks_of_each_order),
		page_test(pages_in_lists_are_found_before_failing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
