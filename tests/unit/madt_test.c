/* SPDX-License-Identifier: MIT */
/* sources: arch/i386/dev/acpi.c arch/i386/dev/madt.c mm/memblock/memblock.c mm/memblock/memblock_alloc.c mm/memblock/memblock_dump.c mm/memblock/memblock_handover.c mm/memblock/memblock_query.c mm/memblock/memblock_walk.c mm/memblock/regions.c arch/host/memory.c arch/host/panic.c arch/host/printk.c */
/* The MADT: what is taken from sound ones, and that damaged ones give nothing.
 */
#include "madt_fixture.h"

/* ---- Sound tables -------------------------------------------------------- */

static void a_pc_is_read_whole(void **state)
{
	(void)state;
	lapic(0, ENABLED);
	lapic(BOOT_ID, ENABLED);
	ioapic(0xfec00000, 0);
	ioapic(0xfec01000, 24);
	override(0, 0, 2, 0);
	override(0, 9, 9, ACTIVE_HIGH | LEVEL);
	lapic_nmi(ALL_CPUS_UID, 1);
	assert_int_equal(parse(), 0);
	assert_phys(info.lapic_phys, LAPIC_AT);
	assert_string_equal(cpus(), "2 0");
	assert_int_equal(info.cpus_left_out, 0);
	assert_int_equal(info.ioapics, 2);
	assert_int_equal(info.ioapic[0].phys, 0xfec00000);
	assert_int_equal(info.ioapic[0].gsi_base, 0);
	assert_int_equal(info.ioapic[1].phys, 0xfec01000);
	assert_int_equal(info.ioapic[1].gsi_base, 24);
	assert_int_equal(info.irq[0].gsi, 2);
	assert_int_equal(info.irq[1].gsi, 1);
	assert_true(info.irq[9].level);
	assert_int_equal(info.nmi_pins, 2);
	assert_string_equal(host_log(), "");
}

static void the_boot_cpu_is_first_and_the_rest_in_order(void **state)
{
	(void)state;
	lapic(7, ENABLED);
	lapic(0, ENABLED);
	x2apic(BOOT_ID, ENABLED);
	lapic(5, ENABLED);
	assert_int_equal(parse(), 0);
	assert_string_equal(cpus(), "2 7 0 5");
	assert_string_equal(host_log(), "");
}

static void processors_that_are_off_are_passed_over(void **state)
{
	(void)state;
	lapic(BOOT_ID, ENABLED);
	lapic(3, 0);
	x2apic(4, 2); /* could be plugged in */
	lapic(255, 0);
	assert_int_equal(parse(), 0);
	assert_string_equal(cpus(), "2");
	assert_int_equal(info.cpus_left_out, 0);
	assert_string_equal(host_log(), "");
}

static void entries_of_other_kinds_are_passed_over(void **state)
{
	(void)state;
	put(3 | 8 << 8, 2); /* an NMI source of an I/O APIC */
	put(0, 6);
	put(200 | 2 << 8, 2); /* a type of the future */
	put(11 | 3 << 8, 3);
	lapic(BOOT_ID, ENABLED);
	lapic(6, ENABLED);
	assert_int_equal(parse(), 0);
	assert_string_equal(cpus(), "2 6");
	assert_string_equal(host_log(), "");
}

static void entries_may_be_longer_than_their_kind(void **state)
{
	(void)state;
	lapic(BOOT_ID, ENABLED);
	put(0 | 11 << 8, 2);
	put(0x0100, 2); /* uid 0, id 1 */
	put(ENABLED, 4);
	put(0xeeeeee, 3);
	lapic(9, ENABLED);
	assert_int_equal(parse(), 0);
	assert_string_equal(cpus(), "2 1 9");
}

static void a_table_without_entries_is_sound(void **state)
{
	(void)state;
	assert_int_equal(parse(), 0);
	assert_phys(info.lapic_phys, LAPIC_AT);
	info.lapic_phys = 0;
	assert_one_cpu();
}

