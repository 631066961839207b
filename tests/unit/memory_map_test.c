/* SPDX-License-Identifier: MIT */
/* sources: boot/memory_map.c boot/multiboot2_tags.c mm/memblock/memblock.c mm/memblock/memblock_alloc.c mm/memblock/memblock_dump.c mm/memblock/memblock_handover.c mm/memblock/memblock_query.c mm/memblock/memblock_walk.c mm/memblock/regions.c arch/host/memory.c arch/host/panic.c arch/host/printk.c */
/* From the firmware's map to memblock: tables of (entries -> ranges, account)
 * with maps of real machines and maps that no machine should have. */
#include "memory_map_fixture.h"

static void assert_account_adds_up(void)
{
	phys_addr_t sum = 0;

	for (unsigned i = 0; i < MEMORY_CLASSES; i++)
		sum += memory_account.class[i];
	assert_int_equal(sum, memory_account.reported);
}

/* Entries as first address, last address, type, as the log prints them. */
struct range {
	uint64_t first, last;
	uint32_t type;
};

struct machine {
	const char *name;
	phys_addr_t max_phys;
	const char *memory;		   /* what memblock must have */
	phys_addr_t bytes[MEMORY_CLASSES]; /* of each class */
	struct range map[20];
};

#define PC_LOW                                                        \
	INITIALIZER(0, 0x9fbff, 1), INITIALIZER(0x9fc00, 0x9ffff, 2), \
		INITIALIZER(0xf0000, 0xfffff, 2)

