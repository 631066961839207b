/* SPDX-License-Identifier: MIT */
/* sources: arch/i386/dev/acpi.c mm/memblock/memblock.c mm/memblock/memblock_alloc.c mm/memblock/memblock_dump.c mm/memblock/memblock_handover.c mm/memblock/memblock_query.c mm/memblock/memblock_walk.c mm/memblock/regions.c arch/host/memory.c arch/host/panic.c arch/host/printk.c */
/* Finding ACPI tables, sound and damaged ones. */
#include "acpi_fixture.h"

/* The table of that signature, found and let go of again: its address, or 0.
 */
static phys_addr_t find(const char *signature)
{
	const struct acpi_header *found = acpi_map_table(&t.rsdp, signature);
	phys_addr_t phys = 0;

	if (!found) {
		assert_null(t.mapped);
		return 0;
	}
	for (unsigned i = 0; i < t.count; i++)
		if (!memcmp(t.blob[i].bytes, found, found->length))
			phys = t.blob[i].phys;
	early_memunmap();
	return phys;
}

static void a_table_is_found_through_the_rsdt(void **state)
{
	(void)state;
	root(RSDT_AT, "RSDT", 4, ENTRIES(TABLE_AT, TABLE_AT + 0x2000));
	table(TABLE_AT, "APIC");
	table(TABLE_AT + 0x2000, "SRAT");
	assert_phys(find("SRAT"), TABLE_AT + 0x2000);
	assert_phys(find("APIC"), TABLE_AT);
	assert_string_equal(host_log(), "");
}

static void the_xsdt_is_preferred(void **state)
{
	(void)state;
	t.rsdp.xsdt = XSDT_AT;
	root(RSDT_AT, "RSDT", 4, ENTRIES(TABLE_AT));
	root(XSDT_AT, "XSDT", 8, ENTRIES(0x2bffe4000));
	table(TABLE_AT, "SRAT");
	table(0x2bffe4000, "SRAT")->bytes[30]++;
	finish(&t.blob[3]);
	assert_phys(find("SRAT"), 0x2bffe4000);
}

static void a_table_that_is_not_there_is_not_found(void **state)
{
	(void)state;
	root(RSDT_AT, "RSDT", 4, ENTRIES(TABLE_AT));
	table(TABLE_AT, "APIC");
	assert_phys(find("SRAT"), 0);
	assert_string_equal(host_log(), "");
}

static void an_empty_root_table_has_none(void **state)
{
	(void)state;
	root(RSDT_AT, "RSDT", 4, ENTRIES(0));
	assert_phys(find("SRAT"), 0);
	assert_string_equal(host_log(), "");
}

static void a_machine_without_acpi_has_none(void **state)
{
	(void)state;
	memset(&t.rsdp, 0, sizeof(t.rsdp));
	assert_phys(find("SRAT"), 0);
	assert_string_equal(host_log(), "");
}

static void a_part_of_an_entry_is_not_followed(void **state)
{
	struct blob *b;

	(void)state;
	t.rsdp.xsdt = XSDT_AT;
	b = root(XSDT_AT, "XSDT", 8, ENTRIES(TABLE_AT));
	add(b, "\xff\xff\xff\xff\xff\xff\xff", 7);
	finish(b);
	table(TABLE_AT, "APIC");
	assert_phys(find("SRAT"), 0);
	assert_string_equal(host_log(), "");
}

static void a_damaged_xsdt_gives_way_to_the_rsdt(void **state)
{
	(void)state;
	t.rsdp.xsdt = XSDT_AT;
	root(RSDT_AT, "RSDT", 4, ENTRIES(TABLE_AT));
	set_sum(root(XSDT_AT, "XSDT", 8, ENTRIES(TABLE_AT)), 1);
	table(TABLE_AT, "SRAT");
	assert_phys(find("SRAT"), TABLE_AT);
	assert_string_equal(host_log(), "ACPI: XSDT at 0x01bffe2000, 44 bytes, "
					"has a wrong checksum: ignored\n");
}

static void a_root_table_of_another_name_is_refused(void **state)
{
	(void)state;
	root(RSDT_AT, "XSDT", 4, ENTRIES(TABLE_AT));
	table(TABLE_AT, "SRAT");
	assert_phys(find("SRAT"), 0);
	assert_string_equal(host_log(),
			    "ACPI: no RSDT at 0x00bffe1000: ignored\n");
}

static void a_root_table_out_of_reach_is_reported(void **state)
{
	(void)state;
	assert_phys(find("SRAT"), 0);
	assert_non_null(strstr(host_log(), "no table at 0x00bffe1000"));
}

static void an_entry_out_of_reach_is_reported_and_passed(void **state)
{
	(void)state;
	root(RSDT_AT, "RSDT", 4, ENTRIES(0xdead0000, TABLE_AT));
	table(TABLE_AT, "SRAT");
	assert_phys(find("SRAT"), TABLE_AT);
	assert_non_null(strstr(host_log(), "no table at 0x00dead0000"));
}

static void a_damaged_table_gives_way_to_a_sound_one(void **state)
{
	(void)state;
	root(RSDT_AT, "RSDT", 4, ENTRIES(TABLE_AT, TABLE_AT + 0x2000));
	set_sum(table(TABLE_AT, "SRAT"), 0x80);
	table(TABLE_AT + 0x2000, "SRAT")->bytes[30]++;
	finish(&t.blob[2]);
	assert_phys(find("SRAT"), TABLE_AT + 0x2000);
	assert_non_null(strstr(host_log(), "SRAT at 0x00bffe4000, 36 bytes, "
					   "has a wrong checksum"));
}

static void impossible_lengths_are_refused(void **state)
{
	static const struct {
		uint32_t length;
		const char *why;
	} cases[] = {
		{0, "is too short"},
		{35, "is too short"},
		{4097, "cannot be mapped"},
		{0xffffffff, "cannot be mapped"},
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct blob *b;

		begin(state);
		root(RSDT_AT, "RSDT", 4, ENTRIES(TABLE_AT));
		b = table(TABLE_AT, "SRAT");
		memcpy(b->bytes + 4, &cases[i].length, 4);
		set_sum(b, 0);
		assert_phys(find("SRAT"), 0);
		assert_non_null(strstr(host_log(), cases[i].why));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_table_is_found_through_the_rsdt),
		TEST(the_xsdt_is_preferred),
		TEST(a_table_that_is_not_there_is_not_found),
		TEST(an_empty_root_table_has_none),
		TEST(a_machine_without_acpi_has_none),
		TEST(a_part_of_an_entry_is_not_followed),
		TEST(a_damaged_xsdt_gives_way_to_the_rsdt),
		TEST(a_root_table_of_another_name_is_refused),
		TEST(a_root_table_out_of_reach_is_reported),
		TEST(an_entry_out_of_reach_is_reported_and_passed),
		TEST(a_damaged_table_gives_way_to_a_sound_one),
		TEST(impossible_lengths_are_refused),
	};

	return cmocka_run_group_tests_name("acpi", tests, NULL, NULL);
}
