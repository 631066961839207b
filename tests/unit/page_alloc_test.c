/* SPDX-License-Identifier: MIT */
/* sources: kernel/lock/lock_check.c kernel/lock/spinlock.c mm/frames/buddy.c mm/frames/mem_map.c mm/memblock/memblock.c mm/memblock/memblock_alloc.c mm/memblock/memblock_dump.c mm/memblock/memblock_handover.c mm/memblock/memblock_query.c mm/memblock/memblock_walk.c mm/memblock/regions.c mm/frames/page_alloc.c mm/frames/page_check.c mm/frames/page_free.c mm/frames/page_owner.c mm/frames/page_poison.c mm/frames/pcp.c mm/frames/section.c mm/frames/show_mem.c mm/frames/zone.c arch/host/cpu.c arch/host/memory.c arch/host/panic.c arch/host/printk.c */
/* Pages on small machines of any shape: where they come from, and where they
 * go. */
#include "page_fixture.h"

static struct zone *const dma = &zones[ZONE_DMA];
static struct zone *const normal = &zones[ZONE_NORMAL];
static struct zone *const high = &zones[ZONE_HIGHMEM];

/* ---- Zones --------------------------------------------------------------- */

static void zones_begin_where_they_must(void **state)
{
	(void)state;
	boot_usual();
	assert_int_equal(dma->end_pfn, 4096);
	assert_int_equal(normal->end_pfn, 8192);
	assert_int_equal(high->start_pfn, 8192);
	assert_int_equal(dma->present_pages, 4096);
	assert_int_equal(high->present_pages, 3 * 2048);
	assert_int_equal(high->managed_pages, 3 * 2048);
	/* Frame 0 is nobody's. */
	assert_int_equal(dma->managed_pages, 4095);
	assert_int_equal(page_zonenum(pfn_to_page(4095)), ZONE_DMA);
	assert_int_equal(page_zonenum(pfn_to_page(4096)), ZONE_NORMAL);
	assert_int_equal(page_zonenum(pfn_to_page(8192)), ZONE_HIGHMEM);
	assert_false(PageHighMem(pfn_to_page(8191)));
	assert_sound();
}

static void zones_without_ram_are_passed_over(void **state)
{
	struct page *page;

	(void)state;
	memblock_add(0, MiB(8));
	boot(MiB(8));
	page = alloc_page(GFP_HIGHUSER);
	assert_int_equal(page_zonenum(page), ZONE_DMA);
	__free_page(page);
	page = alloc_page(GFP_KERNEL);
	assert_int_equal(page_zonenum(page), ZONE_DMA);
	__free_page(page);
	assert_sound();
}

static void an_odd_end_of_ram_is_no_zone_border(void **state)
{
	struct page *page;

	(void)state;
	memblock_add(0, MiB(21) + 0x3000);
	boot(MiB(21) + 0x3000);
	assert_int_equal(high->present_pages, 0);
	assert_int_equal(normal->present_pages, (MiB(5) >> PAGE_SHIFT) + 3);
	assert_int_equal(page_state(pfn_to_page(PFN_DOWN(MiB(21)) + 3)),
			 PG_ABSENT);
	page = alloc_page(GFP_KERNEL);
	assert_int_equal(page_zonenum(page), ZONE_NORMAL);
	__free_page(page);
	assert_sound();
}

static void the_border_of_lowmem_must_be_a_blocks(void **state)
{
	(void)state;
	memblock_add(0, MiB(64));
	assert_panics("this must not be", boot(MiB(32) + PAGE_SIZE));
}

/* A module may leave as few. */
static void watermarks_of_a_handful_of_pages_lie_apart(void **state)
{
	(void)state;
	memblock_add(0, MiB(64));
	memblock_reserve(0, MiB(16) - 100 * PAGE_SIZE);
	boot(MiB(64));
	assert_int_equal(dma->managed_pages, 100);
	assert_true(dma->watermark[WMARK_MIN] > 0);
	assert_true(dma->watermark[WMARK_MIN] < dma->watermark[WMARK_LOW]);
	assert_true(dma->watermark[WMARK_LOW] < dma->watermark[WMARK_HIGH]);
	assert_int_equal(high->watermark[WMARK_HIGH], 0);
	assert_sound();
}

