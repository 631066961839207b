/* SPDX-License-Identifier: MIT */
/* sources: arch/i386/dev/acpi.c arch/i386/dev/srat.c mm/memblock/numa.c mm/memblock/memblock.c mm/memblock/memblock_alloc.c mm/memblock/memblock_dump.c mm/memblock/memblock_handover.c mm/memblock/memblock_query.c mm/memblock/memblock_walk.c mm/memblock/regions.c arch/host/memory.c arch/host/panic.c arch/host/printk.c */
/* The SRAT, and the nodes that memblock gets from it. */
#include "acpi_fixture.h"
#include "mm/numa.h"

#define GB(n) ((uint64_t)(n) << 30)

static struct blob *srat;

static int begin_srat(void **state)
{
	begin(state);
	root(RSDT_AT, "RSDT", 4, ENTRIES(TABLE_AT));
	srat = table(TABLE_AT, "SRAT");
	add(srat, "\1\0\0\0\0\0\0\0\0\0\0\0", 12);
	finish(srat);
	return 0;
}

static void put(uint64_t value, size_t size)
{
	add(srat, &value, size);
}

static void memory(uint32_t domain, uint64_t base, uint64_t size,
		   uint32_t flags)
{
	put(1 | 40 << 8, 2);
	put(domain, 4);
	put(0xeeee, 2);
	put(base, 8);
	put(size, 8);
	put(0, 4);
	put(flags, 4);
	put(0, 8);
	finish(srat);
}

static void cpu(uint32_t domain, uint8_t apic_id, uint32_t flags)
{
	put(0 | 16 << 8, 2);
	put(domain & 0xff, 1);
	put(apic_id, 1);
	put(flags, 4);
	put(0xee, 1);
	put(domain >> 8, 3);
	put(0, 4);
	finish(srat);
}

static void x2apic(uint32_t domain, uint32_t id, uint32_t flags)
{
	put(2 | 24 << 8, 2);
	put(0xeeee, 2);
	put(domain, 4);
	put(id, 4);
	put(flags, 4);
	put(0, 8);
	finish(srat);
}

/* ---- Parsing ------------------------------------------------------------- */

/* What the visitor saw, as text. */
static char seen[512];

static void see_memory(void *context, const struct acpi_memory_affinity *m)
{
	size_t len = strlen(seen);

	assert_ptr_equal(context, &t);
	snprintf(seen + len, sizeof(seen) - len, "mem %llx+%llx in %lx%s; ",
		 (unsigned long long)m->base, (unsigned long long)m->size,
		 (unsigned long)m->domain, m->hotplug ? " hotplug" : "");
}

static void see_cpu(void *context, uint32_t apic_id, uint32_t domain)
{
	size_t len = strlen(seen);

	assert_ptr_equal(context, &t);
	snprintf(seen + len, sizeof(seen) - len, "cpu %lx in %lx; ",
		 (unsigned long)apic_id, (unsigned long)domain);
}

/* Parses the first `size` bytes, in heap memory of that size. */
static int parse(size_t size)
{
	static const struct acpi_srat_visitor visitor = {see_memory, see_cpu};
	void *copy = malloc(size);
	int ret;

	memcpy(copy, srat->bytes, size);
	seen[0] = '\0';
	ret = acpi_srat_parse(copy, size, &visitor, &t);
	free(copy);
	return ret;
}

static void every_kind_of_entry_is_seen(void **state)
{
	(void)state;
	cpu(0x01020304, 5, 1);
	x2apic(0xfffffff0, 0x12345678, 1);
	memory(7, 0x100000, 0x200000000, 1);
	memory(8, GB(32), GB(1), 3);
	assert_int_equal(parse(srat->size), 0);
	assert_string_equal(seen, "cpu 5 in 1020304; "
				  "cpu 12345678 in fffffff0; "
				  "mem 100000+200000000 in 7; "
				  "mem 800000000+40000000 in 8 hotplug; ");
}

static void entries_that_are_off_or_unknown_are_passed_over(void **state)
{
	(void)state;
	cpu(1, 1, 0);
	put(200 | 6 << 8, 6); /* a type of the future */
	memory(2, 0, GB(1), 2);
	x2apic(3, 3, 0xfffffffe);
	cpu(4, 4, 1);
	assert_int_equal(parse(srat->size), 0);
	assert_string_equal(seen, "cpu 4 in 4; ");
}