static const struct machine machines[] = {
	{"pc, 8 GiB",
	 PAE,
	 "0-9f000 100000-bffe0000 100000000-240000000",
	 {[MEMORY_USABLE] = 0x9f000 + 0xbfee0000 + 0x140000000,
	  [MEMORY_PARTIAL] = 0xc00,
	  [MEMORY_RESERVED] = 0x400 + 0x10000 + 0x20000 + 0x40000},
	 {PC_LOW,
	  {0x100000, 0xbffdffff, 1},
	  {0xbffe0000, 0xbfffffff, 2},
	  {0xfffc0000, 0xffffffff, 2},
	  {0x100000000, 0x23fffffff, 1}}},
	{"pc, 8 GiB, a CPU of 32 address bits",
	 GiB(4),
	 "0-9f000 100000-bffe0000",
	 {[MEMORY_USABLE] = 0x9f000 + 0xbfee0000,
	  [MEMORY_PARTIAL] = 0xc00,
	  [MEMORY_ABOVE_CPU] = 0x140000000,
	  [MEMORY_RESERVED] = 0x400 + 0x10000 + 0x20000 + 0x40000},
	 {PC_LOW,
	  {0x100000, 0xbffdffff, 1},
	  {0xbffe0000, 0xbfffffff, 2},
	  {0xfffc0000, 0xffffffff, 2},
	  {0x100000000, 0x23fffffff, 1}}},
	{"q35, 62 GiB",
	 PAE,
	 "0-9f000 100000-7ffdf000 100000000-1000000000",
	 {[MEMORY_USABLE] = 0x9f000 + 0x7fedf000 + 0xf00000000,
	  [MEMORY_PARTIAL] = 0xc00,
	  [MEMORY_RESERVED] =
		  0x400 + 0x10000 + 0x21000 + 0x10000000 + 0x4000 + 0x40000},
	 {PC_LOW,
	  {0x100000, 0x7ffdefff, 1},
	  {0x7ffdf000, 0x7fffffff, 2},
	  {0xb0000000, 0xbfffffff, 2},
	  {0xfed1c000, 0xfed1ffff, 2},
	  {0xfffc0000, 0xffffffff, 2},
	  {0x100000000, 0xfffffffff, 1}}},
	{"qemu-system-x86_64, 80 GiB",
	 PAE,
	 "0-9f000 100000-c0000000 100000000-1000000000",
	 {[MEMORY_USABLE] = 0x9f000 + 0xbff00000 + 0xf00000000,
	  [MEMORY_PARTIAL] = 0xc00,
	  [MEMORY_ABOVE_PAE] = 0x440000000,
	  [MEMORY_RESERVED] = 0x400 + 0x10000 + 0x300000000},
	 {PC_LOW,
	  {0x100000, 0xbfffffff, 1},
	  {0xfd00000000, 0xffffffffff, 2},
	  {0x100000000, 0x143fffffff, 1}}},
	{"Bochs, 4 GiB",
	 PAE,
	 "0-9f000 100000-bfff0000",
	 {[MEMORY_USABLE] = 0x9f000 + 0xbfef0000,
	  [MEMORY_ACPI] = 0x10000,
	  [MEMORY_RESERVED] = 0x1000 + 0x18000 + 0x40000},
	 {{0, 0x9efff, 1},
	  {0x9f000, 0x9ffff, 2},
	  {0xe8000, 0xfffff, 2},
	  {0x100000, 0xbffeffff, 1},
	  {0xbfff0000, 0xbfffffff, 3},
	  {0xfffc0000, 0xffffffff, 2}}},
	{"OVMF, q35, 8 GiB",
	 PAE,
	 "0-30000 50000-9f000 100000-807000 808000-810000 1710000-7af98000 "
	 "7af9b000-7e8ed000 7ebff000-7ef78000 100000000-280000000",
	 {[MEMORY_USABLE] = 0x30000 + 0x4f000 + 0x707000 + 0x8000 + 0x79888000 +
			    0x3952000 + 0x379000 + 0x180000000,
	  [MEMORY_ACPI] = 0x12000,
	  [MEMORY_RESERVED] = 0x20000 + 0x1000 + 0x100000 + 0x80000 +
			      0x1000000 + 0x10000000,
	  [MEMORY_OTHER] = 0x100000,
	  [MEMORY_NVS] = 0x1000 + 0xf00000 + 0x80000 + 0x88000},
	 {{0x0, 0x2ffff, 1},	       {0x30000, 0x4ffff, 2},
	  {0x50000, 0x9efff, 1},       {0x9f000, 0x9ffff, 2},
	  {0x100000, 0x806fff, 1},     {0x807000, 0x807fff, 4},
	  {0x808000, 0x80ffff, 1},     {0x810000, 0x170ffff, 4},
	  {0x1710000, 0x7af97fff, 1},  {0x7af9b000, 0x7e8ecfff, 1},
	  {0x7e8ed000, 0x7e9ecfff, 2}, {0x7e9ed000, 0x7eaecfff, 20},
	  {0x7eaed000, 0x7eb6cfff, 2}, {0x7eb6d000, 0x7eb7efff, 3},
	  {0x7eb7f000, 0x7ebfefff, 4}, {0x7ebff000, 0x7ef77fff, 1},
	  {0x7ef78000, 0x7effffff, 4}, {0x7f000000, 0x7fffffff, 2},
	  {0xb0000000, 0xbfffffff, 2}, {0x100000000, 0x27fffffff, 1}}},
	{"unsorted, touching",
	 PAE,
	 "100000-400000",
	 {[MEMORY_USABLE] = 0x300000},
	 {{0x300000, 0x3fffff, 1},
	  {0x100000, 0x1fffff, 1},
	  {0x200000, 0x2fffff, 1}}},
	{"entries that share a page make it whole",
	 PAE,
	 "1000-4000",
	 {[MEMORY_USABLE] = 0x3000},
	 {{0x1000, 0x27ff, 1}, {0x2800, 0x2801, 1}, {0x2802, 0x3fff, 1}}},
	{"a hole of one byte costs a page",
	 PAE,
	 "1000-2000 3000-4000",
	 {[MEMORY_USABLE] = 0x2000, [MEMORY_PARTIAL] = 0xfff},
	 {{0x1000, 0x27ff, 1}, {0x2801, 0x3fff, 1}}},
	{"reserved wins over usable, before and after it",
	 PAE,
	 "1000-2000 5000-6000 9000-a000",
	 {[MEMORY_USABLE] = 0x3000, [MEMORY_RESERVED] = 0x6000},
	 {{0x2000, 0x4fff, 2}, {0x1000, 0x9fff, 1}, {0x6000, 0x8fff, 2}}},
	{"a reserved byte costs its page",
	 PAE,
	 "1000-2000 3000-4000",
	 {[MEMORY_USABLE] = 0x2000,
	  [MEMORY_PARTIAL] = 0xfff,
	  [MEMORY_RESERVED] = 1},
	 {{0x1000, 0x3fff, 1}, {0x2abc, 0x2abc, 2}}},
	{"the least usable of all kinds wins",
	 PAE,
	 "1000-2000",
	 {[MEMORY_USABLE] = 0x1000,
	  [MEMORY_ACPI] = 0x1000,
	  [MEMORY_RESERVED] = 0x1000,
	  [MEMORY_OTHER] = 0x1000,
	  [MEMORY_NVS] = 0x1000,
	  [MEMORY_BAD] = 0x1000},
	 {{0x1000, 0x6fff, 1},
	  {0x6000, 0x6fff, 5},
	  {0x5000, 0x6fff, 4},
	  {0x2000, 0x6fff, 3},
	  {0x4000, 0x6fff, 99},
	  {0x3000, 0x6fff, 2}}},
	{"the same entry many times",
	 PAE,
	 "1000-3000",
	 {[MEMORY_USABLE] = 0x2000},
	 {{0x1000, 0x2fff, 1}, {0x1000, 0x2fff, 1}, {0x1000, 0x2fff, 1}}},
	{"less than a page",
	 PAE,
	 "8000-9000",
	 {[MEMORY_USABLE] = 0x1000, [MEMORY_PARTIAL] = 0x300 + 0xffe},
	 {{0x1100, 0x13ff, 1}, {0x3001, 0x3ffe, 1}, {0x8000, 0x8fff, 1}}},
	{"across both limits",
	 GiB(8),
	 "1ffff0000-200000000",
	 {[MEMORY_USABLE] = 0x10000,
	  [MEMORY_ABOVE_CPU] = GiB(56),
	  [MEMORY_ABOVE_PAE] = 0x10000},
	 {{0x1ffff0000, 0x100000ffff, 1}}},
	{"a part of a page below the limit",
	 PAE,
	 "fffff0000-fffff1000",
	 {[MEMORY_USABLE] = 0x1000,
	  [MEMORY_PARTIAL] = 0x1234 - 0x1000 + 0x100,
	  [MEMORY_ABOVE_PAE] = 1},
	 {{0xfffff0000, 0xfffff1233, 1}, {0xfffffff00, 0x1000000000, 1}}},
	{"up to the end of the address space",
	 PAE,
	 "1000-2000",
	 {[MEMORY_USABLE] = 0x1000, [MEMORY_RESERVED] = 0xffffffffffff},
	 {{0x1000, 0x1fff, 1}, {0xffff000000000000, UINT64_MAX, 2}}},
	{"all there is, and twice",
	 PAE,
	 "0-1000000000",
	 {[MEMORY_USABLE] = GiB(64), [MEMORY_ABOVE_PAE] = 0 - GiB(64) - 1},
	 {{0, UINT64_MAX - 1, 1}, {0, UINT64_MAX - 1, 1}}},
};