/* ---- The frame array ----------------------------------------------------- */

static void the_array_covers_what_half_of_lowmem_can_describe(void **state)
{
	(void)state;
	memblock_add(0, MiB(64));
	memblock_add(MiB(128), GiB(62));
	boot(MiB(64));
	/* 32 MiB hold 2^21 entries, which is 8 GiB. */
	assert_non_null(strstr(host_log(),
			       "55424 MiB from 0x0200000000 to 0x0f88000000 "
			       "left out: their struct pages would take more "
			       "than half of lowmem\n"));
	assert_int_equal(mem_map_size(), MiB(32));
	assert_int_equal(high->end_pfn, PFN_DOWN(GiB(8)));
	assert_sound();
}

/* Where lowmem ends says nothing of how much RAM is below; and what describes
 * a hole is given back, so it is not counted. */
static void half_of_lowmem_is_an_amount_and_no_address(void **state)
{
	(void)state;
	memblock_add(0, MiB(32));
	memblock_add(GiB(1), GiB(8));
	boot(MiB(256));
	/* 16 MiB: section 0, and 31 sections from 1 GiB. */
	assert_int_equal(mem_map_size(), MiB(16));
	assert_int_equal(high->present_pages << PAGE_SHIFT, MiB(31 * 128));
	assert_sound();
}

static void the_array_is_as_large_as_the_largest_free_piece(void **state)
{
	(void)state;
	memblock_add(0, MiB(64));
	memblock_add(GiB(1), GiB(7));
	memblock_reserve(MiB(12), MiB(32));
	boot(MiB(64));
	/* Half of lowmem would describe 8 GiB, the piece of 20 MiB 5. */
	assert_non_null(strstr(host_log(),
			       "3072 MiB from 0x0140000000 to 0x0200000000 "
			       "left out: their struct pages would take more "
			       "than the largest free piece of lowmem\n"));
	assert_int_equal(high->end_pfn, PFN_DOWN(GiB(5)));
	assert_sound();
}

static void the_array_leaves_some_of_what_is_free(void **state)
{
	(void)state;
	memblock_add(0, MiB(64));
	memblock_add(MiB(128), GiB(8));
	memblock_reserve(0, MiB(44));
	boot(MiB(64));
	assert_non_null(strstr(host_log(),
			       "4224 MiB from 0x0100000000 to 0x0208000000 "
			       "left out: their struct pages would take more "
			       "than what is free in lowmem\n"));
	assert_int_equal(mem_map_size(), MiB(16));
	assert_int_equal(normal->managed_pages, MiB(4) >> PAGE_SHIFT);
	assert_sound();
}

static void entries_of_holes_are_given_back(void **state)
{
	(void)state;
	memblock_add(0, MiB(32));
	memblock_add(MiB(384), MiB(128));
	boot(MiB(32));
	/* Sections 1 and 2 of 0 to 3 have no RAM. */
	assert_int_equal(mem_map_size(), MiB(1));
	assert_true(pfn_valid(PFN_DOWN(MiB(384))));
	assert_false(pfn_valid(PFN_DOWN(MiB(384)) - 1));
	assert_false(pfn_valid(PFN_DOWN(MiB(128))));
	/* The rest of section 0 has entries, for frames that are not there. */
	assert_true(pfn_valid(PFN_DOWN(MiB(127))));
	assert_int_equal(page_state(pfn_to_page(PFN_DOWN(MiB(127)))),
			 PG_ABSENT);
	assert_sound();
}

static void lowmem_in_pieces_gets_a_smaller_array(void **state)
{
	(void)state;
	memblock_add(0, MiB(8));
	memblock_add(MiB(128), MiB(384));
	/* No piece of 2 MiB is free, which 512 MiB would take. */
	for (phys_addr_t at = MiB(1); at < MiB(8); at += MiB(1) + KiB(512))
		memblock_reserve(at, PAGE_SIZE);
	boot(MiB(8));
	assert_non_null(strstr(host_log(), "left out"));
	assert_true(high->present_pages > 0);
	assert_true(high->present_pages < MiB(384) >> PAGE_SHIFT);
	assert_sound();
}