static void a_64_bit_address_replaces_the_short_one(void **state)
{
	(void)state;
	lapic_address(0x123456789000);
	assert_int_equal(parse(), 0);
	assert_phys(info.lapic_phys, 0x123456789000);
}

static void overrides_tell_polarity_and_trigger(void **state)
{
	static const struct {
		uint16_t flags;
		bool active_low, level;
	} cases[] = {
		{0, false, false}, /* as the bus has it */
		{ACTIVE_HIGH | EDGE, false, false},
		{ACTIVE_LOW | EDGE, true, false},
		{ACTIVE_HIGH | LEVEL, false, true},
		{ACTIVE_LOW | LEVEL, true, true},
		{0x2 | 0x8, false, false},    /* reserved values */
		{0xfff0 | LEVEL, false, true} /* reserved bits */
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		begin_madt(state);
		lapic(BOOT_ID, ENABLED);
		override(0, 5, 0x12345, cases[i].flags);
		assert_int_equal(parse(), 0);
		assert_int_equal(info.irq[5].gsi, 0x12345);
		assert_int_equal(info.irq[5].active_low, cases[i].active_low);
		assert_int_equal(info.irq[5].level, cases[i].level);
	}
}

static void nmi_pins_of_any_processor_count_for_all(void **state)
{
	(void)state;
	lapic(BOOT_ID, ENABLED);
	lapic_nmi(0, 1);
	lapic_nmi(1, 1);
	assert_int_equal(parse(), 0);
	assert_int_equal(info.nmi_pins, 2);
	x2apic_nmi(0);
	assert_int_equal(parse(), 0);
	assert_int_equal(info.nmi_pins, 3);
	assert_string_equal(host_log(), "");
}

/* ---- What is left out, with a line --------------------------------------- */

static void a_boot_cpu_that_is_not_listed_is_used(void **state)
{
	(void)state;
	lapic(0, ENABLED);
	lapic(BOOT_ID, 0);
	assert_int_equal(parse(), 0);
	assert_string_equal(cpus(), "2 0");
	assert_said("the boot CPU, APIC id 2, is not listed");
}

static void a_processor_listed_twice_is_one(void **state)
{
	(void)state;
	lapic(BOOT_ID, ENABLED);
	lapic(3, ENABLED);
	x2apic(3, ENABLED);
	x2apic(BOOT_ID, ENABLED);
	assert_int_equal(parse(), 0);
	assert_string_equal(cpus(), "2 3");
	assert_int_equal(info.cpus_left_out, 0);
	assert_said("2 CPUs are listed twice");
}

static void processors_beyond_the_room_are_counted(void **state)
{
	(void)state;
	for (unsigned i = 0; i < NR_CPUS + 3; i++)
		lapic((uint8_t)(100 + i), ENABLED);
	lapic(BOOT_ID, ENABLED);
	assert_int_equal(parse(), 0);
	assert_int_equal(info.cpus, NR_CPUS);
	assert_int_equal(info.apic_id[0], BOOT_ID);
	assert_int_equal(info.apic_id[NR_CPUS - 1], 100 + NR_CPUS - 2);
	assert_int_equal(info.cpus_left_out, 4);
	assert_said("4 CPUs are left out: there is room for 32");
}

static void ids_that_no_message_reaches_are_left_out(void **state)
{
	(void)state;
	lapic(BOOT_ID, ENABLED);
	lapic(255, ENABLED);
	x2apic(255, ENABLED);
	x2apic(0x100 + BOOT_ID, ENABLED);
	x2apic(254, ENABLED);
	assert_int_equal(parse(), 0);
	assert_string_equal(cpus(), "2 254");
	assert_said("3 CPUs are left out");
}

