/* SPDX-License-Identifier: MIT */
/* sources: mm/memblock/memblock.c mm/memblock/memblock_alloc.c mm/memblock/memblock_dump.c mm/memblock/memblock_handover.c mm/memblock/memblock_query.c mm/memblock/memblock_walk.c mm/memblock/regions.c arch/host/memory.c arch/host/panic.c arch/host/printk.c */
/* memblock's arrays when they are full: refused before memblock_allow_resize(),
 * doubled after it. The permission cannot be taken back, so the tests of the
 * refusals come first in main(). */
#include "memblock_fixture.h"

#define PAGE  0x1000
#define ARRAY 0x2000 /* 256 regions of 24 bytes, in whole pages */

/* Where lists are filled: 128 pages, every other one, above all RAM. */
#define FAR	MiB(16)
#define FAR_END (FAR + 256 * PAGE)

static void fill(struct memblock_type *type)
{
	unsigned long i;

	for (i = 0; i < 128; i++) {
		type->regions[i].base = FAR + i * 2 * PAGE;
		type->regions[i].size = PAGE;
		type->regions[i].nid = NUMA_NO_NODE;
		type->regions[i].flags = 0;
	}
	type->cnt = 128;
	type->total_size = 128 * PAGE;
}

/* RAM is 256 KiB at 64 KiB. */
#define RAM	 0x10000
#define RAM_END	 0x50000
#define RAM_SIZE 0x40000

static void full_reserved(void)
{
	memblock_add(RAM, RAM_SIZE);
	fill(&memblock.reserved);
}

/* Runs `call`, which must fail and leave `type` as it was. */
#define assert_refused(type, call)                                \
	do {                                                      \
		struct memblock_type was_ = *(type);              \
		char *list_ = strdup(list_text(type));            \
		assert_int_equal(call, -ENOMEM);                  \
		assert_memory_equal(&was_, (type), sizeof(was_)); \
		assert_list(type, list_);                         \
		free(list_);                                      \
	} while (0)

/* ---- Not allowed yet ----------------------------------------------------- */

static void the_129th_region_is_refused(void **state)
{
	(void)state;
	full_reserved();
	assert_refused(&memblock.reserved, memblock_reserve(0x100, 0x100));
	assert_non_null(strstr(host_log(), "reserved is full with 128 regions "
					   "and cannot grow: not allowed yet"));
	assert_refused(&memblock.reserved, memblock_reserve(FAR_END, 1));
	fill(&memblock.memory);
	assert_refused(&memblock.memory, memblock_add(0x1000, 0x1000));
	fill(&physmem);
	assert_refused(&physmem, memblock_physmem_add(0x1000, 0x1000));
}

static void a_range_of_two_pieces_is_refused_whole(void **state)
{
	(void)state;
	fill(&memblock.memory);
	memblock_remove(FAR + 254 * PAGE, PAGE);
	assert_int_equal(memblock.memory.cnt, 127);
	/* One piece would fit; the other side of region 0 would not. */
	assert_refused(&memblock.memory,
		       memblock_add_node(FAR - PAGE, 3 * PAGE, 1, 0));
}

static void a_hole_in_a_full_list_is_refused(void **state)
{
	(void)state;
	full_reserved();
	assert_refused(&memblock.reserved,
		       memblock_phys_free(FAR + 0x800, 0x100));
	fill(&memblock.memory);
	assert_refused(&memblock.memory, memblock_remove(FAR + 0x800, 0x100));
}

static void a_free_that_fails_says_what_stays(void **state)
{
	(void)state;
	full_reserved();
	memblock.reserved.regions[0].base = 0x20000; /* below all others */
	memblock_free(ram + 0x20800, 0x100);
	assert_true(memblock_is_reserved(0x20800));
	assert_non_null(strstr(host_log(), "0x0000000100 bytes at "));
	assert_non_null(strstr(host_log(), " stay reserved"));
}

static void a_split_in_a_full_list_is_refused(void **state)
{
	(void)state;
	fill(&memblock.memory);
	assert_refused(&memblock.memory,
		       memblock_mark_nomap(FAR + 0x800, PAGE));
	assert_refused(&memblock.memory,
		       memblock_set_node(0, FAR + 0x800, &memblock.memory, 1));
	assert_ok(memblock_mark_nomap(FAR, PAGE)); /* needs no split */
}