static void the_first_revision_has_domains_of_a_byte(void **state)
{
	(void)state;
	srat->bytes[offsetof(struct acpi_header, revision)] = 1;
	cpu(0xffffff01, 0, 1);
	memory(0xffffff02, 0, GB(1), 1);
	assert_int_equal(parse(srat->size), 0);
	assert_string_equal(seen, "cpu 0 in 1; mem 0+40000000 in 2; ");
}

static void a_table_without_entries_is_sound(void **state)
{
	(void)state;
	assert_int_equal(parse(srat->size), 0);
	assert_string_equal(seen, "");
}

static void a_table_cut_inside_an_entry_is_refused_whole(void **state)
{
	(void)state;
	cpu(0, 0, 1);
	memory(0, 0, GB(1), 1);
	x2apic(0, 0, 1);
	for (size_t size = 0; size < srat->size; size++) {
		bool whole = size == 48 || size == 64 || size == 104;

		host_log_clear();
		assert_int_equal(parse(size), whole ? 0 : -EINVAL);
		if (!whole) {
			assert_string_equal(seen, "");
			assert_non_null(strstr(host_log(), "ignored"));
		}
	}
}

static void entries_too_short_for_their_kind_are_refused(void **state)
{
	static const uint8_t least[] = {16, 40, 24, 2};

	for (unsigned type = 0; type < 4; type++)
		for (unsigned length = 0; length <= least[type]; length++) {
			static const uint8_t zeros[64];

			begin_srat(state);
			put(type | length << 8, 2);
			add(srat, zeros, length > 2 ? length - 2 : 0);
			assert_int_equal(parse(srat->size),
					 length < least[type] ? -EINVAL : 0);
		}
	assert_string_equal(host_log(), "");
}

/* ---- Nodes --------------------------------------------------------------- */

static void add_ram(void)
{
	assert_int_equal(memblock_add(0, 0x9f000), 0);
	assert_int_equal(memblock_add(0x100000, 0xbff00000), 0);
	assert_int_equal(memblock_add(GB(4), GB(5)), 0);
}

static const char all_node_0[] = "0-9f000@0 100000-c0000000@0 "
				 "100000000-240000000@0";

static void each_range_gets_its_node(void **state)
{
	(void)state;
	add_ram();
	cpu(9, 0, 1);
	memory(9, 0, 0xa0000, 1);
	memory(9, 0x100000, 0x7ff00000, 1);
	memory(4, 0x80000000, 0x40000000, 1);
	memory(4, GB(4), GB(5), 1);
	assert_int_equal(numa_init(&t.rsdp), 2);
	assert_memory("0-9f000@0 100000-80000000@0 80000000-c0000000@1 "
		      "100000000-240000000@1");
	assert_non_null(strstr(host_log(), "node 1: 0 CPUs, domain 4"));
	assert_non_null(strstr(host_log(), "node 0: 1 CPUs, domain 9"));
	assert_non_null(strstr(host_log(), "node 1: [mem 0x0080000000-"
					   "0x00bfffffff]\n"));
}

static void hotplug_memory_is_marked(void **state)
{
	(void)state;
	add_ram();
	memory(0, 0, GB(5), 1);
	memory(0, GB(5), GB(4), 3);
	memory(3, 0xfffffffffffff000, 0, 3); /* of no size: nothing */
	assert_int_equal(numa_init(&t.rsdp), 1);
	assert_memory("0-9f000@0 100000-c0000000@0 100000000-140000000@0 "
		      "140000000-240000000@0!1");
}

static void memory_that_is_not_named_is_node_0(void **state)
{
	(void)state;
	add_ram();
	memory(5, 0, 0x80000000, 1);
	memory(6, GB(8), GB(1), 1);
	assert_int_equal(numa_init(&t.rsdp), 2);
	assert_memory("0-9f000@0 100000-c0000000@0 100000000-200000000@0 "
		      "200000000-240000000@1");
	assert_non_null(strstr(host_log(), "5368709120 bytes of RAM are not "
					   "in it: node 0"));
}

static void without_a_table_all_is_node_0(void **state)
{
	(void)state;
	add_ram();
	memset(&t.rsdp, 0, sizeof(t.rsdp));
	assert_int_equal(numa_init(&t.rsdp), 1);
	assert_memory(all_node_0);
	assert_string_equal(host_log(), "");
}

static void a_table_without_enabled_entries_changes_nothing(void **state)
{
	(void)state;
	add_ram();
	memory(1, 0, GB(1), 0);
	assert_int_equal(numa_init(&t.rsdp), 1);
	assert_memory(all_node_0);
}

