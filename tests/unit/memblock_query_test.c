/* SPDX-License-Identifier: MIT */
/* sources: mm/memblock/memblock.c mm/memblock/memblock_alloc.c mm/memblock/memblock_dump.c mm/memblock/memblock_handover.c mm/memblock/memblock_query.c mm/memblock/memblock_walk.c mm/memblock/regions.c arch/host/memory.c arch/host/panic.c arch/host/printk.c */
/* What memblock answers: queries, marks and nodes, walks, and the dump. */
#include "memblock_fixture.h"

/* ---- Queries ------------------------------------------------------------- */

static void sizes_and_ends_of_memory(void **state)
{
	(void)state;
	assert_phys(memblock_start_of_DRAM(), 0);
	assert_phys(memblock_end_of_DRAM(), 0);
	memblock_add(0x1000, 0x1000);
	memblock_add(0x8000, 0x2000);
	memblock_reserve(0x1800, 0x100);
	assert_phys(memblock_start_of_DRAM(), 0x1000);
	assert_phys(memblock_end_of_DRAM(), 0xa000);
	assert_phys(memblock_phys_mem_size(), 0x3000);
	assert_phys(memblock_reserved_size(), 0x100);
}

static void is_memory_at_each_border(void **state)
{
	(void)state;
	assert_false(memblock_is_memory(0));
	memblock_add(0x1000, 0x1000);
	memblock_add(0x4000, 0x1000);
	assert_false(memblock_is_memory(0xfff));
	assert_true(memblock_is_memory(0x1000));
	assert_true(memblock_is_memory(0x1fff));
	assert_false(memblock_is_memory(0x2000));
	assert_true(memblock_is_memory(0x4fff));
	assert_false(memblock_is_memory(0x5000));
}

static void is_reserved_at_each_border(void **state)
{
	(void)state;
	assert_false(memblock_is_reserved(0));
	memblock_reserve(0x1000, 0x800);
	assert_false(memblock_is_reserved(0xfff));
	assert_true(memblock_is_reserved(0x1000));
	assert_true(memblock_is_reserved(0x17ff));
	assert_false(memblock_is_reserved(0x1800));
}

static void map_memory_is_memory_that_may_be_mapped(void **state)
{
	(void)state;
	memblock_add(0x1000, 0x2000);
	memblock_mark_nomap(0x2000, 0x1000);
	assert_true(memblock_is_map_memory(0x1000));
	assert_false(memblock_is_map_memory(0x2000));
	assert_true(memblock_is_memory(0x2000));
	assert_false(memblock_is_map_memory(0x3000));
}

static void region_memory_wants_the_whole_range_in_one(void **state)
{
	(void)state;
	memblock_add_node(0x1000, 0x2000, 0, MEMBLOCK_NONE);
	memblock_add_node(0x3000, 0x1000, 1, MEMBLOCK_NONE);
	assert_true(memblock_is_region_memory(0x1000, 0x2000));
	assert_true(memblock_is_region_memory(0x1800, 0x100));
	assert_false(memblock_is_region_memory(0x1000, 0x2001));
	assert_false(memblock_is_region_memory(0xfff, 0x1000));
	assert_false(memblock_is_region_memory(0x5000, 0x1000));
	memblock_add(0xfffffffffffff000, PHYS_ADDR_MAX);
	assert_true(memblock_is_region_memory(0xfffffffffffff000, 0x5000));
}

static void region_reserved_wants_any_byte(void **state)
{
	(void)state;
	memblock_reserve(0x1000, 0x1000);
	memblock_reserve(0x4000, 0x1000);
	assert_true(memblock_is_region_reserved(0x1fff, 0x1000));
	assert_true(memblock_is_region_reserved(0, 0x1001));
	assert_true(memblock_is_region_reserved(0, PHYS_ADDR_MAX));
	assert_false(memblock_is_region_reserved(0, 0x1000));
	assert_false(memblock_is_region_reserved(0x2000, 0x2000));
	assert_false(memblock_is_region_reserved(0x5000, 0x1000));
}