static void no_room_for_the_array_is_a_sentence(void **state)
{
	(void)state;
	memblock_add(0, MiB(8));
	memblock_reserve(PAGE_SIZE, MiB(8) - 2 * PAGE_SIZE);
	assert_panics("Too little memory: no room in lowmem", boot(MiB(8)));
}

/* ---- Sections ------------------------------------------------------------ */

static void highmem_waits_and_counts_as_free(void **state)
{
	(void)state;
	boot_usual();
	/* Section 0 has lowmem in it, and so is ready. */
	assert_int_equal(high->waiting_pages, 2 * 2048);
	assert_int_equal(high->free_pages, 2048);
	assert_int_equal(nr_free_highpages(), 3 * 2048);
}

static void waiting_sections_serve_before_lower_zones_do(void **state)
{
	struct page *block[6], *page;

	(void)state;
	boot_usual();
	for (unsigned i = 0; i < 5; i++) {
		block[i] = alloc_pages(GFP_HIGHUSER, 10);
		assert_true(PageHighMem(block[i]));
	}
	assert_int_equal(high->waiting_pages, 0);
	page = alloc_page(GFP_HIGHUSER);
	assert_true(PageHighMem(page));
	__free_page(page);
	for (unsigned i = 0; i < 5; i++)
		__free_pages(block[i], 10);
	assert_int_equal(nr_free_highpages() + pcp_lists[0].zone[2].count,
			 3 * 2048);
	assert_sound();
}

static void a_section_knows_what_is_reserved_and_what_is_no_ram(void **state)
{
	pfn_t base = PFN_DOWN(MiB(256));

	(void)state;
	memblock_add(0, MiB(16));
	memblock_add(MiB(256), 0x10800);
	memblock_add(MiB(256) + 0x20000, 0x8000);
	memblock_reserve(MiB(256) + 0x3400, 0x1000);
	memblock_mark_nomap(MiB(256) + 0x22000, 0x1000);
	boot(MiB(16));
	assert_int_equal(high->managed_pages, 3 + 11 + 2 + 5);
	assert_true(pfn_valid(base));
	assert_int_equal(page_state(pfn_to_page(base + 1)), PG_INSIDE);
	assert_int_equal(page_state(pfn_to_page(base + 2)), PG_FREE);
	assert_int_equal(page_state(pfn_to_page(base + 3)), PG_RESERVED);
	assert_int_equal(page_state(pfn_to_page(base + 4)), PG_RESERVED);
	assert_int_equal(page_state(pfn_to_page(base + 0x10)), PG_ABSENT);
	assert_int_equal(page_state(pfn_to_page(base + 0x1f)), PG_ABSENT);
	assert_int_equal(page_state(pfn_to_page(base + 0x20)), PG_FREE);
	assert_int_equal(page_state(pfn_to_page(base + 0x22)), PG_ABSENT);
	assert_int_equal(high->free_pages, 3 + 11 + 2 + 5);
	assert_int_equal(high->waiting_pages, 0);
	assert_sound();
}

static void what_is_freed_late_is_free_in_ready_and_waiting(void **state)
{
	(void)state;
	memblock_add(0, MiB(32));
	memblock_add(MiB(128), MiB(8));
	memblock_reserve(MiB(20), MiB(1));
	memblock_reserve(MiB(130), MiB(1));
	boot(MiB(32));
	assert_int_equal(normal->free_pages + 256 + (mem_map_size() >> 12),
			 normal->present_pages);
	cpu_online_mask = cpumask_of(0);
	memblock_free_late(MiB(20), MiB(1));
	assert_int_equal(normal->free_pages, normal->managed_pages);
	memblock_free_late(MiB(130), MiB(1));
	assert_int_equal(high->waiting_pages, 2048);
	assert_true(pfn_valid(PFN_DOWN(MiB(130))));
	assert_int_equal(high->free_pages, 2048);
	assert_int_equal(high->waiting_pages, 0);
	assert_int_equal(high->free_area[10].nr_free, 2);
	assert_sound();
}

static void what_is_freed_late_is_freed_before_there_are_others(void **state)
{
	(void)state;
	memblock_add(0, MiB(32));
	memblock_reserve(MiB(20), MiB(1));
	boot(MiB(32));
	assert_panics("frames 0x1400-0x1500 come after other CPUs",
		      memblock_free_late(MiB(20), MiB(1)));
	assert_sound();
}

