/* SPDX-License-Identifier: MIT */
/* sources: mm/memblock/memblock.c mm/memblock/memblock_alloc.c mm/memblock/memblock_dump.c mm/memblock/memblock_handover.c mm/memblock/memblock_query.c mm/memblock/memblock_walk.c mm/memblock/regions.c arch/host/memory.c arch/host/panic.c arch/host/printk.c */
/* memblock's allocations: where they go, what they reserve, and what a request
 * that cannot be met gets. Most tests have one or two banks of 64 KiB. */
#include "memblock_fixture.h"

#define LOW_BANK  0x10000
#define HIGH_BANK 0x40000
#define BANK	  0x10000
#define PAGE	  0x1000

static void two_banks(void)
{
	memblock_add(LOW_BANK, BANK);
	memblock_add(HIGH_BANK, BANK);
}

static void two_nodes(void)
{
	memblock_add_node(LOW_BANK, BANK, 0, MEMBLOCK_NONE);
	memblock_add_node(HIGH_BANK, BANK, 1, MEMBLOCK_NONE);
}

/* ---- Places -------------------------------------------------------------- */

static void top_down_takes_the_highest_place(void **state)
{
	(void)state;
	two_banks();
	assert_phys(memblock_phys_alloc(PAGE, PAGE), 0x4f000);
	assert_phys(memblock_phys_alloc(PAGE, PAGE), 0x4e000);
	assert_reserved("4e000-50000");
}

static void bottom_up_takes_the_lowest_place(void **state)
{
	(void)state;
	two_banks();
	memblock_set_bottom_up(true);
	assert_true(memblock_bottom_up());
	assert_phys(memblock_phys_alloc(PAGE, PAGE), 0x10000);
	assert_phys(memblock_phys_alloc(PAGE, PAGE), 0x11000);
	assert_reserved("10000-12000");
}

static void the_base_is_aligned_and_the_size_exact(void **state)
{
	(void)state;
	memblock_add(0x10080, BANK);
	assert_phys(memblock_phys_alloc(0x123, PAGE), 0x1f000);
	memblock_set_bottom_up(true);
	assert_phys(memblock_phys_alloc(0x123, PAGE), 0x11000);
	assert_reserved("11000-11123 1f000-1f123");
}

static void a_place_that_rounding_leaves_is_none(void **state)
{
	(void)state;
	memblock_add(0x10080, 0xe80);
	assert_phys(memblock_phys_alloc(0x100, PAGE), 0);
	memblock_set_bottom_up(true);
	assert_phys(memblock_phys_alloc(0x100, PAGE), 0);
	memblock_add(0xfffffffffffff800, 0x400); /* rounding up wraps */
	assert_phys(memblock_phys_alloc(0x100, PAGE), 0);
	assert_reserved("");
}

static void gaps_too_small_are_passed_over(void **state)
{
	(void)state;
	memblock_add(LOW_BANK, BANK);
	memblock_reserve(0x18000, 0x7000); /* leaves one page above */
	assert_phys(memblock_phys_alloc(0x2000, PAGE), 0x16000);
	memblock_set_bottom_up(true);
	memblock_reserve(0x11000, PAGE); /* leaves one page below */
	assert_phys(memblock_phys_alloc(0x2000, PAGE), 0x12000);
}

static void a_gap_that_fits_exactly_is_filled(void **state)
{
	(void)state;
	memblock_add(LOW_BANK, BANK);
	assert_phys(memblock_phys_alloc(BANK, 1), LOW_BANK);
	assert_phys(memblock_phys_alloc(1, 1), 0);
	assert_phys(memblock_reserved_size(), BANK);
}

static void the_first_page_is_never_given(void **state)
{
	(void)state;
	memblock_add(0, 0x2000);
	assert_phys(memblock_phys_alloc(0x1001, 1), 0);
	memblock_set_bottom_up(true);
	assert_phys(memblock_phys_alloc(0x800, 1), 0x1000);
	memblock_set_bottom_up(false);
	assert_phys(memblock_phys_alloc(0x800, 1), 0x1800);
	assert_phys(memblock_phys_alloc(1, 1), 0);
}