static void a_damaged_table_changes_nothing(void **state)
{
	(void)state;
	add_ram();
	memory(0, 0, GB(1), 1);
	memory(1, GB(1), GB(8), 1);
	srat->bytes[89] = 39;
	finish(srat);
	assert_int_equal(numa_init(&t.rsdp), 1);
	assert_memory(all_node_0);
	assert_non_null(strstr(host_log(), "the entry at offset 0x58, of type "
					   "1, has an impossible length"));
}

/* Applies a table that contradicts itself, and holds it to having no effect
 * but a sentence. */
static void assert_contradiction(const char *sentence)
{
	add_ram();
	assert_int_equal(numa_init(&t.rsdp), 1);
	assert_memory(all_node_0);
	assert_non_null(strstr(host_log(), sentence));
}

static void ram_that_two_domains_claim_is_a_contradiction(void **state)
{
	static const struct {
		uint64_t base, size;
		const char *claimed;
	} others[] = {
		{GB(1), GB(1), "0x0040000000-0x007fffffff"},
		{GB(2) - 1, 1, "0x007fffffff-0x007fffffff"},
		{GB(1) - 1, 2, "0x0040000000-0x0040000000"},
		{0, GB(9), "0x0040000000-0x007fffffff"},
	};
	char sentence[128];

	for (size_t i = 0; i < ARRAY_SIZE(others); i++) {
		begin_srat(state);
		memory(31, GB(1), GB(1), 1);
		memory(7, others[i].base, others[i].size, 1);
		snprintf(sentence, sizeof(sentence),
			 "SRAT: domains 31 and 7 both claim [mem %s]: ignored",
			 others[i].claimed);
		assert_contradiction(sentence);
	}
}

/* What was applied before the contradiction, hotplug marks too, is undone. */
static void a_contradiction_at_the_end_undoes_all(void **state)
{
	(void)state;
	memory(0, 0, GB(1), 1);
	memory(1, GB(4), GB(1), 3);
	memory(0, GB(5) - 0x1000, GB(1), 1);
	assert_contradiction("domains 1 and 0 both claim "
			     "[mem 0x013ffff000-0x013fffffff]: ignored");
}

static void ranges_of_one_domain_may_touch_overlap_and_repeat(void **state)
{
	(void)state;
	add_ram();
	memory(1, GB(1), GB(1), 1);
	memory(1, GB(1), GB(1), 1);		  /* repeats */
	memory(1, GB(1) + 0x1000, 0x1000, 1);	  /* lies within */
	memory(1, GB(2) - 0x1000, 0x2000, 1);	  /* overlaps */
	memory(1, GB(2) + 0x1000, 0x3ffff000, 1); /* touches */
	memory(0, 0, GB(1), 1);
	memory(0, GB(4), GB(5), 1);
	memory(0, 0, GB(1), 1);
	assert_int_equal(numa_init(&t.rsdp), 2);
	assert_memory("0-9f000@1 100000-40000000@1 40000000-c0000000@0 "
		      "100000000-240000000@1");
}

/* The smallest input that was once refused. */
static void a_table_that_says_everything_twice_is_used(void **state)
{
	(void)state;
	assert_int_equal(memblock_add(0, 0x8000000), 0);
	for (unsigned i = 0; i < 2; i++)
		memory(0, 0, 0x4000000, 1);
	for (unsigned i = 0; i < 2; i++)
		memory(1, 0x4000000, 0x4000000, 1);
	assert_int_equal(numa_init(&t.rsdp), 2);
	assert_memory("0-4000000@0 4000000-8000000@1");
}

static void domains_may_share_what_is_no_ram(void **state)
{
	(void)state;
	add_ram();
	memory(0, 0, GB(4), 1);
	memory(1, GB(3), GB(6), 1); /* RAM begins at 4 GiB */
	assert_int_equal(numa_init(&t.rsdp), 2);
	assert_memory("0-9f000@0 100000-c0000000@0 100000000-240000000@1");
}

/* Firmware lists a range for each slot that memory could be plugged into. */
static void ranges_without_ram_count_for_nothing(void **state)
{
	(void)state;
	add_ram();
	for (unsigned i = 0; i < 40; i++) {
		memory(100 + i, GB(16 + i), GB(2), 3); /* overlap as well */
		memory(200 + i, GB(3), GB(1), 1);
	}
	memory(300, 0 - GB(1), GB(2), 1); /* runs past the address space */
	memory(5, 0, GB(3), 1);
	memory(6, GB(4), GB(5), 1);
	assert_int_equal(numa_init(&t.rsdp), 2);
	assert_memory("0-9f000@0 100000-c0000000@0 100000000-240000000@1");
	assert_non_null(strstr(host_log(), "node 0: 0 CPUs, domain 5"));
	assert_null(strstr(host_log(), "ignored"));
}

