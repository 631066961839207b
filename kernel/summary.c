/* SPDX-License-Identifier: MIT */
/* The figures at the end of the boot, as the runner and `make bench` read
 * them. */
#include "kernel/summary.h"

#include "arch/cpu.h"
#include "arch/pgtable.h"
#include "boot/early.h"
#include "kernel/printk.h"
#include "mm/memblock.h"

/* RAM between two addresses. */
static phys_addr_t ram_between(phys_addr_t start, phys_addr_t end)
{
	struct memblock_region *region;
	phys_addr_t sum = 0;

	for_each_mem_region(region) {
		phys_addr_t from = max(region->base, start);
		phys_addr_t to = min(region->base + region->size, end);

		if (from < to)
			sum += to - from;
	}
	return sum;
}

/* Lowmem that nobody has reserved. */
static phys_addr_t free_lowmem(void)
{
	phys_addr_t start, end, sum = 0, limit = lowmem_end();
	uint64_t i;

	for_each_free_mem_range(i, NUMA_NO_NODE, MEMBLOCK_NONE, &start, &end,
				NULL)
		if (start < limit)
			sum += min(end, limit) - start;
	return sum;
}

static void line(const char *key, uint64_t value)
{
	console_printf("boot: %s=%llu\n", key, (unsigned long long)value);
}

void boot_summary(void)
{
	phys_addr_t low = lowmem_end();

	line("ram_mib", memblock_phys_mem_size() >> 20);
	line("lowmem_mib", ram_between(0, low) >> 20);
	line("lowmem_free_mib", free_lowmem() >> 20);
	line("highmem_mib", ram_between(low, PHYS_ADDR_MAX) >> 20);
	line("mem_map_mib", 0);
	line("cpus", 1);
	line("instructions_to_ready",
	     cpu_features.tsc ? rdtsc() - boot_tsc : 0);
}
