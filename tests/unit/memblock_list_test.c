/* SPDX-License-Identifier: MIT */
/* sources: mm/memblock/memblock.c mm/memblock/memblock_alloc.c mm/memblock/memblock_dump.c mm/memblock/memblock_handover.c mm/memblock/memblock_query.c mm/memblock/memblock_walk.c mm/memblock/regions.c arch/host/memory.c arch/host/panic.c arch/host/printk.c */
/* memblock's lists: what adding, reserving, removing, freeing, trimming and
 * limiting leave in them. */
#include "memblock_fixture.h"

/* ---- The objects as they are before any call (no fixture: it must be
 * so from the first instruction on) ---- */

static void starts_empty_and_ready(void **state)
{
	(void)state;
	assert_int_equal(memblock.memory.cnt, 1);
	assert_int_equal(memblock.memory.max, 128);
	assert_int_equal(memblock.reserved.max, 128);
	assert_int_equal(physmem.max, 128);
	assert_memory("");
	assert_reserved("");
	assert_list(&physmem, "");
	assert_string_equal(memblock.memory.name, "memory");
	assert_string_equal(memblock.reserved.name, "reserved");
	assert_string_equal(physmem.name, "physmem");
	assert_false(memblock_bottom_up());
	assert_phys(memblock_get_current_limit(), PHYS_ADDR_MAX);
	assert_phys(PHYS_ADDR_MAX, ~0ULL);
	assert_int_equal(sizeof(phys_addr_t), 8);
}

static void flags_and_constants_have_their_values(void **state)
{
	(void)state;
	assert_int_equal(MEMBLOCK_NONE, 0);
	assert_int_equal(MEMBLOCK_HOTPLUG, 1);
	assert_int_equal(MEMBLOCK_MIRROR, 2);
	assert_int_equal(MEMBLOCK_NOMAP, 4);
	assert_int_equal(MEMBLOCK_DRIVER_MANAGED, 8);
	assert_phys(MEMBLOCK_ALLOC_ANYWHERE, ~0ULL);
	assert_phys(MEMBLOCK_ALLOC_ACCESSIBLE, 0);
	assert_int_equal(NUMA_NO_NODE, -1);
}

/* ---- Adding -------------------------------------------------------------- */

static void add_goes_to_memory_without_node_and_flags(void **state)
{
	(void)state;
	assert_ok(memblock_add(0x1000, 0x2000));
	assert_memory("1000-3000");
	assert_int_equal(memblock.memory.regions[0].nid, NUMA_NO_NODE);
	assert_reserved("");
}

static void add_node_stores_node_and_flags(void **state)
{
	(void)state;
	assert_ok(memblock_add_node(0x1000, 0x2000, 3, MEMBLOCK_HOTPLUG));
	assert_memory("1000-3000@3!1");
}

static void physmem_add_goes_to_physmem_alone(void **state)
{
	(void)state;
	assert_ok(memblock_physmem_add(0, 0x1000));
	assert_ok(memblock_physmem_add(0x1000, 0x1000));
	assert_list(&physmem, "0-2000");
	assert_memory("");
}

static void reserve_needs_no_memory_and_changes_none(void **state)
{
	(void)state;
	assert_ok(memblock_reserve(0x5000, 0x123));
	assert_reserved("5000-5123");
	assert_memory("");
}

static void size_0_succeeds_and_does_nothing(void **state)
{
	(void)state;
	assert_ok(memblock_add(0x1000, 0));
	assert_ok(memblock_reserve(0x1000, 0));
	assert_memory("");
	memblock_add(0x1000, 0x3000);
	memblock_reserve(0x1000, 0x3000);
	assert_ok(memblock_add(0x9000, 0));
	assert_ok(memblock_remove(0x2000, 0));
	assert_ok(memblock_phys_free(0x2000, 0));
	assert_ok(memblock_mark_nomap(0x2000, 0));
	assert_memory("1000-4000");
	assert_reserved("1000-4000");
}