static void a_full_list_takes_what_needs_no_region(void **state)
{
	(void)state;
	fill(&memblock.memory);
	assert_ok(memblock_remove(FAR + 0x800, 0));
	assert_ok(memblock_remove(FAR, 0x800));
	assert_ok(memblock_remove(FAR + 2 * PAGE + 0x800, 0x800));
	assert_ok(memblock_add(FAR, 0x800));
	assert_ok(memblock_add(FAR + 2 * PAGE + 0x800, 0x800));
	assert_int_equal(memblock.memory.cnt, 128);
	assert_ok(memblock_add(FAR + PAGE, PAGE)); /* fills a gap */
	assert_int_equal(memblock.memory.cnt, 127);
	assert_ok(memblock_add(0, PAGE)); /* and so makes room */
	assert_refused(&memblock.memory, memblock_add(2 * PAGE, PAGE));
}

/* ---- Allowed ------------------------------------------------------------- */

static void allow_resize_and_reset(void **state)
{
	(void)state;
	memblock_allow_resize();
}

static void a_full_array_doubles(void **state)
{
	struct memblock_region *old;

	(void)state;
	full_reserved();
	old = memblock.reserved.regions;
	assert_ok(memblock_reserve(0x1000, PAGE));
	assert_int_equal(memblock.reserved.max, 256);
	assert_int_equal(memblock.reserved.cnt, 130);
	assert_ptr_equal(memblock.reserved.regions, ram + RAM_END - ARRAY);
	assert_ptr_not_equal(memblock.reserved.regions, old);
	assert_true(memblock_is_reserved(0x1000));
	assert_true(memblock_is_region_reserved(RAM_END - ARRAY, ARRAY));
	assert_phys(memblock_reserved_size(), 129 * PAGE + ARRAY);
	list_text(&memblock.reserved);
}

/* Fills the list with all of 129 places but one, and then reserves that. */
static void nothing_is_lost_wherever_the_new_range_goes(void **state)
{
	unsigned long left_out, i, n;

	for (left_out = 0; left_out <= 128; left_out++) {
		setup(state);
		memblock_add(RAM, RAM_SIZE);
		for (i = 0, n = 0; i <= 128; i++)
			if (i != left_out)
				assert_ok(memblock_reserve(FAR + i * 2 * PAGE,
							   PAGE));
		assert_ok(memblock_reserve(FAR + left_out * 2 * PAGE, PAGE));
		assert_int_equal(memblock.reserved.max, 256);
		list_text(&memblock.reserved);
		for (i = 0; i <= 128; i++)
			n += memblock_is_reserved(FAR + i * 2 * PAGE);
		assert_int_equal(n, 129);
		assert_phys(memblock_reserved_size(), 129 * PAGE + ARRAY);
	}
}

static void a_new_array_is_above_the_range_if_possible(void **state)
{
	(void)state;
	full_reserved();
	assert_ok(memblock_reserve(0x20000, 0x28000));
	assert_ptr_equal(memblock.reserved.regions, ram + RAM_END - ARRAY);
}

static void else_below_it_from_the_top(void **state)
{
	(void)state;
	full_reserved();
	memblock_set_bottom_up(true);
	assert_ok(memblock_reserve(0x20000, RAM_END - 0x20000));
	assert_ptr_equal(memblock.reserved.regions, ram + 0x20000 - ARRAY);
}

static void never_inside_the_range(void **state)
{
	(void)state;
	full_reserved();
	assert_refused(&memblock.reserved,
		       memblock_reserve(RAM + PAGE, RAM_SIZE - 2 * PAGE));
	assert_non_null(strstr(host_log(), "cannot grow: no memory"));
}

static void a_new_array_ends_below_the_current_limit(void **state)
{
	(void)state;
	full_reserved();
	memblock_set_current_limit(0x30000);
	assert_ok(memblock_reserve(0x1000, PAGE));
	assert_ptr_equal(memblock.reserved.regions, ram + 0x30000 - ARRAY);
}

