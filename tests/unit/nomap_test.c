/* SPDX-License-Identifier: MIT */
/* sources: boot/nomap.c kernel/lib/cmdline.c mm/memblock/memblock.c mm/memblock/memblock_alloc.c mm/memblock/memblock_dump.c mm/memblock/memblock_handover.c mm/memblock/memblock_query.c mm/memblock/memblock_walk.c mm/memblock/regions.c arch/host/memory.c arch/host/panic.c arch/host/printk.c */
/* nomap=: each word is obeyed, in whole pages, or the log says why not. */
#include "memblock_fixture.h"

#include "boot/nomap.h"
#include "kernel/cmdline.h"

/* RAM from 0 to 512 KiB and from 1 to 2 MiB, of which 64 KiB are in use. */
static int begin(void **state)
{
	setup(state);
	memblock_add(0, KB(512));
	memblock_add(MiB(1), MiB(1));
	memblock_reserve(MiB(1), KB(64));
	return 0;
}

static void apply(const char *words)
{
	cmdline_init(words);
	nomap_apply();
}

#define assert_said(text) assert_string_equal(host_log(), text)

static void each_of_several_words_counts(void **state)
{
	(void)state;
	apply("nomap=8K@64K test nomap=4K@256K nomap=64K@1M+64K "
	      "nomap=4K@1536K");
	assert_memory("0-10000 10000-12000!4 12000-40000 40000-41000!4 "
		      "41000-80000 100000-180000 180000-181000!4 "
		      "181000-200000");
	assert_non_null(strstr(host_log(), "nomap=64K@1M+64K is no range"));
}

static void no_word_says_nothing(void **state)
{
	(void)state;
	apply("test lowmem=64M");
	assert_memory("0-80000 100000-200000");
	assert_said("");
}

static void a_range_off_page_borders_is_rounded_outwards(void **state)
{
	(void)state;
	apply("nomap=64K@65K");
	assert_memory("0-10000 10000-21000!4 21000-80000 100000-200000");
	assert_said(
		"nomap=: 0x10000 bytes at 0x0000010400 are rounded to "
		"pages: 0x11000 bytes at 0x0000010000\n"
		"memory: not to be mapped: 68 KiB of RAM at 0x0000010000\n");
}

static void less_than_a_page_is_a_page(void **state)
{
	(void)state;
	apply("nomap=1@0x12345");
	assert_memory("0-12000 12000-13000!4 13000-80000 100000-200000");
	assert_said("nomap=: 0x1 bytes at 0x0000012345 are rounded to pages: "
		    "0x1000 bytes at 0x0000012000\n"
		    "memory: not to be mapped: 4 KiB of RAM at 0x0000012000\n");
}

static void only_ram_is_marked_and_counted(void **state)
{
	(void)state;
	apply("nomap=512K@256K");
	assert_memory("0-40000 40000-80000!4 100000-200000");
	assert_said("memory: not to be mapped: 256 KiB of RAM at "
		    "0x0000040000\n");
}

static void what_cannot_be_obeyed_is_ignored_with_the_reason(void **state)
{
	static const struct {
		const char *word, *why;
	} bad[] = {
		{"nomap=0@64K", "0 bytes at 0x0000010000 are none"},
		{"nomap=64K@512K", "there is no RAM in 0x10000 bytes"},
		{"nomap=1M@8G", "there is no RAM in 0x100000 bytes"},
		{"nomap=0xffffffffffffffff@0", "there is no RAM"},
		{"nomap=4K@1M", "something in 0x1000 bytes at 0x0000100000 is "
				"in use"},
		{"nomap=1@0x10ffff", "is in use"},
	};

	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		begin(state);
		apply(bad[i].word);
		assert_non_null(strstr(host_log(), bad[i].why));
		assert_non_null(strstr(host_log(), "ignored"));
		assert_memory("0-80000 100000-200000");
	}
}

/* A page is marked as a whole, so a byte in use in it counts. */
static void a_page_that_is_partly_in_use_is_not_marked(void **state)
{
	(void)state;
	memblock_reserve(0x5000, 16);
	apply("nomap=1K@0x5c00");
	assert_memory("0-80000 100000-200000");
	assert_non_null(strstr(host_log(), "in use: ignored"));
}

static void a_full_list_is_no_panic(void **state)
{
	(void)state;
	for (phys_addr_t i = 0; i < 126; i++)
		memblock_add(GiB(1) + i * 0x2000, 0x1000);
	apply("nomap=4K@64K");
	assert_int_equal(memblock.memory.cnt, 128);
	assert_non_null(strstr(host_log(), "nomap=: the map is in too many "
					   "pieces"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup(name, begin)
		TEST(each_of_several_words_counts),
		TEST(no_word_says_nothing),
		TEST(a_range_off_page_borders_is_rounded_outwards),
		TEST(less_than_a_page_is_a_page),
		TEST(only_ram_is_marked_and_counted),
		TEST(what_cannot_be_obeyed_is_ignored_with_the_reason),
		TEST(a_page_that_is_partly_in_use_is_not_marked),
		TEST(a_full_list_is_no_panic),
	};

	return cmocka_run_group_tests_name("nomap", tests, NULL, NULL);
}