static void load_machine(const struct machine *m)
{
	for (size_t i = 0; i < ARRAY_SIZE(m->map) && m->map[i].type; i++)
		entry(m->map[i].first, m->map[i].last - m->map[i].first + 1,
		      m->map[i].type);
}

static void each_machine_gets_its_ranges_and_account(void **state)
{
	for (size_t i = 0; i < ARRAY_SIZE(machines); i++) {
		const struct machine *m = &machines[i];

		begin(state);
		print_message("           %s\n", m->name);
		load_machine(m);
		assert_int_equal(apply(m->max_phys), 0);
		assert_string_equal(list_text(&memblock.memory), m->memory);
		for (unsigned c = 0; c < MEMORY_CLASSES; c++)
			assert_int_equal(m->bytes[c], memory_account.class[c]);
		assert_account_adds_up();
	}
}

static void physmem_has_all_ram_that_was_reported(void **state)
{
	(void)state;
	entry(0x1000, 0x1800, 1);
	entry(0x3000, 0x1000, 3);
	entry(GiB(4), GiB(70), 1);
	entry(GiB(4), 0x1000, 2);
	assert_int_equal(apply(GiB(4)), 0);
	assert_string_equal(list_text(&physmem),
			    "1000-2800 100001000-1280000000");
	assert_string_equal(list_text(&memblock.memory), "1000-2000");
}

static void empty_entries_are_nothing(void **state)
{
	(void)state;
	entry(0x1000, 0x1000, 1);
	entry(0x1800, 0, 2);
	entry(0, 0, 0);
	entry(UINT64_MAX, 0, 1);
	assert_int_equal(apply(PAE), 0);
	assert_string_equal(list_text(&memblock.memory), "1000-2000");
	assert_int_equal(memory_account.reported, 0x1000);
	assert_int_equal(memory_account.overlapping, 0);
}

