/* SPDX-License-Identifier: MIT */
/* A MADT for tests, built entry by entry and found through an RSDT. What lies
 * in fields that nobody may read is 0xee. */
#ifndef MADT_FIXTURE_H
#define MADT_FIXTURE_H

#include "acpi_fixture.h"

#include "arch/madt.h"
#include "kernel/errno.h"

#define LAPIC_AT     0xfee00000
#define BOOT_ID	     2
#define HEADER_SIZE  44
#define ENABLED	     1
#define ACTIVE_HIGH  0x1
#define ACTIVE_LOW   0x3
#define EDGE	     0x4
#define LEVEL	     0xc
#define ALL_CPUS_UID 0xff

static struct blob *madt;
static struct madt_info info;

static void put(uint64_t value, size_t size)
{
	add(madt, &value, size);
}

static int begin_madt(void **state)
{
	begin(state);
	root(RSDT_AT, "RSDT", 4, ENTRIES(TABLE_AT));
	madt = table(TABLE_AT, "APIC");
	put(LAPIC_AT, 4);
	put(1, 4);
	finish(madt);
	return 0;
}

static void lapic(uint8_t apic_id, uint32_t flags)
{
	put(0 | 8 << 8, 2);
	put(0xee, 1);
	put(apic_id, 1);
	put(flags, 4);
	finish(madt);
}

static void ioapic(uint32_t phys, uint32_t gsi_base)
{
	put(1 | 12 << 8, 2);
	put(0xeeee, 2);
	put(phys, 4);
	put(gsi_base, 4);
	finish(madt);
}

static void override(uint8_t bus, uint8_t irq, uint32_t gsi, uint16_t flags)
{
	put(2 | 10 << 8, 2);
	put(bus, 1);
	put(irq, 1);
	put(gsi, 4);
	put(flags, 2);
	finish(madt);
}

static void lapic_nmi(uint8_t uid, uint8_t pin)
{
	put(4 | 6 << 8, 2);
	put(uid, 1);
	put(0xffff, 2);
	put(pin, 1);
	finish(madt);
}

static void lapic_address(uint64_t phys)
{
	put(5 | 12 << 8, 2);
	put(0xeeee, 2);
	put(phys, 8);
	finish(madt);
}

static void x2apic(uint32_t apic_id, uint32_t flags)
{
	put(9 | 16 << 8, 2);
	put(0xeeee, 2);
	put(apic_id, 4);
	put(flags, 4);
	put(0xeeeeeeee, 4);
	finish(madt);
}

static void x2apic_nmi(uint8_t pin)
{
	put(10 | 12 << 8, 2);
	put(0xffff, 2);
	put(0xffffffff, 4);
	put(pin, 4);
	finish(madt);
}

/* Parses the first `size` bytes, in heap memory of that size. */
static int parse_part(size_t size)
{
	void *copy = malloc(size);
	int ret;

	memcpy(copy, madt->bytes, size);
	memset(&info, 0xee, sizeof(info));
	ret = acpi_madt_parse(copy, size, BOOT_ID, &info);
	free(copy);
	return ret;
}

static int parse(void)
{
	return parse_part(madt->size);
}

/* The ids of the processors, as "2 0 1". */
static const char *cpus(void)
{
	static char text[NR_CPUS * 4 + 1];
	size_t len = 0;

	for (unsigned i = 0; i < info.cpus; i++)
		len += (size_t)snprintf(text + len, sizeof(text) - len, "%s%u",
					i ? " " : "",
					(unsigned)info.apic_id[i]);
	return text;
}

static void assert_said(const char *part)
{
	if (!strstr(host_log(), part))
		fail_msg("\"%s\" is not in: %s", part, host_log());
}

static void assert_one_cpu(void)
{
	assert_phys(info.lapic_phys, 0);
	assert_int_equal(info.nmi_pins, 0);
	assert_string_equal(cpus(), "2");
	assert_int_equal(info.cpus_left_out, 0);
	assert_int_equal(info.ioapics, 0);
	for (unsigned n = 0; n < ISA_IRQS; n++) {
		assert_int_equal(info.irq[n].gsi, n);
		assert_false(info.irq[n].active_low);
		assert_false(info.irq[n].level);
	}
}

#endif
