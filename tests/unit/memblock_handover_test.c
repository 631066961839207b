/* SPDX-License-Identifier: MIT */
/* sources: mm/memblock/memblock.c mm/memblock/memblock_alloc.c mm/memblock/memblock_dump.c mm/memblock/memblock_handover.c mm/memblock/memblock_query.c mm/memblock/memblock_walk.c mm/memblock/regions.c arch/host/memory.c arch/host/panic.c arch/host/printk.c */
/* The end of memblock: free frames go to the page allocator, here one that
 * notes what it is given. */
#include "memblock_fixture.h"

static char given[512];

void memblock_free_pages(pfn_t start, pfn_t end)
{
	size_t len = strlen(given);

	assert_true(start < end);
	snprintf(given + len, sizeof(given) - len, "%s%lx-%lx", len ? " " : "",
		 start, end);
}

static int setup_handover(void **state)
{
	given[0] = '\0';
	return setup(state);
}

static void every_free_frame_is_handed_over_once(void **state)
{
	(void)state;
	memblock_add(0x1000, 0x8000);
	memblock_add_node(GiB(63), GiB(1), 1, MEMBLOCK_HOTPLUG);
	memblock_reserve(0x3000, 0x2000);
	assert_int_equal(memblock_free_all(), 2 + 4 + 0x40000);
	assert_string_equal(given, "1-3 5-9 fc0000-1000000");
}

static void frames_that_are_partly_free_stay(void **state)
{
	(void)state;
	memblock_add(0x800, 0x3000);
	memblock_add(0x6100, 0x1e00);
	memblock_reserve(0x2800, 0x10);
	memblock_add(0xfffffffffffff800, 0x400);
	assert_int_equal(memblock_free_all(), 1);
	assert_string_equal(given, "1-2");
}

/* A 32-bit pfn_t ends at 16 TiB: frames there must not come back as 0, 1, ...
 * */
static void frames_that_have_no_number_stay(void **state)
{
	(void)state;
	memblock_add(GiB(16 * 1024) + 0x1000, 0x1000);
	memblock_free_all();
	assert_string_equal(given,
			    sizeof(pfn_t) == 4 ? "" : "100000001-100000002");
}

static void nomap_and_driver_managed_memory_stays(void **state)
{
	(void)state;
	memblock_add(0x1000, 0x4000);
	memblock_mark_nomap(0x2000, 0x1000);
	memblock_mark_driver_managed(0x3000, 0x1000);
	memblock_free_all();
	assert_string_equal(given, "1-2 4-5");
}

static void afterwards_nothing_is_allocated(void **state)
{
	(void)state;
	memblock_add(0x1000, 0x4000);
	memblock_free_all();
	assert_null(memblock_alloc(0x100, 0x10));
	assert_null(memblock_alloc_try_nid(0x100, 0x10, 0, MiB(1), 0));
	assert_phys(memblock_phys_alloc_range(0x100, 0x10, 0, MiB(1)), 0);
	assert_reserved("");
}

static void a_second_call_hands_over_nothing_and_says_so(void **state)
{
	(void)state;
	memblock_add(0x1000, 0x4000);
	memblock_free_all();
	given[0] = '\0';
	assert_int_equal(memblock_free_all(), 0);
	assert_string_equal(given, "");
	assert_non_null(strstr(host_log(), "handed over before"));
}

static void free_late_hands_over_a_reservation(void **state)
{
	(void)state;
	memblock_add(0x1000, 0x8000);
	memblock_reserve(0x1000, 0x8000);
	memblock_free_all();
	memblock_free_late(0x1800, 0x2000);
	memblock_free_late(0x5000, 0x1000);
	memblock_free_late(0x7000, 0xfff);
	assert_string_equal(given, "2-3 5-6");
	assert_reserved("1000-2000 3000-5000 6000-9000");
}

static void free_late_hands_over_nothing_twice(void **state)
{
	(void)state;
	memblock_add(0x1000, 0x8000);
	memblock_reserve(0x1000, 0x8000);
	memblock_free_all();
	memblock_free_late(0x2000, 0x2000);
	memblock_free_late(0x3000, 0x2000);
	assert_string_equal(given, "2-4");
	assert_non_null(strstr(host_log(), "not all reserved memory"));
}

static void free_late_crosses_nodes(void **state)
{
	(void)state;
	memblock_add_node(0x1000, 0x2000, 0, MEMBLOCK_NONE);
	memblock_add_node(0x3000, 0x2000, 1, MEMBLOCK_NONE);
	memblock_reserve(0x1000, 0x4000);
	memblock_free_late(0x2000, 0x2000);
	assert_string_equal(given, "2-4");
}

static void free_late_refuses_what_is_free_or_no_memory(void **state)
{
	(void)state;
	memblock_add(0x1000, 0x4000);
	memblock_reserve(0x2000, 0x8000);
	memblock_free_late(0x1000, 0x2000);
	memblock_free_late(0x4000, 0x2000);
	assert_string_equal(given, "");
	assert_non_null(strstr(host_log(),
			       "[0x0000001000-0x0000003000) is not all "
			       "reserved memory, nothing of it is freed"));
}

#define handover(name) cmocka_unit_test_setup(name, setup_handover)

int main(void)
{
	const struct CMUnitTest tests[] = {
		handover(every_free_frame_is_handed_over_once),
		handover(frames_that_are_partly_free_stay),
		handover(frames_that_have_no_number_stay),
		handover(nomap_and_driver_managed_memory_stays),
		handover(afterwards_nothing_is_allocated),
		handover(a_second_call_hands_over_nothing_and_says_so),
		handover(free_late_hands_over_a_reservation),
		handover(free_late_hands_over_nothing_twice),
		handover(free_late_crosses_nodes),
		handover(free_late_refuses_what_is_free_or_no_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
