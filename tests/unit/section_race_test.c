/* SPDX-License-Identifier: MIT */
/* sources: kernel/lock/lock_check.c kernel/lock/spinlock.c mm/frames/buddy.c mm/frames/mem_map.c mm/memblock/memblock.c mm/memblock/memblock_alloc.c mm/memblock/memblock_dump.c mm/memblock/memblock_handover.c mm/memblock/memblock_query.c mm/memblock/memblock_walk.c mm/memblock/regions.c mm/frames/page_alloc.c mm/frames/page_check.c mm/frames/page_free.c mm/frames/page_owner.c mm/frames/page_poison.c mm/frames/pcp.c mm/frames/show_mem.c mm/frames/zone.c arch/host/cpu.c arch/host/memory.c arch/host/panic.c arch/host/printk.c */
/* Two CPUs that want the last section at once: each has found the free lists
 * empty, and the other is the first to make it ready. What that one did is
 * done here where this one asks. */
#include "page_fixture.h"

bool make_next_ready(const struct zone *zone);

/* Another name for that function; and for what tests call otherwise. */
#define section_make_next_ready make_next_ready
#define state			section_states
#include "../../mm/frames/section.c"
#undef section_make_next_ready
#undef state

bool section_make_next_ready(const struct zone *zone)
{
	while (make_next_ready(zone))
		;
	return false;
}

/* All of highmem is one section. */
static void boot_with_one_waiting(void)
{
	memblock_add(0, MiB(32));
	memblock_add(MiB(128), MiB(8));
	boot(MiB(32));
	assert_int_equal(zones[ZONE_HIGHMEM].free_pages, 0);
}

static void assert_high(struct page *page)
{
	assert_non_null(page);
	assert_true(PageHighMem(page));
}

static void a_page_is_found_that_others_made_ready(void **state)
{
	struct page *page;

	(void)state;
	boot_with_one_waiting();
	page = alloc_page(GFP_HIGHUSER);
	assert_high(page);
	__free_page(page);
	assert_sound();
}

static void so_is_a_block(void **state)
{
	struct page *page;

	(void)state;
	boot_with_one_waiting();
	page = alloc_pages(GFP_HIGHUSER, MAX_PAGE_ORDER);
	assert_high(page);
	__free_pages(page, MAX_PAGE_ORDER);
	assert_sound();
}

static void so_are_many_pages(void **state)
{
	struct page *pages[100];

	(void)state;
	boot_with_one_waiting();
	assert_int_equal(alloc_pages_bulk(GFP_HIGHUSER, ARRAY_SIZE(pages),
					  pages),
			 ARRAY_SIZE(pages));
	for (unsigned i = 0; i < ARRAY_SIZE(pages); i++)
		assert_high(pages[i]);
	free_pages_bulk(ARRAY_SIZE(pages), pages);
	assert_sound();
}

static void nobody_looks_for_ever(void **state)
{
	unsigned long count;
	struct page *list;

	(void)state;
	boot_with_one_waiting();
	list = take_singles(GFP_HIGHUSER, &count);
	assert_null(alloc_pages(GFP_HIGHUSER | __GFP_NOWARN, 1));
	free_singles(list);
	assert_sound();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		page_test(a_page_is_found_that_others_made_ready),
		page_test(so_is_a_block),
		page_test(so_are_many_pages),
		page_test(nobody_looks_for_ever),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
