/* SPDX-License-Identifier: MIT */
/* sources: boot/multiboot2.c boot/multiboot2_tags.c tests/unit/multiboot2_block.c */
/* The multiboot2 parser and single tags that say what cannot be: each is
 * refused with a sentence that names it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "kernel/compiler.h"
#include "kernel/errno.h"
#include "multiboot2_block.h"

static void a_missing_map_is_refused(void **state)
{
	(void)state;
	string_tag(1, "test");
	end_tag();
	assert_refused(-ENOENT, "the loader gave no memory map (tag 6)");
}

static void an_empty_map_is_refused(void **state)
{
	(void)state;
	string_tag(1, "test");
	mmap_tag(0);
	end_tag();
	assert_refused(-ENOENT, "memory map tag (6) at offset 0x18: the "
				"memory map has no entries");
}

static void map_entries_of_impossible_size_are_refused(void **state)
{
	static const uint32_t sizes[] = {0, 1, 8, 16, 23, 25, 28, 0xfffffff7};

	for (size_t i = 0; i < ARRAY_SIZE(sizes); i++) {
		begin(state);
		some_mmap();
		memcpy(t.bytes + 16, &sizes[i], 4);
		end_tag();
		assert_refused(-EINVAL, "memory map tag (6) at offset 0x8: "
					"an entry size of");
	}
}

static void a_part_of_a_map_entry_is_refused(void **state)
{
	(void)state;
	tag(6, 8 + 24 + 8);
	put_u32(24);
	put_u32(0);
	mmap_entry(0, 0x1000, 1);
	put_u64(0);
	end_tag();
	assert_refused(-EINVAL, "32 bytes are no whole number of entries");
	begin(state);
	some_mmap();
	t.bytes[16] = 32;
	end_tag();
	assert_refused(-EINVAL, "24 bytes are no whole number of entries");
}

static void strings_without_an_end_are_refused(void **state)
{
	for (unsigned type = 1; type <= 2; type++) {
		begin(state);
		tag(type, 4);
		put("test", 4);
		some_mmap();
		end_tag();
		assert_refused(-EINVAL, "its string has no end");
	}
	begin(state);
	tag(3, 8 + 6);
	put_u64(0x0000200000001000);
	put("module", 6);
	some_mmap();
	end_tag();
	assert_refused(-EINVAL, "module tag (3) at offset 0x8: its string has "
				"no end within 6 bytes");
}

static void a_module_that_ends_before_it_starts_is_refused(void **state)
{
	(void)state;
	some_mmap();
	module_tag(0x2000, 0x1fff, "x");
	end_tag();
	assert_refused(-EINVAL, "module tag (3) at offset 0x30: it ends at "
				"0x1fff, before its start at 0x2000");
}

static void one_module_too_many_is_refused(void **state)
{
	(void)state;
	some_mmap();
	for (uint32_t i = 0; i <= BOOT_MODULES_MAX; i++)
		module_tag(0, 0, "m");
	end_tag();
	assert_refused(-ENOSPC, "no more than 64 modules");
}

static void elf_sections_that_do_not_fit_are_refused(void **state)
{
	static const struct {
		uint32_t count, entry_size, names;
		const char *part;
	} cases[] = {
		{4, 40, 0, "do not fit in 120 bytes"},
		{3, 41, 0, "do not fit"},
		{0x10000000, 0x100, 0, "do not fit"}, /* product is 2^36 */
		{0xffffffff, 0xffffffff, 0, "do not fit"},
		{3, 39, 0, "shorter than 40"},
		{3, 0, 0, "shorter than 40"},
		{3, 40, 3, "names in section 3"},
		{3, 40, 0xffffffff, "names in section"},
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		begin(state);
		some_mmap();
		elf_tag(cases[i].count, cases[i].entry_size, cases[i].names,
			120);
		end_tag();
		assert_refused(-EINVAL, "ELF sections tag (9) at offset 0x30");
		assert_non_null(strstr(t.err.text, cases[i].part));
	}
}

static void a_framebuffer_that_contradicts_itself_is_refused(void **state)
{
	(void)state;
	some_mmap();
	framebuffer_tag(0xfd000000, 4095, 1024, 768, 32);
	end_tag();
	assert_refused(-EINVAL, "framebuffer tag (8) at offset 0x30: 1024 "
				"cells of 32 bits do not fit");
	begin(state);
	some_mmap();
	framebuffer_tag(0, 0x40000000, 0x80000000, 1, 255);
	end_tag();
	assert_refused(-EINVAL, "do not fit in a row");
	begin(state);
	some_mmap();
	framebuffer_tag(0xffffffffffff0000, 4096, 1024, 16, 32);
	end_tag();
	assert_refused(-EINVAL, "run past the address space");
}

static void a_damaged_rsdp_is_refused(void **state)
{
	static const struct {
		unsigned type, at;
		const char *part;
	} cases[] = {
		{14, 0, "no \"RSD PTR \""}, {14, 7, "no \"RSD PTR \""},
		{14, 8, "checksum"},	    {14, 19, "checksum"},
		{15, 3, "no \"RSD PTR \""}, {15, 10, "checksum"},
		{15, 25, "checksum"},	    {15, 35, "checksum"},
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		begin(state);
		some_mmap();
		rsdp_tag(cases[i].type, 0x1000, 0x2000)[cases[i].at] ^= 0x40;
		end_tag();
		assert_refused(-EINVAL, cases[i].type == 14
						? "tag (14) at offset 0x30"
						: "tag (15) at offset 0x30");
		assert_non_null(strstr(t.err.text, cases[i].part));
	}
}

static void both_checksums_of_a_new_rsdp_count(void **state)
{
	uint8_t *rsdp;

	(void)state;
	some_mmap();
	rsdp = rsdp_tag(15, 0x1000, 0x2000);
	rsdp[16]++;
	rsdp[33]--; /* now all 36 bytes add up, the first 20 do not */
	end_tag();
	assert_refused(-EINVAL, "its checksum is wrong");
}

static void an_rsdp_of_impossible_length_is_refused(void **state)
{
	static const uint32_t lengths[] = {0, 20, 35, 37, 0xffffffff};

	for (size_t i = 0; i < ARRAY_SIZE(lengths); i++) {
		uint8_t *rsdp;

		begin(state);
		some_mmap();
		rsdp = rsdp_tag(15, 0x1000, 0x2000);
		memcpy(rsdp + 20, &lengths[i], 4);
		end_tag();
		assert_refused(-EINVAL, "is not between 36 and 36");
	}
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup(name, begin)
	const struct CMUnitTest tests[] = {
		TEST(a_missing_map_is_refused),
		TEST(an_empty_map_is_refused),
		TEST(map_entries_of_impossible_size_are_refused),
		TEST(a_part_of_a_map_entry_is_refused),
		TEST(strings_without_an_end_are_refused),
		TEST(a_module_that_ends_before_it_starts_is_refused),
		TEST(one_module_too_many_is_refused),
		TEST(elf_sections_that_do_not_fit_are_refused),
		TEST(a_framebuffer_that_contradicts_itself_is_refused),
		TEST(a_damaged_rsdp_is_refused),
		TEST(both_checksums_of_a_new_rsdp_count),
		TEST(an_rsdp_of_impossible_length_is_refused),
	};

	return cmocka_run_group_tests_name("multiboot2_tags", tests, NULL,
					   forget);
}