static void a_range_past_the_end_of_addresses_is_cut(void **state)
{
	(void)state;
	assert_ok(memblock_add(0xfffffffffffff000, 0x5000));
	assert_memory("fffffffffffff000-ffffffffffffffff");
	assert_ok(memblock_reserve(0x1000, PHYS_ADDR_MAX));
	assert_reserved("1000-ffffffffffffffff");
	assert_ok(memblock_add(PHYS_ADDR_MAX, 1));
	assert_memory("fffffffffffff000-ffffffffffffffff");
}

static void regions_are_sorted_by_base(void **state)
{
	(void)state;
	memblock_add(0x5000, 0x1000);
	memblock_add(0x1000, 0x1000);
	memblock_add(0x9000, 0x1000);
	memblock_add(0x3000, 0x1000);
	assert_memory("1000-2000 3000-4000 5000-6000 9000-a000");
}

static void neighbours_alike_become_one(void **state)
{
	(void)state;
	memblock_add(0x3000, 0x1000);
	memblock_add(0x4000, 0x1000); /* above */
	assert_memory("3000-5000");
	memblock_add(0x2000, 0x1000); /* below */
	assert_memory("2000-5000");
}

static void a_filled_gap_joins_three(void **state)
{
	(void)state;
	memblock_add(0x1000, 0x1000);
	memblock_add(0x3000, 0x1000);
	memblock_add(0x2000, 0x1000);
	assert_memory("1000-4000");
}

static void a_gap_of_one_byte_keeps_neighbours_apart(void **state)
{
	(void)state;
	memblock_add(0x1000, 0xfff);
	memblock_add(0x2000, 0x1000);
	assert_memory("1000-1fff 2000-3000");
}

static void other_node_or_flags_never_join(void **state)
{
	(void)state;
	memblock_add_node(0x1000, 0x1000, 0, MEMBLOCK_NONE);
	memblock_add_node(0x2000, 0x1000, 1, MEMBLOCK_NONE);
	memblock_add_node(0x3000, 0x1000, 1, MEMBLOCK_NOMAP);
	memblock_add_node(0x4000, 0x1000, 1, MEMBLOCK_NOMAP);
	assert_memory("1000-2000@0 2000-3000@1 3000-5000@1!4");
}

static void overlap_keeps_what_is_there(void **state)
{
	(void)state;
	memblock_add_node(0x2000, 0x1000, 1, MEMBLOCK_NONE);
	memblock_add_node(0x5000, 0x1000, 2, MEMBLOCK_HOTPLUG);
	assert_ok(memblock_add_node(0x1000, 0x6000, 7, MEMBLOCK_NOMAP));
	assert_memory("1000-2000@7!4 2000-3000@1 3000-5000@7!4 5000-6000@2!1 "
		      "6000-7000@7!4");
}

static void overlap_at_either_end_adds_the_rest(void **state)
{
	(void)state;
	memblock_add(0x2000, 0x2000);
	memblock_add(0x3000, 0x2000);
	memblock_add(0x1000, 0x2000);
	assert_memory("1000-5000");
}

static void adding_twice_or_inside_changes_nothing(void **state)
{
	(void)state;
	memblock_add(0x1000, 0x4000);
	assert_ok(memblock_add(0x1000, 0x4000));
	assert_ok(memblock_add(0x2000, 0x1000));
	assert_memory("1000-5000");
}

static void cnt_0_is_an_empty_list_too(void **state)
{
	(void)state;
	memblock.memory.cnt = 0;
	assert_false(memblock_is_memory(0));
	assert_phys(memblock_end_of_DRAM(), 0);
	assert_ok(memblock_remove(0, PHYS_ADDR_MAX));
	memblock.memory.cnt = 0;
	assert_ok(memblock_add(0x1000, 0x1000));
	assert_memory("1000-2000");
}

static void works_from_what_the_caller_wrote(void **state)
{
	struct memblock_region own[4] = {
		{.base = 0x1000, .size = 0x1000, .nid = NUMA_NO_NODE},
		{.base = 0x3000, .size = 0x1000, .nid = NUMA_NO_NODE},
	};

	(void)state;
	memblock.memory.regions = own;
	memblock.memory.cnt = 2;
	memblock.memory.max = 4;
	memblock.memory.total_size = 0x2000;
	assert_ok(memblock_add(0x2000, 0x800));
	assert_memory("1000-2800 3000-4000");
}

