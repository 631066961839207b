/* SPDX-License-Identifier: MIT */
/* The System Resource Affinity Table: which memory and which CPUs are near to
 * each other.
 *
 *   0       36       48
 *   +--------+--------+------+--------+---------+------+--------+-----
 *   | header |reserved| type | length | payload | type | length | ...
 *   +--------+--------+------+--------+---------+------+--------+-----
 *                     |<------- length -------->|
 *
 * It names proximity domains, which are arbitrary 32-bit numbers. The kernel
 * numbers them as nodes 0, 1, 2, ... in the order of appearance.
 *
 * Rule: if a part of the table is invalid (for example, RAM that two domains
 * claim), no part of it is used. Half of a topology is worse than none.
 *
 * Source: ACPI Specification 6.4, 5.2.16. */
#include "arch/acpi.h"

#include "arch/fixmap.h"
#include "kernel/errno.h"
#include "kernel/printk.h"
#include "kernel/string.h"

#define SRAT_HEADER_SIZE 48

enum srat_type {
	SRAT_CPU,
	SRAT_MEMORY,
	SRAT_X2APIC,
	SRAT_TYPES
};

#define SRAT_ENABLED 1u /* bit 0 of the flags of all three */
#define SRAT_HOTPLUG 2u /* of memory */

/* What each of them begins with. */
struct srat_entry {
	uint8_t type;
	uint8_t length;
} __packed;

struct srat_cpu {
	struct srat_entry entry;
	uint8_t domain_low;
	uint8_t apic_id;
	uint32_t flags;
	uint8_t sapic_eid;
	uint8_t domain_high[3];
	uint32_t clock_domain;
} __packed;

struct srat_memory {
	struct srat_entry entry;
	uint32_t domain;
	uint16_t reserved1;
	uint64_t base;
	uint64_t size;
	uint32_t reserved2;
	uint32_t flags;
	uint64_t reserved3;
} __packed;

struct srat_x2apic {
	struct srat_entry entry;
	uint16_t reserved1;
	uint32_t domain;
	uint32_t x2apic_id;
	uint32_t flags;
	uint32_t clock_domain;
	uint32_t reserved2;
} __packed;

static const uint8_t entry_size[SRAT_TYPES] = {
	[SRAT_CPU] = sizeof(struct srat_cpu),
	[SRAT_MEMORY] = sizeof(struct srat_memory),
	[SRAT_X2APIC] = sizeof(struct srat_x2apic),
};
STATIC_ASSERT(sizeof(struct srat_cpu) == 16);
STATIC_ASSERT(sizeof(struct srat_memory) == 40);
STATIC_ASSERT(sizeof(struct srat_x2apic) == 24);

/* Reads the entry at `p`, with `left` bytes of the table from there on; false
 * if it is shorter than its kind, or longer than the table. */
static bool entry_ok(const uint8_t *p, size_t left, struct srat_entry *entry)
{
	if (left < sizeof(*entry))
		return false;
	memcpy(entry, p, sizeof(*entry));
	return entry->length >= sizeof(*entry) && entry->length <= left &&
	       (entry->type >= SRAT_TYPES ||
		entry->length >= entry_size[entry->type]);
}

/* The first revision had domains of 8 bits, and the other bits are
 * undefined. */
static uint32_t known_domain(uint32_t domain, unsigned revision)
{
	return revision < 2 ? domain & 0xff : domain;
}

static void visit_cpu(const uint8_t *p, unsigned revision,
		      const struct acpi_srat_visitor *visitor, void *context)
{
	struct srat_cpu cpu;
	uint32_t domain;

	memcpy(&cpu, p, sizeof(cpu));
	domain = cpu.domain_low | (uint32_t)cpu.domain_high[0] << 8 |
		 (uint32_t)cpu.domain_high[1] << 16 |
		 (uint32_t)cpu.domain_high[2] << 24;
	if (cpu.flags & SRAT_ENABLED)
		visitor->cpu(context, cpu.apic_id,
			     known_domain(domain, revision));
}

static void visit_x2apic(const uint8_t *p,
			 const struct acpi_srat_visitor *visitor, void *context)
{
	struct srat_x2apic cpu;

	memcpy(&cpu, p, sizeof(cpu));
	if (cpu.flags & SRAT_ENABLED)
		visitor->cpu(context, cpu.x2apic_id, cpu.domain);
}

static void visit_memory(const uint8_t *p, unsigned revision,
			 const struct acpi_srat_visitor *visitor, void *context)
{
	struct srat_memory raw;
	struct acpi_memory_affinity memory;

	memcpy(&raw, p, sizeof(raw));
	memory.base = raw.base;
	memory.size = raw.size;
	memory.domain = known_domain(raw.domain, revision);
	memory.hotplug = raw.flags & SRAT_HOTPLUG;
	if (raw.flags & SRAT_ENABLED)
		visitor->memory(context, &memory);
}

/* Whether all entries are valid; logs which is not. */
static bool check_entries(const uint8_t *table, size_t size)
{
	struct srat_entry entry = {0, 0};

	for (size_t at = SRAT_HEADER_SIZE; at < size; at += entry.length) {
		if (entry_ok(table + at, size - at, &entry))
			continue;
		pr_warn("ACPI: SRAT: the entry at offset 0x%zx, of type %u, "
			"has an impossible length: ignored\n",
			at, (unsigned)table[at]);
		return false;
	}
	return true;
}

int acpi_srat_parse(const void *table, size_t size,
		    const struct acpi_srat_visitor *visitor, void *context)
{
	const uint8_t *bytes = table;
	struct srat_entry entry;
	struct acpi_header header;

	if (size < SRAT_HEADER_SIZE) {
		pr_warn("ACPI: SRAT: %zu bytes are too short: ignored\n", size);
		return -EINVAL;
	}
	if (!check_entries(bytes, size))
		return -EINVAL;
	memcpy(&header, bytes, sizeof(header));
	for (size_t at = SRAT_HEADER_SIZE; at < size; at += entry.length) {
		memcpy(&entry, bytes + at, sizeof(entry));
		if (entry.type == SRAT_CPU)
			visit_cpu(bytes + at, header.revision, visitor,
				  context);
		else if (entry.type == SRAT_MEMORY)
			visit_memory(bytes + at, header.revision, visitor,
				     context);
		else if (entry.type == SRAT_X2APIC)
			visit_x2apic(bytes + at, visitor, context);
	}
	return 0;
}