static void io_apics_that_cannot_be_are_left_out(void **state)
{
	(void)state;
	lapic(BOOT_ID, ENABLED);
	ioapic(0xfec00000, 0);
	ioapic(0, 24);		/* nowhere */
	ioapic(0xfec00ff8, 24); /* across two pages */
	ioapic(0xfec00000, 24); /* listed twice */
	ioapic(0xfec01000, 0);	/* with somebody else's pins */
	ioapic(0xfec00100, 24);
	assert_int_equal(parse(), 0);
	assert_int_equal(info.ioapics, 2);
	assert_int_equal(info.ioapic[1].phys, 0xfec00100);
	assert_said("4 I/O APICs are left out");
}

static void io_apics_beyond_the_room_are_left_out(void **state)
{
	(void)state;
	lapic(BOOT_ID, ENABLED);
	for (unsigned i = 0; i < MADT_IOAPICS_MAX; i++)
		ioapic(0xfec00000 + i * 0x1000, i * 24);
	assert_int_equal(parse(), 0);
	assert_string_equal(host_log(), "");
	ioapic(0xfec10000, 240);
	assert_int_equal(parse(), 0);
	assert_int_equal(info.ioapics, MADT_IOAPICS_MAX);
	assert_int_equal(info.ioapic[MADT_IOAPICS_MAX - 1].gsi_base, 72);
	assert_said("1 I/O APICs are left out");
}

static void overrides_of_lines_that_are_not_there_are_ignored(void **state)
{
	(void)state;
	lapic(BOOT_ID, ENABLED);
	override(0, 16, 40, 0);
	override(1, 3, 41, 0);
	assert_int_equal(parse(), 0);
	assert_int_equal(info.irq[3].gsi, 3);
	assert_said("interrupt 16 of bus 0 is ignored: there is no such line");
	assert_said("interrupt 3 of bus 1 is ignored: there is no such line");
}

static void the_first_of_two_overrides_counts(void **state)
{
	(void)state;
	lapic(BOOT_ID, ENABLED);
	override(0, 15, 20, ACTIVE_LOW);
	override(0, 15, 21, LEVEL);
	assert_int_equal(parse(), 0);
	assert_int_equal(info.irq[15].gsi, 20);
	assert_true(info.irq[15].active_low);
	assert_false(info.irq[15].level);
	assert_said("is ignored: it is the second for that line");
}

static void nmi_at_a_third_pin_is_ignored(void **state)
{
	(void)state;
	lapic(BOOT_ID, ENABLED);
	lapic_nmi(ALL_CPUS_UID, 2);
	x2apic_nmi(255);
	assert_int_equal(parse(), 0);
	assert_int_equal(info.nmi_pins, 0);
	assert_said("NMI at pin 2 of local APICs is ignored");
	assert_said("NMI at pin 255 of local APICs is ignored");
}

/* ---- Damage -------------------------------------------------------------- */

static void a_table_cut_inside_an_entry_is_refused_whole(void **state)
{
	size_t whole[9] = {HEADER_SIZE};
	unsigned n = 0;

	(void)state;
	lapic(3, ENABLED);
	whole[++n] = madt->size;
	ioapic(0xfec00000, 0);
	whole[++n] = madt->size;
	override(0, 0, 2, LEVEL);
	whole[++n] = madt->size;
	lapic_nmi(ALL_CPUS_UID, 1);
	whole[++n] = madt->size;
	lapic_address(0x1000);
	whole[++n] = madt->size;
	x2apic(4, ENABLED);
	whole[++n] = madt->size;
	x2apic_nmi(0);
	n = 0;
	for (size_t size = 0; size < madt->size; size++) {
		host_log_clear();
		if (size == whole[n]) {
			assert_int_equal(parse_part(size), 0);
			n++;
			continue;
		}
		assert_int_equal(parse_part(size), -EINVAL);
		assert_one_cpu();
		assert_said("ignored");
	}
	assert_int_equal(n, 7);
}