static void a_range_that_wraps_is_refused(void **state)
{
	(void)state;
	memory(0, 0, GB(1), 1);
	memory(1, GB(1), 0 - GB(1), 1);
	assert_contradiction("a range runs past the address space: ignored");
}

static void too_many_domains_are_refused(void **state)
{
	(void)state;
	for (unsigned i = 0; i < ACPI_NODES_MAX; i++)
		cpu(100 + i, (uint8_t)i, 1);
	assert_int_equal(numa_init(&t.rsdp), ACPI_NODES_MAX);
	cpu(0, 0, 1);
	assert_contradiction("more than 16 domains have CPUs or RAM: ignored");
}

static void domains_of_ram_alone_are_limited_too(void **state)
{
	(void)state;
	for (uint64_t i = 0; i <= ACPI_NODES_MAX; i++)
		memory((uint32_t)i, 0x100000 * (i + 1), 0x100000, 1);
	assert_contradiction("more than 16 domains have CPUs or RAM: ignored");
}

static void ranges_may_be_many(void **state)
{
	(void)state;
	add_ram();
	for (uint64_t i = 0; i < 80; i++)
		memory(i & 1, 0x100000 * (i + 1), 0x100000, 1);
	assert_int_equal(numa_init(&t.rsdp), 2);
	assert_int_equal(memblock.memory.regions[1].nid, 0);
	assert_int_equal(memblock.memory.regions[80].nid, 1);
}

static void a_memblock_without_room_keeps_to_node_0(void **state)
{
	(void)state;
	for (uint64_t i = 0; i < 128; i++)
		assert_int_equal(memblock_add(i << 20, 0x80000), 0);
	memory(0, 0, 0x80000, 3);
	memory(1, 0x100000, 0x40000, 1); /* would split a region */
	assert_int_equal(numa_init(&t.rsdp), 1);
	assert_int_equal(memblock.memory.cnt, 128);
	assert_int_equal(memblock.memory.regions[0].nid, 0);
	assert_int_equal(memblock.memory.regions[0].flags, 0);
	assert_int_equal(memblock.memory.regions[127].nid, 0);
	assert_non_null(strstr(host_log(), "no room for its ranges"));
}

int main(void)
{
#define SRAT_TEST(name) cmocka_unit_test_setup(name, begin_srat)
	const struct CMUnitTest tests[] = {
		SRAT_TEST(every_kind_of_entry_is_seen),
		SRAT_TEST(entries_that_are_off_or_unknown_are_passed_over),
		SRAT_TEST(the_first_revision_has_domains_of_a_byte),
		SRAT_TEST(a_table_without_entries_is_sound),
		SRAT_TEST(a_table_cut_inside_an_entry_is_refused_whole),
		SRAT_TEST(entries_too_short_for_their_kind_are_refused),
		SRAT_TEST(each_range_gets_its_node),
		SRAT_TEST(hotplug_memory_is_marked),
		SRAT_TEST(memory_that_is_not_named_is_node_0),
		SRAT_TEST(without_a_table_all_is_node_0),
		SRAT_TEST(a_table_without_enabled_entries_changes_nothing),
		SRAT_TEST(a_damaged_table_changes_nothing),
		SRAT_TEST(ram_that_two_domains_claim_is_a_contradiction),
		SRAT_TEST(a_contradiction_at_the_end_undoes_all),
		SRAT_TEST(ranges_of_one_domain_may_touch_overlap_and_repeat),
		SRAT_TEST(a_table_that_says_everything_twice_is_used),
		SRAT_TEST(domains_may_share_what_is_no_ram),
		SRAT_TEST(ranges_without_ram_count_for_nothing),
		SRAT_TEST(a_range_that_wraps_is_refused),
		SRAT_TEST(too_many_domains_are_refused),
		SRAT_TEST(domains_of_ram_alone_are_limited_too),
		SRAT_TEST(ranges_may_be_many),
		SRAT_TEST(a_memblock_without_room_keeps_to_node_0),
	};

	return cmocka_run_group_tests_name("srat", tests, NULL, NULL);
}
