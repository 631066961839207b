/* SPDX-License-Identifier: MIT */
/* sources: boot/multiboot2.c boot/multiboot2_tags.c tests/unit/multiboot2_block.c */
/* The multiboot2 parser: what it makes of the block, whole, and of blocks cut
 * short, or whose tags do not follow each other. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>
#include <sys/mman.h>

#include "kernel/compiler.h"
#include "kernel/errno.h"
#include "multiboot2_block.h"

/* ---- Whole blocks -------------------------------------------------------- */

static void a_minimal_block_is_read(void **state)
{
	(void)state;
	some_mmap();
	end_tag();
	assert_int_equal(parse(), 0);
	assert_string_equal(t.info.cmdline, "");
	assert_string_equal(t.info.loader, "");
	assert_int_equal(t.info.module_count, 0);
	assert_int_equal(t.info.elf.count, 0);
	assert_false(t.info.rsdp.present);
	assert_false(t.info.framebuffer.present);
	assert_false(t.info.meminfo.present);
	assert_false(t.info.has_load_base);
	assert_int_equal(t.info.unknown_tags, 0);
	assert_int_equal(t.info.trailing_bytes, 0);
}

static void strings_point_into_the_block(void **state)
{
	(void)state;
	string_tag(1, "test lowmem=64M");
	string_tag(2, "GRUB 2.06");
	some_mmap();
	end_tag();
	assert_int_equal(parse(), 0);
	assert_string_equal(t.info.cmdline, "test lowmem=64M");
	assert_string_equal(t.info.loader, "GRUB 2.06");
	assert_ptr_equal(t.info.cmdline, t.copy + 1 + 16);
}

static void map_entries_come_as_given(void **state)
{
	struct boot_mmap_entry e = {1, 2, 3};

	(void)state;
	mmap_tag(3);
	mmap_entry(0x200000000, 0x40000000, 1);
	mmap_entry(0x1000, 0, 20);
	mmap_entry(0xfffffffffffff000, 0x2000, 0xffffffff);
	end_tag();
	assert_int_equal(parse(), 0);
	assert_int_equal(t.info.mmap.count, 3);
	assert_true(boot_mmap_get(&t.info.mmap, 0, &e));
	assert_int_equal(e.base, 0x200000000);
	assert_int_equal(e.size, 0x40000000);
	assert_int_equal(e.type, 1);
	assert_true(boot_mmap_get(&t.info.mmap, 2, &e));
	assert_int_equal(e.base, 0xfffffffffffff000);
	assert_int_equal(e.size, 0x2000);
	assert_int_equal(e.type, 0xffffffff);
	assert_false(boot_mmap_get(&t.info.mmap, 3, &e));
	assert_int_equal(e.type, 0xffffffff);
}

static void longer_map_entries_of_a_later_version_are_read(void **state)
{
	struct boot_mmap_entry e;

	(void)state;
	tag(6, 8 + 2 * 32);
	put_u32(32);
	put_u32(1);
	mmap_entry(0, 0x9fc00, 1);
	put_u64(0xeeeeeeeeeeeeeeee);
	mmap_entry(0x100000, 0x100000, 2);
	put_u64(0xeeeeeeeeeeeeeeee);
	end_tag();
	assert_int_equal(parse(), 0);
	assert_int_equal(t.info.mmap.count, 2);
	assert_int_equal(t.info.mmap.entry_version, 1);
	assert_true(boot_mmap_get(&t.info.mmap, 1, &e));
	assert_int_equal(e.base, 0x100000);
	assert_int_equal(e.type, 2);
}

static void modules_are_listed_in_order(void **state)
{
	(void)state;
	module_tag(0x200000, 0x300000, "disk.img ro");
	some_mmap();
	module_tag(0x17000, 0x17000, "");
	end_tag();
	assert_int_equal(parse(), 0);
	assert_int_equal(t.info.module_count, 2);
	assert_int_equal(t.info.module[0].start, 0x200000);
	assert_int_equal(t.info.module[0].end, 0x300000);
	assert_string_equal(t.info.module[0].cmdline, "disk.img ro");
	assert_int_equal(t.info.module[1].start, 0x17000);
	assert_int_equal(t.info.module[1].end, 0x17000);
	assert_string_equal(t.info.module[1].cmdline, "");
}