static void touching_is_not_overlap(void **state)
{
	(void)state;
	assert_false(memblock_overlaps_region(&physmem, 0, PHYS_ADDR_MAX));
	memblock_physmem_add(0x2000, 0x1000);
	assert_false(memblock_overlaps_region(&physmem, 0x1000, 0x1000));
	assert_false(memblock_overlaps_region(&physmem, 0x3000, 0x1000));
	assert_true(memblock_overlaps_region(&physmem, 0x2fff, 0x1000));
}

static void search_pfn_gives_node_and_frames(void **state)
{
	pfn_t start = 77, end = 77;

	(void)state;
	memblock_add_node(0x2000, 0x3000, 5, MEMBLOCK_NONE);
	assert_int_equal(memblock_search_pfn_nid(1, &start, &end), -1);
	assert_true(start == 77 && end == 77);
	assert_int_equal(memblock_search_pfn_nid(4, &start, &end), 5);
	assert_true(start == 2 && end == 5);
	memblock_add(GiB(63), GiB(1));
	assert_int_equal(memblock_search_pfn_nid(0xffffff, &start, &end), -1);
	assert_true(start == 0xfc0000 && end == 0x1000000);
}

/* ---- Marks --------------------------------------------------------------- */

static void each_mark_sets_and_clears_its_flag(void **state)
{
	(void)state;
	memblock_add(0x1000, 0x1000);
	assert_ok(memblock_mark_hotplug(0, 0x9000));
	assert_ok(memblock_mark_mirror(0, 0x9000));
	assert_ok(memblock_mark_nomap(0, 0x9000));
	assert_ok(memblock_mark_driver_managed(0, 0x9000));
	assert_memory("1000-2000!f");
	assert_ok(memblock_clear_hotplug(0, 0x9000));
	assert_memory("1000-2000!e");
	assert_ok(memblock_clear_mirror(0, 0x9000));
	assert_memory("1000-2000!c");
	assert_ok(memblock_clear_nomap(0, 0x9000));
	assert_memory("1000-2000!8");
	assert_ok(memblock_clear_driver_managed(0, 0x9000));
	assert_memory("1000-2000");
}

static void a_mark_splits_at_its_ends_and_joins_again(void **state)
{
	(void)state;
	memblock_add(0x1000, 0x4000);
	memblock_mark_nomap(0x2000, 0x1000);
	assert_memory("1000-2000 2000-3000!4 3000-5000");
	memblock_mark_nomap(0x3000, 0x1000);
	assert_memory("1000-2000 2000-4000!4 4000-5000");
	memblock_clear_nomap(0x2000, 0x1000);
	assert_memory("1000-3000 3000-4000!4 4000-5000");
	memblock_clear_nomap(0, PHYS_ADDR_MAX);
	assert_memory("1000-5000");
}

static void a_mark_of_nothing_changes_nothing(void **state)
{
	(void)state;
	assert_ok(memblock_mark_nomap(0x1000, 0x1000));
	assert_memory("");
	memblock_add(0x1000, 0x1000);
	assert_ok(memblock_mark_nomap(0x2000, 0x1000));
	assert_ok(memblock_clear_hotplug(0x1000, 0x800));
	assert_memory("1000-2000");
}

static void set_node_splits_sets_and_joins(void **state)
{
	(void)state;
	memblock_add(0x1000, 0x2000);
	memblock_add(0x5000, 0x2000);
	assert_ok(memblock_set_node(0x2000, 0x4000, &memblock.memory, 1));
	assert_memory("1000-2000 2000-3000@1 5000-6000@1 6000-7000");
	assert_ok(memblock_set_node(0, PHYS_ADDR_MAX, &memblock.memory, 2));
	assert_memory("1000-3000@2 5000-7000@2");
}