static void an_entry_that_wraps_is_cut_and_reported(void **state)
{
	(void)state;
	entry(0x100000, 0x100000, 1);
	entry(0 - (uint64_t)0x1000, 0x3000, 1);
	entry(UINT64_MAX, UINT64_MAX, 2);
	assert_int_equal(apply(PAE), 0);
	assert_string_equal(list_text(&memblock.memory), "100000-200000");
	assert_int_equal(memory_account.class[MEMORY_ABOVE_PAE], 0xfff);
	assert_int_equal(memory_account.class[MEMORY_RESERVED], 0);
	assert_non_null(strstr(host_log(),
			       "[mem 0xfffffffffffff000-0xffffffffffffffff] "
			       "usable, and 8192 bytes past the end of the "
			       "address space\n"));
	assert_non_null(strstr(host_log(), "reserved, and 18446744073709551614 "
					   "bytes past the end"));
}

static void an_entry_up_to_the_end_does_not_wrap(void **state)
{
	(void)state;
	entry(0x100000, 0x100000, 1);
	entry(0 - (uint64_t)0x1000, 0x1000, 2);
	assert_int_equal(apply(PAE), 0);
	assert_non_null(strstr(
		host_log(),
		"[mem 0xfffffffffffff000-0xffffffffffffffff] reserved\n"));
}

static void overlap_is_counted_once_and_reported(void **state)
{
	(void)state;
	entry(0x1000, 0x3000, 1);
	entry(0x2000, 0x3000, 1);
	entry(0x2000, 0x1000, 1);
	assert_int_equal(apply(PAE), 0);
	assert_int_equal(memory_account.reported, 0x4000);
	assert_int_equal(memory_account.overlapping, 0x2000);
	assert_non_null(strstr(host_log(), "entries overlap in 8192 bytes"));
}

static void the_log_has_the_map_and_the_account(void **state)
{
	(void)state;
	entry(0x100000, 0x100000, 1);
	entry(0, 0x9fc00, 1);
	entry(0x9fc00, 0x400, 2);
	entry(0x5000, 0, 4);
	entry(0x200000, 0x1000, 20);
	entry(0x201000, 0x1000, 5);
	entry(0x202000, 0x1000, 3);
	entry(GiB(64), GiB(1), 1);
	assert_int_equal(apply(PAE), 0);
	assert_string_equal(
		host_log(),
		"memory map: 8 entries\n"
		"[mem 0x0000100000-0x00001fffff] usable\n"
		"[mem 0x0000000000-0x000009fbff] usable\n"
		"[mem 0x000009fc00-0x000009ffff] reserved\n"
		"[mem 0x0000005000, 0 bytes] ACPI NVS\n"
		"[mem 0x0000200000-0x0000200fff] type 20, unknown\n"
		"[mem 0x0000201000-0x0000201fff] bad\n"
		"[mem 0x0000202000-0x0000202fff] ACPI tables\n"
		"[mem 0x1000000000-0x103fffffff] usable\n"
		"memory map: 1075458048 bytes = 1699840 usable + 3072 left out "
		"in partial pages + 1073741824 left out above 64 GiB + 4096 "
		"ACPI tables + 1024 reserved + 4096 of unknown type + 4096 "
		"bad\n");
}

/* In hexadecimal, in decimal, and in both: nothing is cut. */
static void numbers_of_full_width_are_whole_in_the_log(void **state)
{
	(void)state;
	entry(0, MiB(1), 1);
	entry(0xfffffffffffff000, 0xffffffffffffffff, 0xefffffff);
	entry(0xffffffffffffffff, 0xfffffffffffffffe, 0xffffffff);
	entry(0xfffffffffffffffe, 1, 4294967294u);
	assert_int_equal(apply(PAE), 0);
	assert_non_null(strstr(
		host_log(),
		"[mem 0xfffffffffffff000-0xffffffffffffffff] type 4026531839, "
		"unknown, and 18446744073709547519 bytes past the end of the "
		"address space\n"
		"[mem 0xffffffffffffffff-0xffffffffffffffff] type 4294967295, "
		"unknown, and 18446744073709551613 bytes past the end of the "
		"address space\n"
		"[mem 0xfffffffffffffffe-0xfffffffffffffffe] type 4294967294, "
		"unknown\n"));
}