static void all_modules_that_fit_are_kept(void **state)
{
	(void)state;
	some_mmap();
	for (uint32_t i = 0; i < BOOT_MODULES_MAX; i++)
		module_tag(i << 20, (i + 1) << 20, "m");
	end_tag();
	assert_int_equal(parse(), 0);
	assert_int_equal(t.info.module_count, BOOT_MODULES_MAX);
	assert_int_equal(t.info.module[BOOT_MODULES_MAX - 1].end,
			 BOOT_MODULES_MAX << 20);
}

static void elf_sections_are_found(void **state)
{
	(void)state;
	some_mmap();
	elf_tag(3, 40, 2, 120);
	end_tag();
	assert_int_equal(parse(), 0);
	assert_int_equal(t.info.elf.count, 3);
	assert_int_equal(t.info.elf.entry_size, 40);
	assert_int_equal(t.info.elf.names, 2);
	assert_ptr_equal(t.info.elf.sections, t.copy + 1 + 48 + 20);
}

static void the_framebuffer_is_described(void **state)
{
	(void)state;
	some_mmap();
	framebuffer_tag(0xfd000000, 4096, 1024, 768, 32);
	end_tag();
	assert_int_equal(parse(), 0);
	assert_true(t.info.framebuffer.present);
	assert_int_equal(t.info.framebuffer.addr, 0xfd000000);
	assert_int_equal(t.info.framebuffer.pitch, 4096);
	assert_int_equal(t.info.framebuffer.width, 1024);
	assert_int_equal(t.info.framebuffer.height, 768);
	assert_int_equal(t.info.framebuffer.bpp, 32);
	assert_int_equal(t.info.framebuffer.type, BOOT_FRAMEBUFFER_RGB);
}

static void meminfo_and_load_base_are_read(void **state)
{
	(void)state;
	tag(21, 4);
	put_u32(0x100000);
	tag(4, 8);
	put_u32(639);
	put_u32(3144576);
	some_mmap();
	end_tag();
	assert_int_equal(parse(), 0);
	assert_true(t.info.has_load_base);
	assert_int_equal(t.info.load_base, 0x100000);
	assert_true(t.info.meminfo.present);
	assert_int_equal(t.info.meminfo.lower_kib, 639);
	assert_int_equal(t.info.meminfo.upper_kib, 3144576);
}

static void an_old_rsdp_is_read(void **state)
{
	(void)state;
	some_mmap();
	rsdp_tag(14, 0xbffe1234, 0);
	end_tag();
	assert_int_equal(parse(), 0);
	assert_true(t.info.rsdp.present);
	assert_int_equal(t.info.rsdp.revision, 0);
	assert_string_equal(t.info.rsdp.oem, "LOFTED");
	assert_int_equal(t.info.rsdp.rsdt, 0xbffe1234);
	assert_int_equal(t.info.rsdp.xsdt, 0);
}

static void the_new_rsdp_is_preferred_in_either_order(void **state)
{
	for (unsigned type = 14; type <= 15; type++) {
		begin(state);
		some_mmap();
		rsdp_tag(type, 0x1000, 0x120000000);
		rsdp_tag(14 + 15 - type, 0x1000, 0x120000000);
		end_tag();
		assert_int_equal(parse(), 0);
		assert_int_equal(t.info.rsdp.revision, 2);
		assert_int_equal(t.info.rsdp.rsdt, 0x1000);
		assert_int_equal(t.info.rsdp.xsdt, 0x120000000);
	}
}

static void unknown_tags_are_skipped_and_counted(void **state)
{
	(void)state;
	string_tag(22, "from the future");
	some_mmap();
	string_tag(0xffffffff, "x");
	tag(1000, 0);
	tag(5, 12); /* boot device: known, not used */
	put("123456789012", 12);
	end_tag();
	assert_int_equal(parse(), 0);
	assert_int_equal(t.info.unknown_tags, 3);
	assert_int_equal(t.info.mmap.count, 1);
}