static void set_node_works_on_any_list(void **state)
{
	(void)state;
	memblock_reserve(0x1000, 0x2000);
	assert_ok(memblock_set_node(0x1000, 0x1000, &memblock.reserved, 3));
	assert_reserved("1000-2000@3 2000-3000");
	assert_ok(memblock_set_node(0, 0x3000, &memblock.reserved, 3));
	assert_reserved("1000-3000@3");
}

/* ---- Walks --------------------------------------------------------------- */

static char walked[512];

/* Adds a range to the text of a walk. */
static void saw(phys_addr_t start, phys_addr_t end, int nid)
{
	size_t len = strlen(walked);

	snprintf(walked + len, sizeof(walked) - len, "%s%llx-%llx@%d",
		 len ? " " : "", (unsigned long long)start,
		 (unsigned long long)end, nid);
}

#define assert_walk(loop, text)                    \
	do {                                       \
		walked[0] = '\0';                  \
		loop saw(start, end, nid);         \
		assert_string_equal(walked, text); \
	} while (0)

/* 1-5 on node 0 (its page 2 NOMAP), 5-7 on node 1; 1, 4 and 5 reserved, half of
 * page 6 too. */
static void a_landscape(void)
{
	memblock_add_node(0x1000, 0x4000, 0, MEMBLOCK_NONE);
	memblock_add_node(0x5000, 0x2000, 1, MEMBLOCK_HOTPLUG);
	memblock_mark_nomap(0x2000, 0x1000);
	memblock_reserve(0x1000, 0x1000);
	memblock_reserve(0x4000, 0x2000);
	memblock_reserve(0x6800, 0x8000);
}

static void a_walk_over_nothing_ends_at_once(void **state)
{
	phys_addr_t i, start = 0, end = 0;
	struct memblock_region *r;
	int nid = 0, k;
	pfn_t a, b;

	(void)state;
	assert_walk(for_each_mem_range(i, &start, &end), "");
	assert_walk(for_each_mem_range_rev(i, &start, &end), "");
	assert_walk(for_each_reserved_mem_range(i, &start, &end), "");
	assert_walk(for_each_physmem_range(i, NULL, &start, &end), "");
	for_each_mem_region(r)
		fail();
	for_each_reserved_mem_region(r)
		fail();
	for_each_mem_pfn_range(k, NUMA_NO_NODE, &a, &b, NULL)
		fail();
}

static void mem_ranges_leave_out_nomap(void **state)
{
	phys_addr_t i, start, end;
	int nid = 0;

	(void)state;
	a_landscape();
	memblock_mark_driver_managed(0x3000, 0x1000);
	assert_walk(for_each_mem_range(i, &start, &end),
		    "1000-2000@0 3000-4000@0 4000-5000@0 5000-7000@0");
	assert_walk(for_each_mem_range_rev(i, &start, &end),
		    "5000-7000@0 4000-5000@0 3000-4000@0 1000-2000@0");
}

static void reserved_ranges_upwards(void **state)
{
	phys_addr_t i, start, end;
	int nid = 0;

	(void)state;
	a_landscape();
	assert_walk(for_each_reserved_mem_range(i, &start, &end),
		    "1000-2000@0 4000-6000@0 6800-e800@0");
}

static void free_ranges_are_memory_less_reserved(void **state)
{
	phys_addr_t i, start, end;
	int nid;

	(void)state;
	a_landscape();
	assert_walk(for_each_free_mem_range(i, NUMA_NO_NODE, MEMBLOCK_NONE,
					    &start, &end, &nid),
		    "3000-4000@0 6000-6800@1");
	assert_walk(for_each_free_mem_range_reverse(
			    i, NUMA_NO_NODE, MEMBLOCK_NONE, &start, &end, &nid),
		    "6000-6800@1 3000-4000@0");
}

