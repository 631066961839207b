/* SPDX-License-Identifier: MIT */
/* sources: arch/i386/dev/acpi.c arch/i386/dev/srat.c mm/memblock/numa.c mm/memblock/memblock.c mm/memblock/memblock_alloc.c mm/memblock/memblock_dump.c mm/memblock/memblock_handover.c mm/memblock/memblock_query.c mm/memblock/memblock_walk.c mm/memblock/regions.c arch/host/memory.c arch/host/panic.c arch/host/printk.c */
/* Any bytes as an SRAT, found through an RSDT as at boot and applied to a
 * machine of three ranges of RAM. Length and checksum are put right first,
 * since no fuzzer would guess them; the other tables' checks are for the unit
 * tests. A mapping is a heap copy of just the size asked for. */
#include <stdlib.h>
#include <string.h>

#include "arch/acpi.h"
#include "arch/fixmap.h"
#include "arch/host.h"
#include "mm/memblock.h"
#include "mm/numa.h"

#define RSDT_AT 0x1000
#define SRAT_AT 0x2000

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static uint8_t rsdt[40], srat[8192];
static size_t srat_size;
static void *mapped;

static void promise(bool kept)
{
	if (!kept)
		abort();
}

bool early_copy_from_phys(void *dst, phys_addr_t phys, size_t size)
{
	if (phys >= RSDT_AT && phys + size <= RSDT_AT + sizeof(rsdt))
		memcpy(dst, rsdt + (phys - RSDT_AT), size);
	else if (phys >= SRAT_AT && phys + size <= SRAT_AT + srat_size)
		memcpy(dst, srat + (phys - SRAT_AT), size);
	else
		return false;
	return true;
}

const void *early_memremap(phys_addr_t phys, size_t size)
{
	promise(!mapped);
	mapped = malloc(size);
	promise(early_copy_from_phys(mapped, phys, size));
	return mapped;
}

void early_memunmap(void)
{
	promise(mapped);
	free(mapped);
	mapped = NULL;
}

/* Writes signature, length and checksum. */
static void seal(uint8_t *table, const char *signature, size_t size)
{
	uint32_t length = (uint32_t)size;

	memcpy(table, signature, 4);
	memcpy(table + 4, &length, 4);
	table[9] = 0;
	for (size_t i = 0; i < size; i++)
		if (i != 9)
			table[9] = (uint8_t)(table[9] - table[i]);
}

static void reset_memory(void)
{
	memset(memblock.memory.regions, 0,
	       memblock.memory.max * sizeof(*memblock.memory.regions));
	memblock.memory.cnt = 1;
	memblock.memory.total_size = 0;
	memblock_add(0, 0x9f000);
	memblock_add(0x100000, 0xbff00000);
	memblock_add(GiB(4), GiB(5));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct boot_rsdp rsdp = {.present = true, .rsdt = RSDT_AT};
	const struct memblock_region *region;
	const uint32_t entry = SRAT_AT;
	phys_addr_t total;
	unsigned nodes;

	if (size < sizeof(struct acpi_header) || size > sizeof(srat))
		return 0;
	host_log_clear();
	memcpy(srat, data, size);
	srat_size = size;
	seal(srat, "SRAT", size);
	memcpy(rsdt + sizeof(struct acpi_header), &entry, sizeof(entry));
	seal(rsdt, "RSDT", sizeof(rsdt));

	reset_memory();
	total = memblock_phys_mem_size();
	nodes = numa_init(&rsdp);
	promise(!mapped);
	promise(nodes >= 1 && nodes <= ACPI_NODES_MAX);
	promise(memblock_phys_mem_size() == total);
	for_each_mem_region(region)
		promise(region->nid >= 0 && (unsigned)region->nid < nodes);
	return 0;
}