static void entries_too_short_for_their_kind_are_refused(void **state)
{
	static const uint8_t least[] = {8, 12, 10, 2, 6, 12, 2, 2, 2, 16, 12};

	for (unsigned type = 0; type < ARRAY_SIZE(least); type++)
		for (unsigned length = 0; length <= least[type]; length++) {
			static const uint8_t zeros[64];

			begin_madt(state);
			lapic(3, ENABLED);
			put(type | length << 8, 2);
			add(madt, zeros, length > 2 ? length - 2 : 0);
			assert_int_equal(parse(),
					 length < least[type] ? -EINVAL : 0);
			if (length < least[type])
				assert_one_cpu();
		}
}

static void an_entry_of_no_length_is_named(void **state)
{
	(void)state;
	lapic(BOOT_ID, ENABLED);
	put(77, 2);
	put(0, 6);
	assert_int_equal(parse(), -EINVAL);
	assert_one_cpu();
	assert_said("MADT: the entry at offset 0x34, of type 77, has an "
		    "impossible length: ignored");
}

/* ---- Finding it ---------------------------------------------------------- */

static void the_table_is_found_and_let_go_of(void **state)
{
	(void)state;
	lapic(BOOT_ID, ENABLED);
	lapic(1, ENABLED);
	acpi_madt_read(&t.rsdp, BOOT_ID, &info);
	assert_null(t.mapped);
	assert_string_equal(cpus(), "2 1");
}

static void a_damaged_table_gives_one_cpu(void **state)
{
	(void)state;
	lapic(1, ENABLED);
	madt->bytes[HEADER_SIZE + 1] = 9;
	finish(madt);
	acpi_madt_read(&t.rsdp, BOOT_ID, &info);
	assert_null(t.mapped);
	assert_one_cpu();
	assert_said("impossible length");
}

static void a_machine_without_acpi_has_one_cpu(void **state)
{
	(void)state;
	memset(&t.rsdp, 0, sizeof(t.rsdp));
	memset(&info, 0xee, sizeof(info));
	acpi_madt_read(&t.rsdp, BOOT_ID, &info);
	assert_one_cpu();
	assert_said("no MADT: one CPU, no I/O APIC");
}

int main(void)
{
#define MADT_TEST(name) cmocka_unit_test_setup(name, begin_madt)
	const struct CMUnitTest tests[] = {
		MADT_TEST(a_pc_is_read_whole),
		MADT_TEST(the_boot_cpu_is_first_and_the_rest_in_order),
		MADT_TEST(processors_that_are_off_are_passed_over),
		MADT_TEST(entries_of_other_kinds_are_passed_over),
		MADT_TEST(entries_may_be_longer_than_their_kind),
		MADT_TEST(a_table_without_entries_is_sound),
		MADT_TEST(a_64_bit_address_replaces_the_short_one),
		MADT_TEST(overrides_tell_polarity_and_trigger),
		MADT_TEST(nmi_pins_of_any_processor_count_for_all),
		MADT_TEST(a_boot_cpu_that_is_not_listed_is_used),
		MADT_TEST(a_processor_listed_twice_is_one),
		MADT_TEST(processors_beyond_the_room_are_counted),
		MADT_TEST(ids_that_no_message_reaches_are_left_out),
		MADT_TEST(io_apics_that_cannot_be_are_left_out),
		MADT_TEST(io_apics_beyond_the_room_are_left_out),
		MADT_TEST(overrides_of_lines_that_are_not_there_are_ignored),
		MADT_TEST(the_first_of_two_overrides_counts),
		MADT_TEST(nmi_at_a_third_pin_is_ignored),
		MADT_TEST(a_table_cut_inside_an_entry_is_refused_whole),
		MADT_TEST(entries_too_short_for_their_kind_are_refused),
		MADT_TEST(an_entry_of_no_length_is_named),
		MADT_TEST(the_table_is_found_and_let_go_of),
		MADT_TEST(a_damaged_table_gives_one_cpu),
		MADT_TEST(a_machine_without_acpi_has_one_cpu),
	};

	return cmocka_run_group_tests_name("madt", tests, NULL, NULL);
}