/* ---- Reserves ------------------------------------------------------------ */

static void highmem_users_leave_lowmem_its_reserve(void **state)
{
	struct page *user, *kernel;
	unsigned long n;

	(void)state;
	boot_usual();
	user = take_singles(GFP_HIGHUSER, &n);
	assert_true(n > 3 * 2048 - high->watermark[WMARK_HIGH]);
	assert_true(zone_free_pages(normal) >=
		    normal->lowmem_reserve[ZONE_HIGHMEM]);
	assert_true(zone_free_pages(dma) >= dma->lowmem_reserve[ZONE_HIGHMEM]);
	kernel = take_singles(GFP_KERNEL, &n);
	assert_true(n >= normal->lowmem_reserve[ZONE_HIGHMEM]);
	assert_true(zone_free_pages(normal) >= normal->watermark[WMARK_MIN]);
	free_singles(kernel);
	free_singles(user);
	assert_sound();
}

static void each_urgency_reaches_deeper(void **state)
{
	const gfp_t gfp[] = {GFP_KERNEL, GFP_ATOMIC,
			     GFP_ATOMIC | __GFP_MEMALLOC};
	struct page *list[3];
	unsigned long n, all;

	(void)state;
	boot_usual();
	all = zone_free_pages(normal) + zone_free_pages(dma);
	for (unsigned i = 0; i < 3; i++) {
		list[i] = take_singles(gfp[i], &n);
		assert_true(n > 0);
		all -= n;
	}
	assert_int_equal(all, 0);
	assert_null(alloc_page(GFP_KERNEL));
	assert_non_null(strstr(host_log(), "no block of order 0"));
	for (unsigned i = 0; i < 3; i++)
		free_singles(list[i]);
	assert_sound();
}

static void the_reserve_is_not_left_lying_in_a_list(void **state)
{
	struct page *list;
	unsigned long n;

	(void)state;
	boot_usual();
	list = take_singles(GFP_KERNEL, &n);
	assert_non_null(alloc_page(GFP_ATOMIC));
	assert_null(alloc_page(GFP_KERNEL | __GFP_NOWARN));
	assert_non_null(alloc_page(GFP_KERNEL | __GFP_MEMALLOC));
	assert_null(alloc_page(GFP_KERNEL | __GFP_NOWARN));
	free_singles(list);
}

static void of_normal_no_reserve_is_more_than_half(void **state)
{
	(void)state;
	memblock_add(0, MiB(32));
	memblock_add(MiB(128), GiB(3));
	boot(MiB(32));
	assert_int_equal(normal->lowmem_reserve[ZONE_HIGHMEM],
			 normal->managed_pages / 2);
	assert_int_equal(dma->lowmem_reserve[ZONE_NORMAL],
			 normal->managed_pages / 256);
	assert_int_equal(dma->lowmem_reserve[ZONE_DMA], 0);
}

static void of_dma_all_may_be_kept_from_users_of_highmem(void **state)
{
	(void)state;
	memblock_add(0, MiB(64));
	memblock_add(MiB(128), GiB(5));
	boot(MiB(64));
	assert_int_equal(dma->lowmem_reserve[ZONE_HIGHMEM], dma->managed_pages);
}

static void failing_is_silent_if_asked(void **state)
{
	(void)state;
	memblock_add(0, MiB(2));
	boot(MiB(2));
	host_log_clear();
	assert_null(alloc_pages(GFP_KERNEL | __GFP_NOWARN, 10));
	assert_string_equal(host_log(), "");
	assert_null(alloc_pages(GFP_KERNEL | __GFP_NOWARN, 11));
	assert_non_null(strstr(host_log(), "no block has order 11"));
}

/* ---- Blocks -------------------------------------------------------------- */

static void buddies_merge_in_any_order(void **state)
{
	struct page *page;
	unsigned long blocks;

	(void)state;
	boot_usual();
	drain_all_pages();
	blocks = high->free_area[10].nr_free;
	page = alloc_pages(GFP_HIGHUSER, 10);
	split_page(page, 10);
	for (unsigned i = 0; i < 1024; i++)
		__free_page(page + i * 389 % 1024);
	assert_sound();
	assert_int_equal(high->free_area[10].nr_free, blocks);
}