static void the_array_before_is_freed(void **state)
{
	unsigned long i;

	(void)state;
	full_reserved();
	for (i = 0; memblock.reserved.max == 256 || i == 0; i++)
		assert_ok(memblock_reserve(FAR_END + i * 2 * PAGE, PAGE));
	assert_int_equal(memblock.reserved.max, 512);
	/* 512 regions are 3 pages; they went below the 2 of before. */
	assert_ptr_equal(memblock.reserved.regions,
			 ram + RAM_END - ARRAY - 3 * PAGE);
	assert_false(memblock_is_region_reserved(RAM_END - ARRAY, ARRAY));
	assert_phys(memblock_reserved_size(), (128 + i) * PAGE + 3 * PAGE);
	list_text(&memblock.reserved);
}

/* The old array is freed while a range around it is being reserved: the gap
 * that it leaves has to be filled like the others. */
static void a_range_around_the_old_array_is_reserved_whole(void **state)
{
	unsigned long i = 0;

	(void)state;
	full_reserved();
	memblock_reserve(0x1000, PAGE); /* the array is now at 4e000 */
	while (memblock.reserved.cnt < 256)
		assert_ok(memblock_reserve(FAR_END + ++i * 2 * PAGE, PAGE));
	memblock_set_node(RAM_END - ARRAY, ARRAY, &memblock.reserved, 1);
	assert_ok(memblock_reserve(0x48000, 0x8000));
	assert_int_equal(memblock.reserved.max, 512);
	assert_true(memblock_is_region_reserved(0x48000, 1));
	assert_false(memblock_is_memory(RAM_END));
	for (i = 0x48000; i < RAM_END; i += 0x800)
		assert_true(memblock_is_reserved(i));
	list_text(&memblock.reserved);
}

static void memory_and_physmem_grow_too(void **state)
{
	(void)state;
	fill(&memblock.memory);
	fill(&physmem);
	memblock.memory.regions[0].base = RAM;
	memblock.memory.regions[0].size = RAM_SIZE;
	memblock.memory.total_size += RAM_SIZE - PAGE;
	assert_ok(memblock_add(0x1000, PAGE));
	assert_int_equal(memblock.memory.max, 256);
	assert_int_equal(memblock.memory.cnt, 129);
	assert_ok(memblock_physmem_add(0x1000, PAGE));
	assert_int_equal(physmem.max, 256);
	assert_int_equal(physmem.cnt, 129);
	assert_reserved("4c000-50000"); /* the two arrays */
	list_text(&memblock.memory);
	list_text(&physmem);
}

static void an_array_doubles_until_all_pieces_fit(void **state)
{
	(void)state;
	fill(&memblock.memory);
	memblock.memory.regions[0].base = RAM;
	memblock.memory.regions[0].size = RAM_SIZE;
	memblock.memory.total_size += RAM_SIZE - PAGE;
	/* 128 regions and the 129 gaps around them */
	assert_ok(memblock_add_node(0x1000, FAR_END, 1, MEMBLOCK_NONE));
	assert_int_equal(memblock.memory.cnt, 257);
	assert_int_equal(memblock.memory.max, 512);
	assert_phys(memblock_phys_mem_size(), FAR_END);
	assert_reserved("4b000-4e000"); /* 3 pages; the first array is freed */
	list_text(&memblock.memory);
}

static void with_reserved_full_both_grow(void **state)
{
	(void)state;
	fill(&memblock.memory);
	fill(&memblock.reserved);
	memblock.memory.regions[0].base = RAM;
	memblock.memory.regions[0].size = RAM_SIZE;
	memblock.memory.total_size += RAM_SIZE - PAGE;
	assert_ok(memblock_add(0x1000, PAGE));
	assert_int_equal(memblock.memory.max, 256);
	assert_int_equal(memblock.reserved.max, 256);
	assert_phys(memblock_reserved_size(), 128 * PAGE + 2 * ARRAY);
	list_text(&memblock.memory);
	list_text(&memblock.reserved);
}

static void with_reserved_full_and_no_memory_neither_grows(void **state)
{
	(void)state;
	fill(&memblock.memory);
	fill(&memblock.reserved);
	assert_refused(&memblock.memory, memblock_add(0x1000, PAGE));
	assert_int_equal(memblock.reserved.max, 128);
}