static void free_ranges_may_be_several_in_a_region(void **state)
{
	phys_addr_t i, start, end;
	int nid;

	(void)state;
	memblock_add_node(0x1000, 0x8000, 0, MEMBLOCK_NONE);
	memblock_reserve(0x2000, 0x1000);
	memblock_reserve(0x5000, 0x1000);
	memblock_set_node(0x5000, 0x800, &memblock.reserved, 4);
	assert_walk(for_each_free_mem_range(i, NUMA_NO_NODE, MEMBLOCK_NONE,
					    &start, &end, &nid),
		    "1000-2000@0 3000-5000@0 6000-9000@0");
	assert_walk(for_each_free_mem_range_reverse(
			    i, NUMA_NO_NODE, MEMBLOCK_NONE, &start, &end, &nid),
		    "6000-9000@0 3000-5000@0 1000-2000@0");
}

static void a_node_narrows_a_walk(void **state)
{
	phys_addr_t i, start, end;
	int nid;

	(void)state;
	a_landscape();
	assert_walk(for_each_free_mem_range(i, 1, MEMBLOCK_NONE, &start, &end,
					    &nid),
		    "6000-6800@1");
	assert_walk(for_each_free_mem_range_reverse(i, 0, MEMBLOCK_NONE, &start,
						    &end, &nid),
		    "3000-4000@0");
}

static void flags_widen_and_narrow_a_walk(void **state)
{
	phys_addr_t i, start, end;
	int nid;

	(void)state;
	a_landscape();
	memblock_mark_driver_managed(0x3000, 0x1000);
	memblock_mark_mirror(0x6000, 0x800);
	assert_walk(for_each_free_mem_range(i, NUMA_NO_NODE, MEMBLOCK_NOMAP,
					    &start, &end, &nid),
		    "2000-3000@0 6000-6800@1");
	assert_walk(for_each_free_mem_range(i, NUMA_NO_NODE,
					    MEMBLOCK_DRIVER_MANAGED, &start,
					    &end, &nid),
		    "3000-4000@0 6000-6800@1");
	memblock_phys_free(0, PHYS_ADDR_MAX);
	assert_walk(for_each_free_mem_range(i, NUMA_NO_NODE, MEMBLOCK_MIRROR,
					    &start, &end, &nid),
		    "6000-6800@1");
}

static void results_may_be_unwanted(void **state)
{
	int turns = 0, k;
	phys_addr_t i;

	(void)state;
	a_landscape();
	for_each_free_mem_range(i, NUMA_NO_NODE, MEMBLOCK_NONE, NULL, NULL,
				NULL)
		turns++;
	for_each_mem_pfn_range(k, NUMA_NO_NODE, NULL, NULL, NULL)
		turns++;
	assert_int_equal(turns, 2 + 4);
}

static void a_list_may_change_under_a_walk(void **state)
{
	phys_addr_t i, start, end;
	int nid;

	(void)state;
	a_landscape();
	walked[0] = '\0';
	for_each_free_mem_range(i, NUMA_NO_NODE, MEMBLOCK_NONE, &start, &end,
				&nid) {
		saw(start, end, nid);
		memblock_reserve(start, end - start);
	}
	assert_string_equal(walked, "3000-4000@0 6000-6800@1");
}

static void physmem_less_another_list(void **state)
{
	phys_addr_t i, start, end;
	int nid = 0;

	(void)state;
	memblock_physmem_add(0x1000, 0x8000);
	memblock_add(0x2000, 0x1000);
	assert_walk(for_each_physmem_range(i, NULL, &start, &end),
		    "1000-9000@0");
	assert_walk(for_each_physmem_range(i, &memblock.memory, &start, &end),
		    "1000-2000@0 3000-9000@0");
}