static void a_tail_finds_its_head(void **state)
{
	struct page *page[MAX_PAGE_ORDER + 1];

	(void)state;
	boot_usual();
	for (unsigned order = 0; order <= MAX_PAGE_ORDER; order++)
		page[order] = alloc_pages(GFP_HIGHUSER, order);
	for (unsigned order = 0; order <= MAX_PAGE_ORDER; order++)
		for (unsigned long i = 0; i < 1UL << order; i++)
			assert_ptr_equal(compound_head(page[order] + i),
					 page[order]);
	for (unsigned order = 0; order <= MAX_PAGE_ORDER; order++)
		put_page(page[order] + (1UL << order) - 1);
	assert_sound();
	/* What no block reaches is damage. */
	page[0] = alloc_page(GFP_KERNEL);
	page[0]->head = PAGE_HEAD(PG_INSIDE, 0);
	assert_panics("no head", compound_head(page[0]));
}

static void users_are_counted_down_to_none(void **state)
{
	struct page *page;

	(void)state;
	boot_usual();
	page = alloc_page(GFP_KERNEL);
	get_page(page);
	assert_int_equal(page_ref_count(page), 2);
	__free_page(page);
	assert_int_equal(page_state(page), PG_ALLOCATED);
	page->refcount = 0;
	assert_panics("has -1 users", put_page(page));
	page->refcount = 1;
	__free_page(page);
	assert_int_equal(page_state(page), PG_PCP);
}

static void writing_to_a_free_page_is_caught(void **state)
{
	struct page *page;

	(void)state;
	boot_usual();
	page = alloc_pages(GFP_KERNEL, 2);
	__free_pages(page, 2);
	((char *)lowmem_page_address(page))[2 * PAGE_SIZE + 5] ^= 1;
	if (CHECK)
		assert_panics("byte 0x5 of the page holds 0xab",
			      alloc_pages(GFP_KERNEL, 2));
	else
		assert_non_null(alloc_pages(GFP_KERNEL, 2));
}

static void the_log_shows_zones_and_blocks(void **state)
{
	(void)state;
	boot_usual();
	host_log_clear();
	show_zones();
	buddyinfo();
	assert_non_null(strstr(host_log(), "memory: HIGHMEM     24576      "
					   "24576      24576          0"));
	assert_non_null(strstr(host_log(), "waiting 4096 pages"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		page_test(zones_begin_where_they_must),
		page_test(zones_without_ram_are_passed_over),
		page_test(watermarks_of_a_handful_of_pages_lie_apart),
		page_test(an_odd_end_of_ram_is_no_zone_border),
		page_test(the_border_of_lowmem_must_be_a_blocks),
		page_test(the_array_covers_what_half_of_lowmem_can_describe),
		page_test(half_of_lowmem_is_an_amount_and_no_address),
		page_test(the_array_is_as_large_as_the_largest_free_piece),
		page_test(the_array_leaves_some_of_what_is_free),
		page_test(entries_of_holes_are_given_back),
		page_test(lowmem_in_pieces_gets_a_smaller_array),
		page_test(no_room_for_the_array_is_a_sentence),
		page_test(highmem_waits_and_counts_as_free),
		page_test(waiting_sections_serve_before_lower_zones_do),
		page_test(a_section_knows_what_is_reserved_and_what_is_no_ram),
		page_test(what_is_freed_late_is_free_in_ready_and_waiting),
		page_test(what_is_freed_late_is_freed_before_there_are_others),
		page_test(highmem_users_leave_lowmem_its_reserve),
		page_test(each_urgency_reaches_deeper),
		page_test(the_reserve_is_not_left_lying_in_a_list),
		page_test(of_normal_no_reserve_is_more_than_half),
		page_test(of_dma_all_may_be_kept_from_users_of_highmem),
		page_test(failing_is_silent_if_asked),
		page_test(buddies_merge_in_any_order),
		page_test(a_tail_finds_its_head),
		page_test(users_are_counted_down_to_none),
		page_test(writing_to_a_free_page_is_caught),
		page_test(the_log_shows_zones_and_blocks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
