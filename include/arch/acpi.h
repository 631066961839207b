/* SPDX-License-Identifier: MIT */
/* ACPI's static tables: finding one, and reading the SRAT, which says which
 * memory is near which CPUs (mm/memblock/numa.c).
 *
 *	table = acpi_map_table(&boot_info.rsdp, "SRAT");
 *
 * A damaged table is named in the log and then ignored: the machine boots, with
 * less information.
 *
 * Context: boot, on one CPU. Tables are mapped with early_memremap(), so the
 * caller must have no such mapping. Source: ACPI Specification 6.4, chapter
 * 5.2. */
#ifndef ARCH_ACPI_H
#define ARCH_ACPI_H

#include "boot/boot_info.h"
#include "kernel/compiler.h"
#include "kernel/types.h"

/* The header of every table except the RSDP (5.2.6). `length` is that of the
 * whole table. The bytes of a table add up to 0. */
struct acpi_header {
	char signature[4];
	uint32_t length;
	uint8_t revision;
	uint8_t checksum;
	char oem[6];
	char oem_table[8];
	uint32_t oem_revision;
	char creator[4];
	uint32_t creator_revision;
} __packed;
STATIC_ASSERT(sizeof(struct acpi_header) == 36);

/* Finds the first valid table of that signature (four letters) and maps all of
 * it. The caller unmaps it with early_memunmap(). Returns NULL, with nothing
 * mapped, if there is no such table. */
const struct acpi_header *acpi_map_table(const struct boot_rsdp *rsdp,
					 const char *signature);

/* Memory that belongs to a proximity domain. */
struct acpi_memory_affinity {
	phys_addr_t base;
	phys_addr_t size;
	uint32_t domain;
	bool hotplug; /* may be plugged later, or be unplugged */
};

/* Functions that acpi_srat_parse() calls, once for each enabled entry. */
struct acpi_srat_visitor {
	void (*memory)(void *context,
		       const struct acpi_memory_affinity *memory);
	void (*cpu)(void *context, uint32_t apic_id, uint32_t domain);
};

/* Reads a System Resource Affinity Table of `size` bytes at `table`, which
 * begins with its header (5.2.16). The whole table is checked before the first
 * call. Returns 0, or, without a call, -EINVAL with a sentence in the log.
 * Entries of other kinds are skipped. Allocates nothing; any context. */
int acpi_srat_parse(const void *table, size_t size,
		    const struct acpi_srat_visitor *visitor, void *context);

/* Nodes that Loft can tell apart: domains that have CPUs or RAM. */
#define ACPI_NODES_MAX 16

#endif