static void pfn_ranges_are_whole_frames_of_a_node(void **state)
{
	pfn_t start, end;
	int i, nid;

	(void)state;
	memblock_add_node(0x1800, 0x2000, 0, MEMBLOCK_NOMAP);
	memblock_add_node(0x4800, 0x0800, 0, MEMBLOCK_NONE);
	memblock_add_node(0x6000, 0x1000, 1, MEMBLOCK_NONE);
	memblock_add_node(0x8100, 0x0e00, 1, MEMBLOCK_NONE);
	assert_walk(for_each_mem_pfn_range(i, NUMA_NO_NODE, &start, &end, &nid),
		    "2-3@0 6-7@1");
	assert_walk(for_each_mem_pfn_range(i, 1, &start, &end, &nid), "6-7@1");
}

static void regions_one_by_one(void **state)
{
	const struct memblock_region *last = NULL;
	struct memblock_region *r;
	int n = 0;

	(void)state;
	a_landscape();
	for_each_mem_region(r) {
		last = r;
		n++;
	}
	assert_int_equal(n, 4);
	assert_phys(last->base, 0x5000);
	n = 0;
	for_each_reserved_mem_region(r)
		n++;
	assert_int_equal(n, 3);
}

static void only_memory_is_chosen_by_flags(void **state)
{
	phys_addr_t i, start, end;
	int nid = 0;

	(void)state;
	memblock_physmem_add(0x1000, 0x1000);
	memblock_reserve(0x1000, 0x1000);
	physmem.regions[0].flags = MEMBLOCK_NOMAP;
	memblock.reserved.regions[0].flags = MEMBLOCK_NOMAP;
	assert_walk(for_each_physmem_range(i, NULL, &start, &end),
		    "1000-2000@0");
	assert_walk(for_each_reserved_mem_range(i, &start, &end),
		    "1000-2000@0");
}

/* ---- The dump ------------------------------------------------------------ */

static void dump_all_prints_every_region(void **state)
{
	(void)state;
	memblock_add_node(0x1000, 0x1000, 1, MEMBLOCK_HOTPLUG);
	memblock_reserve(GiB(4), 0x1000);
	memblock_physmem_add(0, 0x3000);
	memblock_dump_all();
	assert_string_equal(
		host_log(),
		"memblock: memory: 1 of 128 regions, 0x0000001000 bytes\n"
		"  memory[0] [0x0000001000-0x0000002000) node 1 flags 0x1\n"
		"memblock: reserved: 1 of 128 regions, 0x0000001000 bytes\n"
		"  reserved[0] [0x0100000000-0x0100001000) node -1 flags 0\n"
		"memblock: physmem: 1 of 128 regions, 0x0000003000 bytes\n"
		"  physmem[0] [0x0000000000-0x0000003000) node -1 flags 0\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(sizes_and_ends_of_memory),
		test(is_memory_at_each_border),
		test(is_reserved_at_each_border),
		test(map_memory_is_memory_that_may_be_mapped),
		test(region_memory_wants_the_whole_range_in_one),
		test(region_reserved_wants_any_byte),
		test(touching_is_not_overlap),
		test(search_pfn_gives_node_and_frames),
		test(each_mark_sets_and_clears_its_flag),
		test(a_mark_splits_at_its_ends_and_joins_again),
		test(a_mark_of_nothing_changes_nothing),
		test(set_node_splits_sets_and_joins),
		test(set_node_works_on_any_list),
		test(a_walk_over_nothing_ends_at_once),
		test(mem_ranges_leave_out_nomap),
		test(reserved_ranges_upwards),
		test(free_ranges_are_memory_less_reserved),
		test(free_ranges_may_be_several_in_a_region),
		test(a_node_narrows_a_walk),
		test(flags_widen_and_narrow_a_walk),
		test(results_may_be_unwanted),
		test(a_list_may_change_under_a_walk),
		test(physmem_less_another_list),
		test(pfn_ranges_are_whole_frames_of_a_node),
		test(regions_one_by_one),
		test(only_memory_is_chosen_by_flags),
		test(dump_all_prints_every_region),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