static void bytes_behind_the_end_tag_are_counted(void **state)
{
	(void)state;
	some_mmap();
	end_tag();
	put("12345", 5);
	assert_int_equal(parse(), 0);
	assert_int_equal(t.info.trailing_bytes, 5);
}

static void a_block_may_end_before_the_buffer(void **state)
{
	(void)state;
	some_mmap();
	end_tag();
	assert_int_equal(parse(), 0);
	put_u64(~0ull);
	assert_int_equal(parse_bytes(t.size), 0);
	assert_int_equal(t.info.trailing_bytes, 0);
}

/* ---- Damage to the block ------------------------------------------------- */

static void a_length_that_cannot_be_is_refused(void **state)
{
	static const uint32_t lengths[] = {0,  7,  8,	       15,
					   17, 64, 0x7fffffff, 0xffffffff};

	(void)state;
	end_tag();
	for (size_t i = 0; i < ARRAY_SIZE(lengths); i++) {
		memcpy(t.bytes, &lengths[i], 4);
		assert_int_equal(parse_bytes(16), -EINVAL);
		assert_non_null(strstr(t.err.text, "says it is"));
	}
}

static void a_block_without_a_header_is_refused(void **state)
{
	(void)state;
	t.bytes[0] = 16;
	for (unsigned n = 0; n < 8; n++) {
		assert_int_equal(parse_bytes(n), -EINVAL);
		assert_non_null(strstr(t.err.text, "no information block"));
	}
}

static void a_missing_end_tag_is_refused(void **state)
{
	(void)state;
	some_mmap();
	assert_refused(-EINVAL, "no end tag (0) before the block's end at "
				"offset 0x30");
	string_tag(2, "unaligned end");
	assert_refused(-EINVAL, "no end tag (0) before the block's end at "
				"offset 0x46");
}

static void an_end_tag_of_another_size_is_refused(void **state)
{
	(void)state;
	some_mmap();
	tag(0, 4);
	put_u32(0);
	assert_refused(-EINVAL, "end tag (0) at offset 0x30: a size of 12");
}

static void a_tag_smaller_than_its_header_is_refused(void **state)
{
	for (uint32_t size = 0; size < 8; size++) {
		begin(state);
		tag(99, 0);
		memcpy(t.bytes + 12, &size, 4);
		some_mmap();
		end_tag();
		assert_refused(-EINVAL, "unknown tag (99) at offset 0x8: ");
	}
}

static void a_tag_that_runs_past_the_end_is_refused(void **state)
{
	static const uint32_t sizes[] = {57, 0x7fffffff, 0xfffffff8,
					 0xffffffff};

	for (size_t i = 0; i < ARRAY_SIZE(sizes); i++) {
		begin(state);
		tag(2, 0);
		memcpy(t.bytes + 12, &sizes[i], 4);
		some_mmap();
		end_tag();
		assert_refused(-EINVAL, "loader name tag (2) at offset 0x8: ");
		assert_non_null(strstr(t.err.text, "past the block's end"));
	}
}

/* 4 GiB of address space without memory behind most of it. */
static void a_tag_that_ends_at_4_gib_does_not_wrap_around(void **state)
{
	const uint32_t total = UINT32_MAX, type = 99, size = UINT32_MAX - 8;
	uint8_t *block;

	(void)state;
	if (sizeof(void *) < 8)
		skip();
	block = mmap(NULL, total, PROT_READ | PROT_WRITE,
		     MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	assert_ptr_not_equal(block, MAP_FAILED);
	memcpy(block, &total, 4);
	memcpy(block + 8, &type, 4);
	memcpy(block + 12, &size, 4);
	assert_int_equal(multiboot2_parse(block, total, &t.info, &t.err),
			 -EINVAL);
	munmap(block, total);
	assert_non_null(strstr(t.err.text, "no end tag"));
}

static void tags_too_short_for_their_kind_are_refused(void **state)
{
	static const struct {
		unsigned type;
		unsigned payload; /* one byte less than it takes */
		const char *name;
	} cases[] = {
		{1, 0, "command line tag (1)"},
		{2, 0, "loader name tag (2)"},
		{3, 8, "module tag (3)"},
		{4, 7, "basic memory tag (4)"},
		{6, 7, "memory map tag (6)"},
		{8, 22, "framebuffer tag (8)"},
		{9, 11, "ELF sections tag (9)"},
		{14, 19, "RSDP (ACPI 1.0) tag (14)"},
		{15, 35, "RSDP (ACPI 2.0) tag (15)"},
		{21, 3, "load base tag (21)"},
	};
	static const uint8_t zeros[64];

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		begin(state);
		tag(cases[i].type, cases[i].payload);
		put(zeros, cases[i].payload);
		end_tag();
		assert_refused(-EINVAL, cases[i].name);
		assert_non_null(strstr(t.err.text, "too short"));
	}
}

