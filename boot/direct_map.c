/* SPDX-License-Identifier: MIT */
/* The direct map: lowmem at PAGE_OFFSET plus its physical address, built once
 * for the RAM in memblock's list.
 *
 *   0          1 MiB      image        2 MiB pages          lowmem_end
 *   |  RAM | holes |text|rodata|data|        RAM        | hole | RAM |
 *   |    4 KiB     |     4 KiB      | large | large | large |4K| ... |
 *
 * A block of 2 MiB that is all RAM is one large page, and needs no page table.
 * Elsewhere each page of RAM has an entry. Memory that is not RAM, or is marked
 * NOMAP, has no entry, and an access faults. The image keeps the entries that
 * boot/early.c has made.
 *
 * Page tables are allocated from free memory that is mapped already. Large
 * pages are made first; the blocks of the image have tables; the other blocks
 * follow in ascending order. When a table is needed, each block with a
 * directory entry is therefore mapped. Afterwards every page directory entry of
 * the kernel is present. An entry changes only when a large page takes the
 * place of a table in the vmalloc range. */
#include "boot/direct_map.h"

#include "arch/page.h"
#include "arch/pgtable.h"
#include "arch/sections.h"
#include "kernel/cmdline.h"
#include "kernel/errno.h"
#include "kernel/panic.h"
#include "kernel/printk.h"
#include "kernel/string.h"
#include "mm/memblock.h"

/* The least value of `lowmem=`: with less, the kernel itself has too little
 * memory. */
#define LOWMEM_MIN MiB(16)

/* `lowmem=` is rounded down to a multiple of this: the page allocator's largest
 * block. */
#define LOWMEM_ALIGN MiB(4)

static struct {
	unsigned large, small, tables;
} count;

static pte_t *pde_of(phys_addr_t phys)
{
	return &kernel_pd[pde_index((uint32_t)phys + PAGE_OFFSET)];
}

/* Whether the page at `phys` belongs to the image, which has its entries
 * already. */
static bool in_image(phys_addr_t phys)
{
	uint32_t virt = (uint32_t)phys + PAGE_OFFSET;

	return virt >= (uint32_t)kernel_start && virt < (uint32_t)kernel_end;
}

/* Allocates a page in the 2 MiB at `block`, or returns 0 if they are not mapped
 * or have no free one. */
static phys_addr_t take_page_in(phys_addr_t block)
{
	if (!(*pde_of(block) & PTE_PRESENT))
		return 0;
	return memblock_phys_alloc_range(PAGE_SIZE, PAGE_SIZE, block,
					 min(block + PMD_SIZE, lowmem_end()));
}

/* Allocates a page that is mapped, or returns 0. Pages come from one block as
 * long as it has some: memblock's list of reservations cannot grow yet, and
 * neighbours in it are one. */
static phys_addr_t take_mapped_page(void)
{
	static phys_addr_t block;
	phys_addr_t phys = block ? take_page_in(block) : 0;
	phys_addr_t at = ALIGN(lowmem_end(), PMD_SIZE);

	while (!phys && at) {
		at -= PMD_SIZE;
		phys = take_page_in(at);
		block = at;
	}
	return phys;
}

/* Clears `n` page tables at `phys`, which is mapped, and stores them in `pde`
 * and the entries behind it. Returns the first. Panics if `phys` is 0: there
 * was no memory. */
static pte_t *hang_tables(pte_t *pde, phys_addr_t phys, unsigned n)
{
	if (!phys)
		panic("Too little memory: no %u KiB in one piece are free for "
		      "page tables, of %llu KiB of lowmem. Loft is made for "
		      "32 MiB of RAM and more",
		      n * (PAGE_SIZE >> 10),
		      (unsigned long long)memblock_mem_between(0,
							       lowmem_end()) >>
			      10);
	memset(phys_to_virt(phys), 0, (size_t)n * PAGE_SIZE);
	for (unsigned i = 0; i < n; i++)
		pte_set(&pde[i], (phys + i * PAGE_SIZE) | PAGE_TABLE);
	count.tables += n;
	return phys_to_virt(phys);
}

static bool is_large_block(phys_addr_t at, phys_addr_t end)
{
	return IS_ALIGNED(at, PMD_SIZE) && end - at >= PMD_SIZE &&
	       !(*pde_of(at) & PTE_PRESENT);
}

/* Maps the aligned blocks of a range with large pages. */
static void map_large(phys_addr_t start, phys_addr_t end)
{
	for (phys_addr_t at = ALIGN(start, PMD_SIZE); at < end;
	     at += PMD_SIZE) {
		if (!is_large_block(at, end))
			continue;
		pte_set(pde_of(at),
			at | PTE_LARGE | prot_supported(PAGE_KERNEL));
		count.large++;
	}
}

/* Maps, page by page, the rest of a range after map_large(). */
static void map_small(phys_addr_t start, phys_addr_t end)
{
	for (phys_addr_t at = start; at < end; at += PAGE_SIZE) {
		pte_t *pde = pde_of(at);

		if (*pde & PTE_LARGE) {
			at = ALIGN(at + 1, PMD_SIZE) - PAGE_SIZE;
			continue;
		}
		if (in_image(at))
			continue;
		if (!(*pde & PTE_PRESENT))
			hang_tables(pde, take_mapped_page(), 1);
		pte_set(kernel_pte((uint32_t)at + PAGE_OFFSET),
			at | prot_supported(PAGE_KERNEL));
		count.small++;
	}
}

