/* SPDX-License-Identifier: MIT */
/* memblock on the machine at hand: what the firmware's map became. The rules
 * of memblock itself are tested on the host (tests/unit/memblock_*_test.c).
 *
 * Notices: image_not_reserved, modules_not_reserved, reserved_ram_usable. */
#include "kernel/ktest.h"

#include "arch/cpu.h"
#include "arch/page.h"
#include "arch/pgtable.h"
#include "arch/sections.h"
#include "boot/boot_init.h"
#include "mm/memblock.h"

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
		EXPECT(memblock_is_reserved(boot_info.module[i].start));
		EXPECT(memblock_is_reserved(boot_info.module[i].end - 1));
	}
}

KTEST(memblock, "allocations are lowmem, free before and reserved after")
{
	phys_addr_t before = memblock_reserved_size();
	phys_addr_t phys = memblock_phys_alloc(10 * PAGE_SIZE, PAGE_SIZE);

	EXPECT(phys && phys + 10 * PAGE_SIZE <= lowmem_end());
	EXPECT(memblock_is_region_reserved(phys, 10 * PAGE_SIZE));
	EXPECT_EQ(memblock_reserved_size(), before + 10 * PAGE_SIZE);
	memblock_phys_free(phys, 10 * PAGE_SIZE);
	EXPECT_EQ(memblock_reserved_size(), before);
	EXPECT(!memblock_is_reserved(phys));
}

KTEST(memblock, "a request that no memory can meet is answered with nothing")
{
	EXPECT_EQ(memblock_phys_alloc(GiB(1), PAGE_SIZE), 0);
	EXPECT_EQ((uint32_t)memblock_alloc(memblock_phys_mem_size(), 8), 0);
}

KTEST(memblock, "its arrays grow when they are full, and shrink nothing")
{
	unsigned long max_before = memblock.reserved.max;
	phys_addr_t size_before = memblock_reserved_size();
	phys_addr_t base = memblock_phys_alloc(MiB(1), PAGE_SIZE);
	unsigned pieces = (unsigned)max_before + 1;

	if (!EXPECT(base))
		return;
	memblock_phys_free(base, MiB(1));
	/* Every other 64 bytes, so that no two join. */
	for (unsigned i = 0; i < pieces; i++)
		EXPECT_EQ(memblock_reserve(base + i * 128, 64), 0);
	EXPECT_EQ(memblock.reserved.max, 2 * max_before);
	for (unsigned i = 0; i < pieces; i++) {
		EXPECT(memblock_is_reserved(base + i * 128));
		EXPECT(!memblock_is_reserved(base + i * 128 + 64));
		memblock_phys_free(base + i * 128, 64);
	}
	/* What is left of it is the new array's own. */
	EXPECT_EQ(memblock_reserved_size() - size_before,
		  PAGE_ALIGN(2 * max_before * sizeof(struct memblock_region)));
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