/* ---- Removing ------------------------------------------------------------ */

static void remove_trims_head_and_tail(void **state)
{
	(void)state;
	memblock_add(0x2000, 0x4000);
	assert_ok(memblock_remove(0x1000, 0x2000));
	assert_memory("3000-6000");
	assert_ok(memblock_remove(0x5000, 0x2000));
	assert_memory("3000-5000");
}

static void remove_from_inside_splits(void **state)
{
	(void)state;
	memblock_add_node(0x1000, 0x4000, 1, MEMBLOCK_HOTPLUG);
	assert_ok(memblock_remove(0x2000, 0x1000));
	assert_memory("1000-2000@1!1 3000-5000@1!1");
}

static void remove_spans_regions(void **state)
{
	(void)state;
	memblock_add(0x1000, 0x1000);
	memblock_add(0x3000, 0x1000);
	memblock_add(0x5000, 0x1000);
	memblock_add(0x7000, 0x1000);
	assert_ok(memblock_remove(0x1800, 0x4000));
	assert_memory("1000-1800 5800-6000 7000-8000");
}

static void removing_what_is_absent_changes_nothing(void **state)
{
	(void)state;
	assert_ok(memblock_remove(0x1000, 0x1000));
	assert_memory("");
	memblock_add(0x2000, 0x1000);
	assert_ok(memblock_remove(0x1000, 0x1000));
	assert_ok(memblock_remove(0x3000, 0x1000));
	assert_memory("2000-3000");
}

static void removing_the_last_region_leaves_an_empty_one(void **state)
{
	(void)state;
	memblock_add_node(0x1000, 0x1000, 2, MEMBLOCK_NOMAP);
	assert_ok(memblock_remove(0, PHYS_ADDR_MAX));
	assert_memory("");
	assert_int_equal(memblock.memory.cnt, 1);
	assert_int_equal(memblock.memory.regions[0].flags, 0);
}

static void remove_is_cut_at_the_end_of_addresses(void **state)
{
	(void)state;
	memblock_add(0, PHYS_ADDR_MAX);
	assert_ok(memblock_remove(0x1000, PHYS_ADDR_MAX));
	assert_memory("0-1000");
}

static void remove_leaves_reservations(void **state)
{
	(void)state;
	memblock_add(0x1000, 0x1000);
	memblock_reserve(0x1000, 0x1000);
	memblock_remove(0x1000, 0x1000);
	assert_reserved("1000-2000");
}

static void phys_free_takes_back_a_part_of_a_reservation(void **state)
{
	(void)state;
	memblock_reserve(0x1000, 0x4000);
	assert_ok(memblock_phys_free(0x2000, 0x1000));
	assert_reserved("1000-2000 3000-5000");
	assert_memory("");
}

static void free_goes_by_pointer_and_ignores_null(void **state)
{
	(void)state;
	memblock_reserve(0x1000, 0x4000);
	memblock_free(ram + 0x4000, 0x1000);
	assert_reserved("1000-4000");
	memblock_free(NULL, 0x4000);
	assert_reserved("1000-4000");
}

/* ---- Trimming and limiting ----------------------------------------------- */

static void trim_rounds_inwards_and_drops_what_is_left_empty(void **state)
{
	(void)state;
	memblock_add(0x1800, 0x2000);
	memblock_add(0x5200, 0x0c00); /* within one page */
	memblock_add(0x7800, 0x1000); /* across a border, no whole page */
	memblock_add(0x9000, 0x1000);
	memblock_add(0xfffffffffffff800, 0x1000);
	memblock_trim_memory(0x1000);
	assert_memory("2000-3000 9000-a000");
}

static void trim_wants_a_power_of_two(void **state)
{
	(void)state;
	memblock_add(0x1800, 0x2000);
	memblock_trim_memory(0);
	memblock_trim_memory(0x3000);
	assert_memory("1800-3800");
	assert_non_null(strstr(host_log(), "cannot trim memory to multiples of "
					   "0x0000003000"));
}