/* Calls `map` for each range of RAM below `limit` that may be mapped. */
static void for_lowmem(phys_addr_t limit,
		       void (*map)(phys_addr_t start, phys_addr_t end))
{
	struct memblock_region *region;

	for_each_mem_region(region) {
		phys_addr_t start = ALIGN(region->base, PAGE_SIZE);
		phys_addr_t end =
			ALIGN_DOWN(region->base + region->size, PAGE_SIZE);

		if (region->flags & MEMBLOCK_NOMAP)
			continue;
		if (start < min(end, limit))
			map(start, min(end, limit));
	}
}

/* The end of the highest RAM below `limit`. */
static phys_addr_t end_of_ram_below(phys_addr_t limit)
{
	struct memblock_region *region;
	phys_addr_t end = 0;

	for_each_mem_region(region)
		if (region->base < limit)
			end = min(region->base + region->size, limit);
	return end;
}

/* The highest possible end of lowmem: the end of RAM, or 896 MiB. If there is
 * RAM above, no block of the page allocator may lie on both sides. */
static phys_addr_t highest_lowmem_end(void)
{
	phys_addr_t end = end_of_ram_below(LOWMEM_MAX);

	if (end < memblock_end_of_DRAM())
		return ALIGN(end, LOWMEM_ALIGN);
	return ALIGN_DOWN(end, PAGE_SIZE);
}

/* The nearest possible value to the `lowmem=` that the user asks for. Logs the
 * change. */
static phys_addr_t possible_lowmem_end(phys_addr_t asked, phys_addr_t most)
{
	phys_addr_t end = ALIGN_DOWN(asked, LOWMEM_ALIGN);

	if (asked > most) {
		pr_warn("lowmem=: RAM for the direct map ends at %pa; using "
			"that\n",
			&most);
		return most;
	}
	if (asked < LOWMEM_MIN) {
		pr_warn("lowmem=: less than 16 MiB is too little; using %llu\n",
			(unsigned long long)min(most, LOWMEM_MIN) >> 20);
		return min(most, LOWMEM_MIN);
	}
	if (end != asked)
		pr_warn("lowmem=: rounded down by %llu KiB to %llu MiB, a "
			"multiple of 4 MiB\n",
			(unsigned long long)(asked - end) >> 10,
			(unsigned long long)end >> 20);
	return end;
}

/* The end of lowmem: as high as possible, or as `lowmem=` asks. */
static phys_addr_t choose_lowmem_end(void)
{
	phys_addr_t most = highest_lowmem_end(), asked;
	int error = cmdline_size("lowmem", &asked);

	if (error == -EINVAL)
		pr_warn("lowmem=: not a size; the direct map ends at %pa\n",
			&most);
	return error ? most : possible_lowmem_end(asked, most);
}

/* HIGHMEM=n: removes the RAM above the direct map. */
static void forget_highmem(phys_addr_t end)
{
	phys_addr_t before = memblock_phys_mem_size();

	memblock_remove(end, ~(phys_addr_t)0 - end);
	if (memblock_phys_mem_size() != before)
		pr_warn("highmem: %llu MiB from %pa up are left out: this "
			"kernel was built with HIGHMEM=n\n",
			(unsigned long long)(before -
					     memblock_phys_mem_size()) >>
				20,
			&end);
}

/* `n` page tables, one behind the other, for the addresses from `virt` up: all
 * of lowmem is mapped now. Returns the first. */
static pte_t *add_tables(uint32_t virt, unsigned n)
{
	phys_addr_t phys = memblock_phys_alloc_range(
		(phys_addr_t)n * PAGE_SIZE, PAGE_SIZE, 0, lowmem_end());

	return hang_tables(&kernel_pd[pde_index(virt)], phys, n);
}

/* Page tables for every area above the direct map that pages are mapped in
 * later, so that no table is ever missing. The fixmap has its own. */
static void add_area_tables(void)
{
	vmalloc_ptes = add_tables(VMALLOC_START,
				  (VMALLOC_END - VMALLOC_START) / PMD_SIZE);
	add_tables(PKMAP_BASE, 1);
	add_tables(CPU_WINDOW_BASE, 1);
}

unsigned kernel_page_tables(void)
{
	return count.tables;
}

void direct_map_init(void)
{
	phys_addr_t end = choose_lowmem_end();

	if (!HIGHMEM)
		forget_highmem(end);
	for_lowmem(end, map_large);
	/* The tables lie in memory that is mapped now. */
	direct_map_set_end(end);
	for_lowmem(end, map_small);
	add_area_tables();
	memblock_set_current_limit(end);
	memblock_allow_resize();
	pr_info("direct map: %llu MiB of lowmem with %u pages of 2 MiB, %u of "
		"4 KiB, %u page tables\n",
		(unsigned long long)memblock_mem_between(0, end) >> 20,
		count.large, count.small, count.tables);
	if (memblock_end_of_DRAM() <= end)
		pr_info("highmem: none, all RAM is in the direct map "
			"(lowmem=SIZE would leave some out)\n");
	else
		pr_info("highmem: RAM from %pa up\n", &end);
}
