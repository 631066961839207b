/* SPDX-License-Identifier: MIT */
/* The Multiple APIC Description Table.
 *
 *   0       36          40      44
 *   +--------+-----------+-------+------+--------+---------+------+-----
 *   | header |local APICs| flags | type | length | payload | type | ...
 *   +--------+-----------+-------+------+--------+---------+------+-----
 *                                |<------- length -------->|
 *
 * First all lengths are checked up to the table's end, then entries are read,
 * so that a damaged table is not used in part.
 *
 * Real firmware has listed a processor twice (as type 0 and as type 9), and has
 * left out the processor that runs this code. Therefore the list begins with
 * the boot CPU, whatever the table says, and takes each id once.
 *
 * Source: ACPI Specification 6.4, 5.2.12. */
#include "arch/madt.h"

#include "arch/acpi.h"
#include "arch/fixmap.h"
#include "kernel/errno.h"
#include "kernel/printk.h"
#include "kernel/string.h"

struct madt {
	struct acpi_header header;
	uint32_t lapic_phys;
	uint32_t flags;
} __packed;
STATIC_ASSERT(sizeof(struct madt) == 44);

#define MADT_ENABLED 1u /* of a processor's flags */

/* Of an override's flags; anything else, and ISA has it edge, active high. */
#define MADT_POLARITY	0x3u
#define MADT_ACTIVE_LOW 0x3u
#define MADT_TRIGGER	0xCu
#define MADT_LEVEL	0xCu

/* What each entry begins with. */
struct madt_entry {
	uint8_t type;
	uint8_t length;
} __packed;

struct madt_lapic {
	struct madt_entry entry;
	uint8_t uid;
	uint8_t apic_id;
	uint32_t flags;
} __packed;

struct madt_io {
	struct madt_entry entry;
	uint8_t id;
	uint8_t reserved;
	uint32_t phys;
	uint32_t gsi_base;
} __packed;

struct madt_override {
	struct madt_entry entry;
	uint8_t bus;
	uint8_t irq;
	uint32_t gsi;
	uint16_t flags;
} __packed;

struct madt_lapic_nmi {
	struct madt_entry entry;
	uint8_t uid;
	uint16_t flags;
	uint8_t pin;
} __packed;

struct madt_address {
	struct madt_entry entry;
	uint16_t reserved;
	uint64_t phys;
} __packed;

struct madt_x2apic {
	struct madt_entry entry;
	uint16_t reserved;
	uint32_t apic_id;
	uint32_t flags;
	uint32_t uid;
} __packed;

struct madt_x2apic_nmi {
	struct madt_entry entry;
	uint16_t flags;
	uint32_t uid;
	uint8_t pin;
	uint8_t reserved[3];
} __packed;

/* State while the table is read: the result, and what is to be logged. */
struct reading {
	struct madt_info *info;
	bool boot_cpu_listed;
	unsigned cpus_twice;
	unsigned ioapics_left_out;
	uint16_t overridden; /* bit n: ISA line n has had its entry */
};

static bool cpu_known(const struct madt_info *info, uint32_t apic_id)
{
	for (unsigned i = 0; i < info->cpus; i++)
		if (info->apic_id[i] == apic_id)
			return true;
	return false;
}

static void add_cpu(struct reading *r, uint32_t apic_id, uint32_t flags)
{
	struct madt_info *info = r->info;

	if (!(flags & MADT_ENABLED))
		return;
	if (apic_id == info->apic_id[0] && !r->boot_cpu_listed)
		r->boot_cpu_listed = true;
	else if (cpu_known(info, apic_id))
		r->cpus_twice++;
	else if (apic_id >= APIC_ID_ALL || info->cpus == NR_CPUS)
		info->cpus_left_out++;
	else
		info->apic_id[info->cpus++] = (uint8_t)apic_id;
}

static void read_lapic(const uint8_t *p, struct reading *r)
{
	struct madt_lapic cpu;

	memcpy(&cpu, p, sizeof(cpu));
	add_cpu(r, cpu.apic_id, cpu.flags);
}