static void nothing_ends_above_the_current_limit(void **state)
{
	(void)state;
	two_banks();
	memblock_set_current_limit(0x14800);
	assert_phys(memblock_get_current_limit(), 0x14800);
	assert_phys(memblock_phys_alloc(PAGE, PAGE), 0x13000);
	assert_phys(memblock_phys_alloc_range(PAGE, PAGE, 0,
					      MEMBLOCK_ALLOC_ANYWHERE),
		    0x12000);
	assert_phys(memblock_phys_alloc_range(PAGE, PAGE, HIGH_BANK, 0x50000),
		    0);
	assert_ptr_equal(memblock_alloc_try_nid(PAGE, PAGE, HIGH_BANK, 0x50000,
						NUMA_NO_NODE),
			 ram + 0x11000);
}

static void a_window_holds_the_whole_allocation(void **state)
{
	(void)state;
	two_banks();
	assert_phys(memblock_phys_alloc_range(PAGE, 1, 0x12080, 0x15080),
		    0x14080);
	memblock_set_bottom_up(true);
	assert_phys(memblock_phys_alloc_range(PAGE, 1, 0x12080, 0x15080),
		    0x12080);
}

static void a_range_that_is_full_gives_nothing_else(void **state)
{
	(void)state;
	two_banks();
	memblock_reserve(HIGH_BANK, BANK);
	assert_phys(memblock_phys_alloc_range(PAGE, PAGE, HIGH_BANK, 0x50000),
		    0);
	assert_phys(memblock_phys_alloc_range(PAGE, PAGE, 0x15000, 0x14000), 0);
	assert_reserved("40000-50000");
}

static void a_window_wider_than_memory_is_fine(void **state)
{
	(void)state;
	two_banks();
	assert_ptr_equal(memblock_alloc_try_nid(PAGE, PAGE, 0x1000, GiB(64),
						NUMA_NO_NODE),
			 ram + 0x4f000);
	memblock_set_bottom_up(true);
	assert_ptr_equal(memblock_alloc_try_nid(PAGE, PAGE, 0x1000, GiB(64),
						NUMA_NO_NODE),
			 ram + LOW_BANK);
}

static void no_allocation_spans_two_regions(void **state)
{
	(void)state;
	memblock_add_node(0x10000, 0x8000, 0, MEMBLOCK_NONE);
	memblock_add_node(0x18000, 0x8000, 1, MEMBLOCK_NONE);
	assert_phys(memblock_phys_alloc(0x9000, PAGE), 0);
	memblock_set_bottom_up(true);
	assert_phys(memblock_phys_alloc(0x9000, PAGE), 0);
	assert_phys(memblock_phys_alloc(0x8000, PAGE), 0x10000);
}

static void nomap_and_driver_managed_memory_is_left_out(void **state)
{
	(void)state;
	two_banks();
	memblock_mark_nomap(HIGH_BANK, BANK);
	memblock_mark_driver_managed(0x18000, 0x8000);
	assert_phys(memblock_phys_alloc(PAGE, PAGE), 0x17000);
}

static void hotplug_and_mirror_memory_is_memory(void **state)
{
	(void)state;
	two_banks();
	memblock_mark_hotplug(HIGH_BANK, BANK);
	assert_phys(memblock_phys_alloc(PAGE, PAGE), 0x4f000);
	memblock_mark_mirror(LOW_BANK, BANK);
	assert_phys(memblock_phys_alloc(PAGE, PAGE), 0x4e000);
}

/* ---- Nodes --------------------------------------------------------------- */

static void the_node_asked_for_comes_first(void **state)
{
	(void)state;
	two_nodes();
	assert_phys(memblock_phys_alloc_try_nid(PAGE, PAGE, 0), 0x1f000);
	assert_phys(memblock_phys_alloc_try_nid(PAGE, PAGE, 1), 0x4f000);
	assert_phys(memblock_phys_alloc_try_nid(PAGE, PAGE, NUMA_NO_NODE),
		    0x4e000);
	assert_ptr_equal(memblock_alloc_node(PAGE, PAGE, 0), ram + 0x1e000);
}

static void a_full_node_falls_back_to_any(void **state)
{
	(void)state;
	two_nodes();
	memblock_reserve(LOW_BANK, BANK);
	assert_phys(memblock_phys_alloc_try_nid(PAGE, PAGE, 0), 0x4f000);
	assert_phys(memblock_phys_alloc_try_nid(PAGE, PAGE, 7), 0x4e000);
}