static void cap_takes_away_both_sides_of_both_lists(void **state)
{
	(void)state;
	memblock_add(0x1000, 0x4000);
	memblock_add(0x8000, 0x4000);
	memblock_reserve(0x1000, 0x2000);
	memblock_reserve(0x9000, 0x3000);
	memblock_cap_memory_range(0x2000, 0x8000);
	assert_memory("2000-5000 8000-a000");
	assert_reserved("2000-3000 9000-a000");
}

static void cap_keeps_nomap_memory(void **state)
{
	(void)state;
	memblock_add(0x1000, 0x8000);
	memblock_mark_nomap(0x1000, 0x1000);
	memblock_mark_nomap(0x7000, 0x2000);
	memblock_cap_memory_range(0x3000, 0x5000);
	assert_memory("1000-2000!4 3000-7000 7000-9000!4");
}

static void cap_of_size_0_does_nothing(void **state)
{
	(void)state;
	memblock_add(0x1000, 0x4000);
	memblock_cap_memory_range(0x2000, 0);
	assert_memory("1000-5000");
}

static void mem_limit_counts_bytes_of_memory(void **state)
{
	(void)state;
	memblock_add(0x1000, 0x2000);
	memblock_add(0x8000, 0x2000);
	memblock_add_node(0xc000, 0x1000, NUMA_NO_NODE, MEMBLOCK_NOMAP);
	memblock_mem_limit_remove_map(0x3000);
	assert_memory("1000-3000 8000-9000 c000-d000!4");
	memblock_mem_limit_remove_map(0x10000);
	assert_memory("1000-3000 8000-9000 c000-d000!4");
}

static void enforce_limit_takes_nomap_memory_too(void **state)
{
	(void)state;
	memblock_add(0x1000, 0x2000);
	memblock_add(0x8000, 0x2000);
	memblock_add_node(0xc000, 0x1000, NUMA_NO_NODE, MEMBLOCK_NOMAP);
	memblock_reserve(0x2000, 0xa000);
	memblock_enforce_memory_limit(0);
	memblock_enforce_memory_limit(0x10000);
	assert_memory("1000-3000 8000-a000 c000-d000!4");
	memblock_enforce_memory_limit(0x3000);
	assert_memory("1000-3000 8000-9000");
	assert_reserved("2000-9000");
	memblock_enforce_memory_limit(0x2000); /* all of the first region */
	assert_memory("1000-3000");
	assert_reserved("2000-3000");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(starts_empty_and_ready),
		test(flags_and_constants_have_their_values),
		test(add_goes_to_memory_without_node_and_flags),
		test(add_node_stores_node_and_flags),
		test(physmem_add_goes_to_physmem_alone),
		test(reserve_needs_no_memory_and_changes_none),
		test(size_0_succeeds_and_does_nothing),
		test(a_range_past_the_end_of_addresses_is_cut),
		test(regions_are_sorted_by_base),
		test(neighbours_alike_become_one),
		test(a_filled_gap_joins_three),
		test(a_gap_of_one_byte_keeps_neighbours_apart),
		test(other_node_or_flags_never_join),
		test(overlap_keeps_what_is_there),
		test(overlap_at_either_end_adds_the_rest),
		test(adding_twice_or_inside_changes_nothing),
		test(cnt_0_is_an_empty_list_too),
		test(works_from_what_the_caller_wrote),
		test(remove_trims_head_and_tail),
		test(remove_from_inside_splits),
		test(remove_spans_regions),
		test(removing_what_is_absent_changes_nothing),
		test(removing_the_last_region_leaves_an_empty_one),
		test(remove_is_cut_at_the_end_of_addresses),
		test(remove_leaves_reservations),
		test(phys_free_takes_back_a_part_of_a_reservation),
		test(free_goes_by_pointer_and_ignores_null),
		test(trim_rounds_inwards_and_drops_what_is_left_empty),
		test(trim_wants_a_power_of_two),
		test(cap_takes_away_both_sides_of_both_lists),
		test(cap_keeps_nomap_memory),
		test(cap_of_size_0_does_nothing),
		test(mem_limit_counts_bytes_of_memory),
		test(enforce_limit_takes_nomap_memory_too),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
