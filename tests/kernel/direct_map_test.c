/* SPDX-License-Identifier: MIT */
/* The direct map: all RAM below lowmem's end that may be mapped, nothing else,
 * with large pages where a block of 2 MiB is RAM throughout.
 *
 * Notices: direct_map_all_small, direct_map_maps_holes, nomap_mapped,
 * page_table_not_mapped, lowmem_conversion_unchecked. */
#include "kernel/ktest.h"

#include "arch/cpu.h"
#include "arch/extable.h"
#include "arch/page.h"
#include "arch/pgtable.h"
#include "arch/sections.h"
#include "mm/memblock.h"
#include "mm/page_alloc.h"

static bool in_image(phys_addr_t phys)
{
	uint32_t virt = (uint32_t)phys + PAGE_OFFSET;

	return virt >= (uint32_t)kernel_start && virt < (uint32_t)kernel_end;
}

/* Whether the page at `phys` is RAM to its last byte. */
static bool is_ram_page(phys_addr_t phys)
{
	return memblock_is_map_memory(phys) &&
	       memblock_is_map_memory(phys + PAGE_SIZE - 1);
}

KTEST(direct_map, "every page of lowmem is mapped to its frame if it is RAM")
{
	unsigned wrong = 0;

	for (phys_addr_t at = 0; at < lowmem_end(); at += PAGE_SIZE) {
		uint32_t virt = (uint32_t)at + PAGE_OFFSET;
		struct page_walk walk;

		page_walk(virt, &walk);
		if (in_image(at))
			wrong += walk.present && walk.phys != at;
		else if (is_ram_page(at))
			wrong += !walk.present || walk.phys != at;
		else
			wrong += walk.present;
	}
	EXPECT_EQ(wrong, 0);
}

KTEST(direct_map, "nothing is mapped from lowmem's end to the vmalloc area")
{
	uint32_t virt = (uint32_t)lowmem_end() + PAGE_OFFSET;

	EXPECT_FAULT(ACCESS_READ, virt, PAGE_ABSENT);
	EXPECT_FAULT(ACCESS_WRITE, VMALLOC_START - 1, PAGE_ABSENT);
	for (; virt < VMALLOC_START; virt += PAGE_SIZE) {
		struct page_walk walk;

		page_walk(virt, &walk);
		if (!EXPECT(!walk.present))
			return;
	}
}

KTEST(direct_map, "memory that is not RAM faults when touched")
{
	/* 640 KiB to 1 MiB is adapters and firmware on every PC. */
	EXPECT_FAULT(ACCESS_READ, PAGE_OFFSET + 0xB8000, PAGE_ABSENT);
	EXPECT_FAULT(ACCESS_WRITE, PAGE_OFFSET + 0xF0000, PAGE_ABSENT);
}

/* Whether the 2 MiB at `at` are one range of RAM outside the image. */
static bool is_whole_block(phys_addr_t at)
{
	return at + PMD_SIZE <= lowmem_end() &&
	       memblock_is_region_memory(at, PMD_SIZE) &&
	       memblock_is_map_memory(at) &&
	       at >= ALIGN((uint32_t)kernel_end - PAGE_OFFSET, PMD_SIZE);
}

KTEST(direct_map, "blocks of 2 MiB that are RAM throughout are one large page")
{
	unsigned whole = 0;

	for (phys_addr_t at = 0; at < lowmem_end(); at += PMD_SIZE) {
		pte_t pde = kernel_pd[pde_index((uint32_t)at + PAGE_OFFSET)];

		if (is_whole_block(at))
			EXPECT(pde & PTE_LARGE);
		else
			EXPECT(!(pde & PTE_LARGE));
		whole += is_whole_block(at);
	}
	if (!whole)
		ktest_skip("no 2 MiB are RAM throughout");
}

KTEST(direct_map, "its pages are writable, global and no-execute")
{
	pte_t must = prot_supported(PTE_WRITE | PTE_GLOBAL | PTE_NX);
	struct page_walk walk;
	unsigned long addr = __get_free_page(GFP_KERNEL);

	page_walk((uint32_t)addr, &walk);
	EXPECT_EQ(walk.entry[walk.levels - 1] & must, must);
	free_page(addr);
}

KTEST(direct_map, "conversion goes there and back, and checks both ways")
{
	phys_addr_t end = lowmem_end();

	EXPECT_EQ(virt_to_phys(phys_to_virt(MiB(1))), MiB(1));
	EXPECT_EQ((uint32_t)phys_to_virt(end - 1),
		  (uint32_t)end - 1 + PAGE_OFFSET);
	EXPECT_PANIC("no permanent address", phys_to_virt(end));
	EXPECT_PANIC("no permanent address", phys_to_virt(GiB(4)));
	EXPECT_PANIC("user space", virt_to_phys((void *)KERNEL_LOAD_PHYS));
	EXPECT_PANIC("the vmalloc area", virt_to_phys((void *)VMALLOC_START));
	EXPECT_PANIC("the fixmap", virt_to_phys((void *)FIXMAP_BASE));
}

KTEST(direct_map, "memory that is allocated can be written, and reads back")
{
	const size_t size = 3 * PAGE_SIZE;
	uint32_t *words = alloc_pages_exact(size, GFP_KERNEL | __GFP_ZERO);

	if (!EXPECT(words))
		return;
	for (unsigned i = 0; i < size / 4; i++)
		EXPECT_EQ(words[i], 0);
	for (unsigned i = 0; i < size / 4; i++)
		words[i] = i * 2654435761u;
	for (unsigned i = 0; i < size / 4; i++)
		if (!EXPECT_EQ(words[i], i * 2654435761u))
			break;
	free_pages_exact(words, size);
}

KTEST(direct_map, "memory marked NOMAP faults, and its neighbours do not")
{
	struct memblock_region *region;
	uint8_t byte;

	for_each_mem_region(region) {
		uint32_t virt = (uint32_t)region->base + PAGE_OFFSET;

		if (!(region->flags & MEMBLOCK_NOMAP) ||
		    region->base + region->size >= lowmem_end())
			continue;
		EXPECT_FAULT(ACCESS_READ, virt, PAGE_ABSENT);
		EXPECT_FAULT(ACCESS_WRITE, virt + region->size - 1,
			     PAGE_ABSENT);
		EXPECT_EQ(copy_from_kernel_nofault(&byte, (void *)(virt - 1),
						   1),
			  0);
		return;
	}
	ktest_skip("no lowmem is marked NOMAP (boot with nomap=SIZE@BASE)");
}
