/* SPDX-License-Identifier: MIT */
/* The figures at the end of the boot, as the runner and `make bench` read
 * them. */
#include "summary.h"

#include "arch/cpu.h"
#include "arch/smp.h"
#include "arch/page.h"
#include "arch/pgtable.h"
#include "arch/tsc.h"
#include "arch/sections.h"
#include "boot/boot_init.h"
#include "boot/direct_map.h"
#include "kernel/printk.h"
#include "mm/memblock.h"
#include "mm/page_alloc.h"
#include "mm/section.h"

/* KiB of RAM that the page allocator never got. */
static unsigned long reserved_kib(void)
{
	unsigned long pages = 0;

	for (unsigned i = 0; i < MAX_NR_ZONES; i++)
		pages += zones[i].present_pages - zones[i].managed_pages;
	return pages << (PAGE_SHIFT - 10);
}

static unsigned long modules_kib(void)
{
	phys_addr_t bytes = 0;

	for (unsigned i = 0; i < boot_info.module_count; i++)
		bytes += boot_info.module[i].end - boot_info.module[i].start;
	return (unsigned long)(bytes >> 10);
}

void memory_summary(void)
{
	unsigned long image =
		((uint32_t)kernel_end - (uint32_t)kernel_start) >> 10;
	unsigned long map = (unsigned long)mem_map_size() >> 10;
	unsigned long tables = kernel_page_tables() * (PAGE_SIZE >> 10);
	unsigned long first_mib =
		(unsigned long)memblock_mem_between(0, MiB(1)) >> 10;
	unsigned long modules = modules_kib(), all = reserved_kib();
	unsigned long known = first_mib + image + map + tables + modules;

	show_zones();
	pr_info("memory: %lu KiB reserved: first MiB %lu, image %lu, modules "
		"%lu, page tables %lu, mem_map %lu, other %lu\n",
		all, first_mib, image, modules, tables, map,
		all > known ? all - known : 0);
	pr_info("memory: %llu KiB of RAM kept by firmware or out of reach\n",
		(unsigned long long)(physmem.total_size -
				     memblock_phys_mem_size()) >>
			10);
}

static void line(const char *key, uint64_t value)
{
	console_printf("boot: %s=%llu\n", key, (unsigned long long)value);
}

void boot_summary(void)
{
	phys_addr_t low = lowmem_end();

	line("ram_mib", memblock_phys_mem_size() >> 20);
	line("lowmem_mib", memblock_mem_between(0, low) >> 20);
	line("lowmem_free_mib",
	     PFN_PHYS(nr_free_pages() - nr_free_highpages()) >> 20);
	line("highmem_mib", memblock_mem_between(low, PHYS_ADDR_MAX) >> 20);
	line("mem_map_mib", mem_map_size() >> 20);
	line("cpus", num_online_cpus());
	line("instructions_to_ready",
	     cpu_features.tsc ? rdtsc() - boot_tsc : 0);
}
