/* SPDX-License-Identifier: MIT */
/* The direct map: lowmem at PAGE_OFFSET plus its physical address, built once
 * from what memblock says is RAM.
 *
 *   0          1 MiB      image        2 MiB pages          lowmem_end
 *   |  RAM | holes |text|rodata|data|        RAM        | hole | RAM |
 *   |    4 KiB     |     4 KiB      | large | large | large |4K| ... |
 *
 * A block of 2 MiB that is RAM throughout is one large page, and costs no
 * page table. Elsewhere each page of RAM has an entry of its own, and what is
 * not RAM, or marked NOMAP, has none: touching it faults. The image keeps the
 * entries that boot/early.c gave it.
 *
 * Page tables come from memory that is mapped already, so large pages are
 * made first, and tables are taken out of them. After this every page
 * directory entry of the kernel is there, and changes only where a large page
 * takes the place of a table in the vmalloc area, for a while. */
#include "arch/pgtable.h"

#include "arch/page.h"
#include "arch/sections.h"
#include "kernel/cmdline.h"
#include "kernel/errno.h"
#include "kernel/panic.h"
#include "kernel/printk.h"
#include "kernel/string.h"
#include "mm/memblock.h"

/* Less than this under `lowmem=` leaves the kernel itself too little. */
#define LOWMEM_MIN MiB(16)

/* What `lowmem=` is rounded down to: the page allocator's largest block. */
#define LOWMEM_ALIGN MiB(4)

/* The longest run of large pages: page tables are taken from there. */
static struct {
	phys_addr_t start, end;
} pool;

pte_t *vmalloc_ptes;

static struct {
	unsigned large, small, tables;
} count;

static pte_t *pde_of(phys_addr_t phys)
{
	return &kernel_pd[pde_index((uint32_t)phys + PAGE_OFFSET)];
}

/* Whether the page at `phys` is the image's, with entries of its own. */
static bool in_image(phys_addr_t phys)
{
	uint32_t virt = (uint32_t)phys + PAGE_OFFSET;

	return virt >= (uint32_t)kernel_start && virt < (uint32_t)kernel_end;
}

/* Empty page tables, one behind the other, hung into `pde` and the entries
 * behind it. Returns the first. */
static pte_t *add_tables(pte_t *pde, unsigned n)
{
	size_t size = (size_t)n * PAGE_SIZE;
	phys_addr_t phys;

	if (!pool.end)
		panic("Too little memory: beside the kernel there is no whole "
		      "block of 2 MiB for page tables. Loft is made for 32 MiB "
		      "of RAM and more");
	phys = memblock_phys_alloc_range(size, PAGE_SIZE, pool.start, pool.end);
	if (!phys)
		panic("Too little memory: no room for a page table from %pa "
		      "to %pa, the longest run of whole 2 MiB blocks. Loft "
		      "is made for 32 MiB of RAM and more",
		      &pool.start, &pool.end);
	memset(phys_to_virt(phys), 0, size);
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
	phys_addr_t run = 0, run_start = 0;

	for (phys_addr_t at = ALIGN(start, PMD_SIZE); at < end;
	     at += PMD_SIZE) {
		if (!is_large_block(at, end)) {
			run = 0;
			continue;
		}
		pte_set(pde_of(at),
			at | PTE_LARGE | prot_supported(PAGE_KERNEL));
		count.large++;
		if (!run)
			run_start = at;
		run += PMD_SIZE;
		if (run > pool.end - pool.start) {
			pool.start = run_start;
			pool.end = run_start + run;
		}
	}
}

/* Maps, page by page, what map_large() has left of a range. */
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
			add_tables(pde, 1);
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

/* Where lowmem ends: at the end of RAM, at 896 MiB, or where told. */
static phys_addr_t choose_lowmem_end(void)
{
	phys_addr_t end = min(memblock_end_of_DRAM(), (phys_addr_t)LOWMEM_MAX);
	phys_addr_t asked;
	int error = cmdline_size("lowmem", &asked);

	end = ALIGN_DOWN(end, PAGE_SIZE);
	if (error == -EINVAL)
		pr_warn("lowmem=: not a size; using %llu MiB\n",
			(unsigned long long)(end >> 20));
	if (error)
		return end;
	if (asked < LOWMEM_MIN) {
		asked = LOWMEM_MIN;
		pr_warn("lowmem=: less than 16 MiB is too little; using 16\n");
	}
	/* No block of the page allocator may lie on both sides of it. */
	asked = ALIGN_DOWN(asked, LOWMEM_ALIGN);
	if (asked > end)
		pr_warn("lowmem=: there is no more than %llu MiB\n",
			(unsigned long long)(end >> 20));
	return min(end, asked);
}

/* HIGHMEM=n: RAM that the direct map does not reach is left alone. */
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

/* Page tables for every area above the direct map that pages are mapped in
 * later, so that no table is ever missing. The fixmap has its own. */
static void add_area_tables(void)
{
	vmalloc_ptes = add_tables(&kernel_pd[pde_index(VMALLOC_START)],
				  (VMALLOC_END - VMALLOC_START) / PMD_SIZE);
	add_tables(&kernel_pd[pde_index(PKMAP_BASE)], 1);
	add_tables(&kernel_pd[pde_index(CPU_WINDOW_BASE)], 1);
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
	/* The tables lie in what is mapped now, and are reached like all. */
	direct_map_set_end(end);
	for_lowmem(end, map_small);
	add_area_tables();
	memblock_set_current_limit(end);
	memblock_allow_resize();
	pr_info("direct map: %llu MiB of lowmem with %u pages of 2 MiB, %u of "
		"4 KiB, %u page tables\n",
		(unsigned long long)(end >> 20), count.large, count.small,
		count.tables);
	if (memblock_end_of_DRAM() <= end)
		pr_info("highmem: none, all RAM is in the direct map "
			"(lowmem=SIZE would leave some out)\n");
	else
		pr_info("highmem: RAM from %pa up\n", &end);
}
