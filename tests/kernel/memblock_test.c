/* SPDX-License-Identifier: MIT */
/* memblock on the machine at hand: what the firmware's map became. The rules
 * of memblock itself are tested on the host (tests/unit/memblock_*_test.c).
 *
 * Notices: image_not_reserved, modules_not_reserved, first_mib_given_out,
 * reserved_ram_usable. */
#include "kernel/ktest.h"

#include "arch/cpu.h"
#include "arch/page.h"
#include "arch/sections.h"
#include "arch/trampoline.h"
#include "boot/boot_init.h"
#include "mm/memblock.h"
#include "mm/page.h"

KTEST(memblock, "regions are sorted, apart from each other, and add up")
{
	struct memblock_region *region;
	phys_addr_t end = 0, sum = 0;

	for_each_mem_region(region) {
		EXPECT(region->size > 0);
		EXPECT(region->base >= end);
		end = region->base + region->size;
		sum += region->size;
	}
	EXPECT_EQ(sum, memblock_phys_mem_size());
	EXPECT_EQ(end, memblock_end_of_DRAM());
	EXPECT(end <= cpu_phys_limit());
}

KTEST(memblock, "all that the firmware calls reserved is no memory")
{
	struct boot_mmap_entry entry;

	for (unsigned i = 0; boot_mmap_get(&boot_info.mmap, i, &entry); i++)
		if (entry.type != BOOT_MEMORY_USABLE && entry.size)
			EXPECT(!memblock_overlaps_region(
				&memblock.memory, entry.base, entry.size));
}

KTEST(memblock, "the image and the loader's modules are reserved")
{
	phys_addr_t start = virt_to_phys(kernel_start);
	phys_addr_t last = virt_to_phys(kernel_start) +
			   ((uint32_t)kernel_end - (uint32_t)kernel_start) - 1;

	EXPECT(memblock_is_reserved(start));
	EXPECT(memblock_is_reserved(last));
	for (unsigned i = 0; i < boot_info.module_count; i++) {
		const struct boot_module *module = &boot_info.module[i];

		/* One of 0 bytes has nothing that could be reserved. */
		if (module->start == module->end)
			continue;
		EXPECT(memblock_is_reserved(module->start));
		EXPECT(memblock_is_reserved(module->end - 1));
	}
}

KTEST(memblock, "the first MiB is the firmware's: nobody is given any of it")
{
	for (pfn_t pfn = 0; pfn < PFN_DOWN(MiB(1)); pfn++)
		EXPECT(page_state(pfn_to_page(pfn)) ==
		       (memblock_is_map_memory(PFN_PHYS(pfn)) ? PG_RESERVED
							      : PG_ABSENT));
	EXPECT(trampoline_phys < MiB(1));
	EXPECT(memblock_is_map_memory(trampoline_phys));
}

KTEST(memblock, "after the hand-over nothing can be allocated from it")
{
	EXPECT_EQ(memblock_phys_alloc(PAGE_SIZE, PAGE_SIZE), 0);
	EXPECT_EQ((uint32_t)memblock_alloc(64, 8), 0);
	EXPECT_EQ(memblock_free_all(), 0);
}

KTEST(memblock, "at 8 GiB the map is QEMU's: a hole below 4 GiB, RAM above")
{
	if (memblock_phys_mem_size() >> 20 != 8191)
		return ktest_skip("this machine does not have 8 GiB");
	EXPECT_EQ(memblock_start_of_DRAM(), 0);
	/* As much as the hole takes goes above 4 GiB. */
	EXPECT(memblock_end_of_DRAM() > GiB(8));
	EXPECT(!memblock_is_memory(GiB(4) - 1));
	EXPECT(memblock_is_memory(GiB(4)));
	EXPECT(!memblock_is_memory(MiB(1) - 1));
	EXPECT(memblock_is_memory(MiB(1)));
}