static void read_x2apic(const uint8_t *p, struct reading *r)
{
	struct madt_x2apic cpu;

	memcpy(&cpu, p, sizeof(cpu));
	add_cpu(r, cpu.apic_id, cpu.flags);
}

/* Registers lie on a multiple of 256 bytes (82093AA, 3.1), so that they never
 * cross a page. */
static void read_ioapic(const uint8_t *p, struct reading *r)
{
	struct madt_info *info = r->info;
	struct madt_io io;
	bool usable;

	memcpy(&io, p, sizeof(io));
	usable = io.phys && !(io.phys & 0xff) &&
		 info->ioapics < MADT_IOAPICS_MAX;
	for (unsigned i = 0; i < info->ioapics; i++)
		if (info->ioapic[i].phys == io.phys ||
		    info->ioapic[i].gsi_base == io.gsi_base)
			usable = false;
	if (!usable) {
		r->ioapics_left_out++;
		return;
	}
	info->ioapic[info->ioapics].phys = io.phys;
	info->ioapic[info->ioapics++].gsi_base = io.gsi_base;
}

static void read_override(const uint8_t *p, struct reading *r)
{
	struct madt_override o;
	const char *why = NULL;

	memcpy(&o, p, sizeof(o));
	if (o.bus || o.irq >= ISA_IRQS)
		why = "there is no such line";
	else if (r->overridden & 1u << o.irq)
		why = "it is the second for that line";
	if (why) {
		pr_warn("ACPI: MADT: the override of interrupt %u of bus %u is "
			"ignored: %s\n",
			(unsigned)o.irq, (unsigned)o.bus, why);
		return;
	}
	r->overridden |= (uint16_t)(1u << o.irq);
	r->info->irq[o.irq].gsi = o.gsi;
	r->info->irq[o.irq].active_low =
		(o.flags & MADT_POLARITY) == MADT_ACTIVE_LOW;
	r->info->irq[o.irq].level = (o.flags & MADT_TRIGGER) == MADT_LEVEL;
}

/* Firmware may have an entry for each processor; all use the same pin. */
static void add_nmi_pin(struct reading *r, unsigned pin)
{
	if (pin < 2)
		r->info->nmi_pins |= 1u << pin;
	else
		pr_warn("ACPI: MADT: NMI at pin %u of local APICs is ignored: "
			"there is no such pin\n",
			pin);
}

static void read_lapic_nmi(const uint8_t *p, struct reading *r)
{
	struct madt_lapic_nmi nmi;

	memcpy(&nmi, p, sizeof(nmi));
	add_nmi_pin(r, nmi.pin);
}

static void read_x2apic_nmi(const uint8_t *p, struct reading *r)
{
	struct madt_x2apic_nmi nmi;

	memcpy(&nmi, p, sizeof(nmi));
	add_nmi_pin(r, nmi.pin);
}

static void read_address(const uint8_t *p, struct reading *r)
{
	struct madt_address address;

	memcpy(&address, p, sizeof(address));
	r->info->lapic_phys = address.phys;
}

/* The kinds of entries that are used, by type; others have a size of 0. */
static const struct kind {
	uint8_t size; /* the least that the length may be */
	void (*read)(const uint8_t *p, struct reading *r);
} kinds[] = {
	[0] = {sizeof(struct madt_lapic), read_lapic},
	[1] = {sizeof(struct madt_io), read_ioapic},
	[2] = {sizeof(struct madt_override), read_override},
	[4] = {sizeof(struct madt_lapic_nmi), read_lapic_nmi},
	[5] = {sizeof(struct madt_address), read_address},
	[9] = {sizeof(struct madt_x2apic), read_x2apic},
	[10] = {sizeof(struct madt_x2apic_nmi), read_x2apic_nmi},
};
STATIC_ASSERT(sizeof(struct madt_lapic) == 8);
STATIC_ASSERT(sizeof(struct madt_io) == 12);
STATIC_ASSERT(sizeof(struct madt_override) == 10);
STATIC_ASSERT(sizeof(struct madt_lapic_nmi) == 6);
STATIC_ASSERT(sizeof(struct madt_address) == 12);
STATIC_ASSERT(sizeof(struct madt_x2apic) == 16);
STATIC_ASSERT(sizeof(struct madt_x2apic_nmi) == 12);