static void the_account_has_room_for_every_class_in_full(void **state)
{
	uint64_t top = 0xfffffffffff00000;

	(void)state;
	entry(1, MiB(1), 1);
	entry(MiB(2), GiB(63), 1);
	entry(GiB(64), GiB(64), 1);
	for (uint32_t type = 2; type < 7; type++)
		entry(top / 8 * type, top / 8 - 1, type);
	assert_int_equal(apply(GiB(32)), 0);
	assert_non_null(strstr(host_log(), " of unknown type + "));
	assert_non_null(strstr(host_log(), " bad\n"));
}

static void a_map_without_usable_pages_is_refused(void **state)
{
	static const struct range useless[] = {
		{0, 0xffffff, 2},		 /* reserved */
		{0x1001, 0x1fff, 1},		 /* less than a page */
		{0x1000000000, 0x1fffffffff, 1}, /* out of reach */
	};

	for (size_t i = 0; i < ARRAY_SIZE(useless); i++) {
		begin(state);
		entry(useless[i].first, useless[i].last - useless[i].first + 1,
		      useless[i].type);
		assert_int_equal(apply(PAE), -ENOENT);
		assert_string_equal(t.err.text,
				    "memory map: no usable RAM in its 1 "
				    "entries");
		assert_account_adds_up();
	}
}

static void as_many_ranges_as_memblock_holds_are_taken(void **state)
{
	(void)state;
	for (uint64_t i = 0; i < 128; i++)
		entry(i * 0x2000, 0x1000, 1);
	assert_int_equal(apply(PAE), 0);
	assert_int_equal(memblock.memory.cnt, 128);
	assert_int_equal(memory_account.class[MEMORY_USABLE], 128 * 0x1000);
}

static void one_range_too_many_is_refused_by_name(void **state)
{
	(void)state;
	for (uint64_t i = 0; i < 129; i++)
		entry(i * 0x2000, 0x1000, 1);
	assert_int_equal(apply(PAE), -ENOMEM);
	assert_string_equal(t.err.text,
			    "memory map: RAM at 0x100000-0x100fff does not "
			    "fit: memblock holds 128 separate ranges");
}

/* An island in each other page; the lists were made larger before. */
static int apply_islands(unsigned n)
{
	memblock_use_large_arrays();
	for (uint64_t i = 0; i < n; i++)
		entry(i * 0x2000, 0x1000, 1);
	return apply(PAE);
}

static void a_thousand_ranges_fit_once_the_arrays_are_large(void **state)
{
	(void)state;
	assert_int_equal(apply_islands(MEMBLOCK_MAP_RANGES), 0);
	assert_int_equal(memblock.memory.cnt, 1024);
	assert_int_equal(physmem.cnt, 1024);
	assert_int_equal(memory_account.class[MEMORY_USABLE], 1024 * 0x1000);
	/* What `nomap=` cuts in pieces fits, too. */
	assert_int_equal(memblock_mark_nomap(0x4100, 0x100), 0);
	assert_int_equal(memblock.memory.cnt, 1026);
	memblock_use_large_arrays();
	assert_int_equal(memblock.memory.cnt, 1026);
}

static void what_large_arrays_do_not_hold_is_refused_by_name(void **state)
{
	(void)state;
	assert_int_equal(apply_islands(1153), -ENOMEM);
	assert_string_equal(t.err.text,
			    "memory map: RAM at 0x900000-0x900fff does not "
			    "fit: memblock holds 1152 separate ranges");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(each_machine_gets_its_ranges_and_account),
		TEST(physmem_has_all_ram_that_was_reported),
		TEST(empty_entries_are_nothing),
		TEST(an_entry_that_wraps_is_cut_and_reported),
		TEST(an_entry_up_to_the_end_does_not_wrap),
		TEST(overlap_is_counted_once_and_reported),
		TEST(the_log_has_the_map_and_the_account),
		TEST(numbers_of_full_width_are_whole_in_the_log),
		TEST(the_account_has_room_for_every_class_in_full),
		TEST(a_map_without_usable_pages_is_refused),
		TEST(as_many_ranges_as_memblock_holds_are_taken),
		TEST(one_range_too_many_is_refused_by_name),
		TEST(a_thousand_ranges_fit_once_the_arrays_are_large),
		TEST(what_large_arrays_do_not_hold_is_refused_by_name),
	};

	return cmocka_run_group_tests_name("memory_map", tests, NULL, NULL);
}