static void exact_nid_never_falls_back(void **state)
{
	(void)state;
	two_nodes();
	memblock_reserve(LOW_BANK, BANK);
	assert_null(memblock_alloc_exact_nid_raw(PAGE, PAGE, 0, 0, 0));
	assert_reserved("10000-20000");
	assert_ptr_equal(memblock_alloc_exact_nid_raw(PAGE, PAGE, 0, 0, 1),
			 ram + 0x4f000);
}

static void another_node_comes_before_another_window(void **state)
{
	(void)state;
	two_nodes();
	assert_ptr_equal(memblock_alloc_try_nid_raw(PAGE, PAGE, HIGH_BANK,
						    0x50000, 0),
			 ram + 0x4f000);
}

static void without_min_the_node_comes_first_again(void **state)
{
	(void)state;
	two_nodes();
	memblock_add_node(0x20000, BANK, 2, MEMBLOCK_NONE);
	memblock_reserve(HIGH_BANK, BANK);
	assert_ptr_equal(memblock_alloc_try_nid_raw(PAGE, PAGE, HIGH_BANK,
						    0x50000, 0),
			 ram + 0x1f000);
	assert_ptr_equal(memblock_alloc_try_nid_raw(PAGE, PAGE, HIGH_BANK,
						    0x50000, 1),
			 ram + 0x2f000);
}

static void exact_nid_drops_min_and_keeps_the_node(void **state)
{
	(void)state;
	two_nodes();
	memblock_reserve(0x18000, 0x8000);
	assert_ptr_equal(memblock_alloc_exact_nid_raw(PAGE, PAGE, 0x18000, 0,
						      0),
			 ram + 0x17000);
}

static void max_is_never_dropped(void **state)
{
	(void)state;
	two_nodes();
	assert_null(memblock_alloc_try_nid(PAGE, PAGE, 0, LOW_BANK, 0));
	assert_null(memblock_alloc_try_nid(PAGE, PAGE, 0x8000, LOW_BANK, 0));
	assert_reserved("");
}

/* ---- Results ------------------------------------------------------------- */

static void a_reservation_joins_its_neighbours_on_any_node(void **state)
{
	(void)state;
	two_nodes();
	memblock_reserve(0x20000, PAGE);
	assert_non_null(memblock_alloc_node(PAGE, PAGE, 0));
	assert_reserved("1f000-21000");
}

static void exactly_size_bytes_are_cleared(void **state)
{
	const char *bytes = ram + 0x4ff00;
	int i;

	(void)state;
	two_banks();
	memset(ram, 0xa5, sizeof(ram));
	assert_ptr_equal(memblock_alloc(0x81, 0x100), bytes);
	for (i = -0x100; i < 0x100; i++)
		assert_int_equal(bytes[i] & 0xff,
				 i >= 0 && i < 0x81 ? 0 : 0xa5);
}

static void raw_forms_do_not_touch_memory(void **state)
{
	size_t i;

	(void)state;
	two_nodes();
	memset(ram, 0xa5, sizeof(ram));
	assert_non_null(memblock_alloc_raw(PAGE, PAGE));
	assert_non_null(memblock_alloc_try_nid_raw(PAGE, PAGE, 0, 0, 0));
	assert_non_null(memblock_alloc_exact_nid_raw(PAGE, PAGE, 0, 0, 1));
	assert_true(memblock_phys_alloc(PAGE, PAGE) != 0);
	for (i = 0; i < sizeof(ram); i++)
		assert_int_equal(ram[i] & 0xff, 0xa5);
}

static void alloc_from_prefers_what_is_above_min(void **state)
{
	(void)state;
	two_banks();
	memblock_set_bottom_up(true);
	assert_ptr_equal(memblock_alloc_from(PAGE, PAGE, 0x18000),
			 ram + 0x18000);
	assert_ptr_equal(memblock_alloc_from(PAGE, PAGE, 0x80000),
			 ram + LOW_BANK);
}

static void alloc_low_ends_below_4_gib(void **state)
{
	(void)state;
	host_memory_set(ram, GiB(4) - 0x80000, sizeof(ram));
	memblock_add(GiB(4) - BANK, 2 * BANK);
	assert_ptr_equal(memblock_alloc(PAGE, PAGE), ram + 0x8f000);
	assert_ptr_equal(memblock_alloc_low(PAGE, PAGE), ram + 0x7e000);
}