/* The kind of that type; one without a size or a reader if it is unknown. */
static const struct kind *kind_of(unsigned type)
{
	static const struct kind unknown;

	return type < ARRAY_SIZE(kinds) ? &kinds[type] : &unknown;
}

/* Reads the entry at `p`, with `left` bytes of the table from there on; false
 * if it is shorter than its kind, or longer than the table. */
static bool entry_ok(const uint8_t *p, size_t left, struct madt_entry *entry)
{
	if (left < sizeof(*entry))
		return false;
	memcpy(entry, p, sizeof(*entry));
	return entry->length >= sizeof(*entry) && entry->length <= left &&
	       entry->length >= kind_of(entry->type)->size;
}

/* Whether all entries are valid; logs which is not. */
static bool check_entries(const uint8_t *table, size_t size)
{
	struct madt_entry entry = {0, 0};

	for (size_t at = sizeof(struct madt); at < size; at += entry.length) {
		if (entry_ok(table + at, size - at, &entry))
			continue;
		pr_warn("ACPI: MADT: the entry at offset 0x%zx, of type %u, "
			"has an impossible length: ignored\n",
			at, (unsigned)table[at]);
		return false;
	}
	return true;
}

void madt_assume_one_cpu(struct madt_info *info, unsigned boot_apic_id)
{
	memset(info, 0, sizeof(*info));
	info->cpus = 1;
	info->apic_id[0] = (uint8_t)boot_apic_id;
	for (unsigned n = 0; n < ISA_IRQS; n++)
		info->irq[n].gsi = n;
}

/* Logs which entries of a valid table were not used. */
static void report_machine(const struct reading *r)
{
	if (!r->boot_cpu_listed)
		pr_warn("ACPI: MADT: the boot CPU, APIC id %u, is not listed: "
			"it is used all the same\n",
			(unsigned)r->info->apic_id[0]);
	if (r->cpus_twice)
		pr_warn("ACPI: MADT: %u CPUs are listed twice\n",
			r->cpus_twice);
	if (r->info->cpus_left_out)
		pr_warn("ACPI: MADT: %u CPUs are left out: there is room for "
			"%u, with APIC ids below %u\n",
			r->info->cpus_left_out, NR_CPUS, APIC_ID_ALL);
	if (r->ioapics_left_out)
		pr_warn("ACPI: MADT: %u I/O APICs are left out: of a wrong "
			"address, listed twice, or more than %u\n",
			r->ioapics_left_out, MADT_IOAPICS_MAX);
}

int acpi_madt_parse(const void *table, size_t size, unsigned boot_apic_id,
		    struct madt_info *info)
{
	struct reading r = {.info = info};
	const uint8_t *bytes = table;
	struct madt_entry entry;
	struct madt madt;

	madt_assume_one_cpu(info, boot_apic_id);
	if (size < sizeof(madt)) {
		pr_warn("ACPI: MADT: %zu bytes are too short: ignored\n", size);
		return -EINVAL;
	}
	if (!check_entries(bytes, size))
		return -EINVAL;
	memcpy(&madt, bytes, sizeof(madt));
	info->lapic_phys = madt.lapic_phys;
	for (size_t at = sizeof(madt); at < size; at += entry.length) {
		const struct kind *kind;

		memcpy(&entry, bytes + at, sizeof(entry));
		kind = kind_of(entry.type);
		if (kind->read)
			kind->read(bytes + at, &r);
	}
	report_machine(&r);
	return 0;
}

void acpi_madt_read(const struct boot_rsdp *rsdp, unsigned boot_apic_id,
		    struct madt_info *info)
{
	/* The table's signature is older than its name. */
	const struct acpi_header *table = acpi_map_table(rsdp, "APIC");

	if (!table) {
		pr_info("ACPI: no MADT: one CPU, no I/O APIC\n");
		madt_assume_one_cpu(info, boot_apic_id);
		return;
	}
	acpi_madt_parse(table, table->length, boot_apic_id, info);
	early_memunmap();
}