static void with_room_for_one_array_memory_is_refused(void **state)
{
	(void)state;
	fill(&memblock.memory);
	fill(&memblock.reserved);
	memblock.memory.regions[0].base = RAM;
	memblock.memory.regions[0].size = ARRAY;
	memblock.memory.total_size += ARRAY - PAGE;
	assert_refused(&memblock.memory, memblock_add(0x1000, PAGE));
	assert_int_equal(memblock.reserved.max, 256);
	assert_true(memblock_is_reserved(RAM));
}

static void a_split_grows_the_list(void **state)
{
	(void)state;
	memblock_set_bottom_up(true);
	fill(&memblock.memory);
	memblock.memory.regions[0].base = RAM;
	memblock.memory.regions[0].size = RAM_SIZE;
	memblock.memory.total_size += RAM_SIZE - PAGE;
	assert_ok(memblock_mark_nomap(RAM + PAGE, PAGE));
	assert_int_equal(memblock.memory.max, 256);
	assert_int_equal(memblock.memory.cnt, 130);
	assert_false(memblock_is_map_memory(RAM + PAGE));
	list_text(&memblock.memory);
}

static void the_new_array_is_not_in_memory_taken_away(void **state)
{
	(void)state;
	fill(&memblock.memory);
	memblock.memory.regions[0].base = RAM;
	memblock.memory.regions[0].size = RAM_SIZE;
	memblock.memory.total_size += RAM_SIZE - PAGE;
	assert_ok(memblock_remove(RAM + 0x8000, RAM_SIZE - 0x8000 - PAGE));
	assert_int_equal(memblock.memory.max, 256);
	assert_reserved("16000-18000");
}

static void a_hole_in_a_reservation_grows_the_list(void **state)
{
	(void)state;
	full_reserved();
	assert_ok(memblock_phys_free(FAR + 0x400, 0x400));
	assert_int_equal(memblock.reserved.max, 256);
	assert_int_equal(memblock.reserved.cnt, 130);
	list_text(&memblock.reserved);
}

static void an_allocation_grows_the_list(void **state)
{
	(void)state;
	full_reserved();
	assert_phys(memblock_phys_alloc_range(PAGE, PAGE, 0x20000, 0x21000),
		    0x20000);
	assert_int_equal(memblock.reserved.max, 256);
	assert_int_equal(memblock.reserved.cnt, 130);
}

/* The large arrays are static: freeing one would make the image's memory, or
 * what happens to lie there, free. */
static void a_large_array_is_not_freed(void **state)
{
	unsigned long i;

	(void)state;
	memblock_use_large_arrays();
	assert_int_equal(memblock.memory.max, 1152);
	assert_int_equal(memblock.reserved.max, 128);
	memblock_add(RAM, RAM_SIZE);
	for (i = 0; i < 1152; i++)
		assert_ok(memblock_add(FAR + i * 2 * PAGE, PAGE));
	assert_int_equal(memblock.memory.max, 2304);
	assert_reserved("42000-50000"); /* 2304 * 24 bytes, in whole pages */
	assert_int_equal(memblock.memory.cnt, 1153);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(the_129th_region_is_refused),
		test(a_range_of_two_pieces_is_refused_whole),
		test(a_hole_in_a_full_list_is_refused),
		test(a_free_that_fails_says_what_stays),
		test(a_split_in_a_full_list_is_refused),
		test(a_full_list_takes_what_needs_no_region),
		test(allow_resize_and_reset),
		test(a_full_array_doubles),
		test(nothing_is_lost_wherever_the_new_range_goes),
		test(a_new_array_is_above_the_range_if_possible),
		test(else_below_it_from_the_top),
		test(never_inside_the_range),
		test(a_new_array_ends_below_the_current_limit),
		test(the_array_before_is_freed),
		test(a_large_array_is_not_freed),
		test(a_range_around_the_old_array_is_reserved_whole),
		test(memory_and_physmem_grow_too),
		test(an_array_doubles_until_all_pieces_fit),
		test(with_reserved_full_both_grow),
		test(with_reserved_full_and_no_memory_neither_grows),
		test(with_room_for_one_array_memory_is_refused),
		test(a_split_grows_the_list),
		test(the_new_array_is_not_in_memory_taken_away),
		test(a_hole_in_a_reservation_grows_the_list),
		test(an_allocation_grows_the_list),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