static void align_0_is_the_cache_line_with_a_warning(void **state)
{
	(void)state;
	memblock_add(LOW_BANK, BANK);
	assert_phys(memblock_phys_alloc(0x10, 0), 0x20000 - SMP_CACHE_BYTES);
	assert_non_null(strstr(host_log(), "alignment 0 asked for"));
}

static void a_senseless_request_is_refused_with_a_sentence(void **state)
{
	(void)state;
	memblock_add(LOW_BANK, BANK);
	assert_phys(memblock_phys_alloc(0, PAGE), 0);
	assert_non_null(strstr(host_log(), "cannot allocate 0x0000000000"));
	assert_null(memblock_alloc(0x10, 3));
	assert_phys(memblock_phys_alloc_try_nid(0x10, 24, 0), 0);
	assert_non_null(strstr(host_log(), "multiple of 0x0000000018"));
	assert_reserved("");
}

static void failure_changes_nothing(void **state)
{
	struct memblock before;

	(void)state;
	two_nodes();
	memblock_reserve(0x12000, PAGE);
	before = memblock;
	assert_null(memblock_alloc(2 * BANK, PAGE));
	assert_null(memblock_alloc_try_nid_raw(GiB(1), PAGE, 0x12000, 0, 1));
	assert_memory_equal(&before, &memblock, sizeof(before));
	assert_memory("10000-20000@0 40000-50000@1");
	assert_reserved("12000-13000");
}

static void what_no_pointer_spans_is_not_allocated(void **state)
{
	bool spans = sizeof(size_t) == sizeof(phys_addr_t);

	(void)state;
	host_memory_set(ram, GiB(11), sizeof(ram));
	memblock_add(0, GiB(16));
	assert_ptr_equal(memblock_alloc_raw(GiB(5), PAGE), spans ? ram : NULL);
	assert_phys(memblock_reserved_size(), spans ? GiB(5) : 0);
	memblock_phys_free(0, PHYS_ADDR_MAX);
	assert_phys(memblock_phys_alloc(GiB(5), PAGE), GiB(11));
}

static void a_full_reserved_list_refuses_and_says_so(void **state)
{
	int i;

	(void)state;
	memblock_add(LOW_BANK, BANK);
	for (i = 0; i < 128; i++)
		assert_ok(memblock_reserve(MiB(1) + i * 0x2000, PAGE));
	assert_null(memblock_alloc(PAGE, PAGE));
	assert_int_equal(memblock.reserved.cnt, 128);
	assert_non_null(strstr(host_log(), "reserved is full with 128 regions "
					   "and cannot grow: not allowed yet"));
	/* One that touches another needs no region of its own. */
	memblock_add(MiB(1) + PAGE, PAGE);
	assert_phys(memblock_phys_alloc_range(PAGE, 1, MiB(1), GiB(1)),
		    MiB(1) + PAGE);
	assert_int_equal(memblock.reserved.cnt, 127);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(top_down_takes_the_highest_place),
		test(bottom_up_takes_the_lowest_place),
		test(the_base_is_aligned_and_the_size_exact),
		test(a_place_that_rounding_leaves_is_none),
		test(gaps_too_small_are_passed_over),
		test(a_gap_that_fits_exactly_is_filled),
		test(the_first_page_is_never_given),
		test(nothing_ends_above_the_current_limit),
		test(a_window_holds_the_whole_allocation),
		test(a_range_that_is_full_gives_nothing_else),
		test(a_window_wider_than_memory_is_fine),
		test(no_allocation_spans_two_regions),
		test(nomap_and_driver_managed_memory_is_left_out),
		test(hotplug_and_mirror_memory_is_memory),
		test(the_node_asked_for_comes_first),
		test(a_full_node_falls_back_to_any),
		test(exact_nid_never_falls_back),
		test(another_node_comes_before_another_window),
		test(without_min_the_node_comes_first_again),
		test(exact_nid_drops_min_and_keeps_the_node),
		test(max_is_never_dropped),
		test(a_reservation_joins_its_neighbours_on_any_node),
		test(exactly_size_bytes_are_cleared),
		test(raw_forms_do_not_touch_memory),
		test(alloc_from_prefers_what_is_above_min),
		test(alloc_low_ends_below_4_gib),
		test(align_0_is_the_cache_line_with_a_warning),
		test(a_senseless_request_is_refused_with_a_sentence),
		test(failure_changes_nothing),
		test(what_no_pointer_spans_is_not_allocated),
		test(a_full_reserved_list_refuses_and_says_so),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