static void a_second_tag_of_a_kind_is_refused(void **state)
{
	static const unsigned types[] = {1, 2, 4, 6, 8, 9, 14, 15, 21};

	for (size_t i = 0; i < ARRAY_SIZE(types); i++) {
		unsigned first;

		begin(state);
		string_tag(1, "x");
		string_tag(2, "x");
		tag(4, 8);
		put_u64(0);
		some_mmap();
		framebuffer_tag(0, 0, 0, 0, 0);
		elf_tag(0, 40, 0, 0);
		rsdp_tag(14, 0, 0);
		rsdp_tag(15, 0, 0);
		tag(21, 4);
		put_u32(0);
		end_tag();
		assert_int_equal(parse(), 0);

		/* The first tag of all again, under another number. */
		t.size -= 8;
		first = t.size;
		tag(types[i], 100);
		for (unsigned n = 0; n < 25; n++)
			put_u32(0);
		end_tag();
		assert_refused(-EINVAL, "there was one before it");
		assert_int_equal(t.bytes[(first + 7) & ~7u], types[i]);
	}
}

static void the_parser_survives_a_cut_at_every_byte(void **state)
{
	unsigned size;

	(void)state;
	string_tag(1, "test");
	string_tag(2, "GRUB 2.06");
	module_tag(0x1000, 0x2000, "a module");
	elf_tag(2, 40, 1, 80);
	framebuffer_tag(0xb8000, 160, 80, 25, 16);
	rsdp_tag(15, 0x1000, 0x2000);
	some_mmap();
	end_tag();
	size = t.size;
	assert_int_equal(parse(), 0);
	for (unsigned n = 0; n < size; n++) {
		assert_int_equal(parse_bytes(n), -EINVAL); /* buffer cut */
		memcpy(t.bytes, &n, 4);
		assert_int_equal(parse_bytes(n), -EINVAL); /* block cut */
		assert_non_null(strstr(t.err.text, "multiboot2: "));
		memcpy(t.bytes, &size, 4);
	}
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup(name, begin)
	const struct CMUnitTest tests[] = {
		TEST(a_minimal_block_is_read),
		TEST(strings_point_into_the_block),
		TEST(map_entries_come_as_given),
		TEST(longer_map_entries_of_a_later_version_are_read),
		TEST(modules_are_listed_in_order),
		TEST(all_modules_that_fit_are_kept),
		TEST(elf_sections_are_found),
		TEST(the_framebuffer_is_described),
		TEST(meminfo_and_load_base_are_read),
		TEST(an_old_rsdp_is_read),
		TEST(the_new_rsdp_is_preferred_in_either_order),
		TEST(unknown_tags_are_skipped_and_counted),
		TEST(bytes_behind_the_end_tag_are_counted),
		TEST(a_block_may_end_before_the_buffer),
		TEST(a_length_that_cannot_be_is_refused),
		TEST(a_block_without_a_header_is_refused),
		TEST(a_missing_end_tag_is_refused),
		TEST(an_end_tag_of_another_size_is_refused),
		TEST(a_tag_smaller_than_its_header_is_refused),
		TEST(a_tag_that_runs_past_the_end_is_refused),
		TEST(a_tag_that_ends_at_4_gib_does_not_wrap_around),
		TEST(tags_too_short_for_their_kind_are_refused),
		TEST(a_second_tag_of_a_kind_is_refused),
		TEST(the_parser_survives_a_cut_at_every_byte),
	};

	return cmocka_run_group_tests_name("multiboot2", tests, NULL, forget);
}
