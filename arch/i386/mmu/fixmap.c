/* SPDX-License-Identifier: MIT */
/* The fixmap's page table, and the early window, in which boot code maps
 * physical memory before there is a direct map. */
#include "arch/fixmap.h"

#include "arch/cpu.h"
#include "arch/page.h"
#include "arch/tlb.h"
#include "kernel/panic.h"
#include "kernel/string.h"

static pte_t fixmap_table[PTRS_PER_TABLE] __aligned(PAGE_SIZE);

/* Slots of the window in use; 0 if nothing is mapped. */
static unsigned early_pages;

void fixmap_init(void)
{
	pte_set(&kernel_pd[pde_index(FIXMAP_BASE)],
		virt_to_phys(fixmap_table) | PAGE_TABLE);
}

void *fixmap_set(enum fixmap_slot slot, phys_addr_t phys, pte_t prot)
{
	BUG_ON(slot >= FIX_COUNT || fixmap_table[slot] & PTE_PRESENT);
	pte_set(&fixmap_table[slot], (phys & PTE_FRAME) | prot_supported(prot));
	return (void *)(fixmap_address(slot) +
			((uint32_t)phys & (PAGE_SIZE - 1)));
}

void fixmap_clear(enum fixmap_slot slot)
{
	BUG_ON(slot >= FIX_COUNT);
	pte_clear(&fixmap_table[slot]);
	flush_tlb_page_local(fixmap_address(slot));
}

const void *early_memremap(phys_addr_t phys, size_t size)
{
	phys_addr_t limit = cpu_phys_limit();
	size_t offset = (size_t)phys & (PAGE_SIZE - 1);
	size_t pages;

	BUG_ON(early_pages);
	if (!size || size > EARLY_MEMREMAP_MAX - offset || phys >= limit ||
	    size > limit - phys)
		return NULL;
	pages = PAGE_ALIGN(offset + size) >> PAGE_SHIFT;
	for (; early_pages < pages; early_pages++)
		fixmap_set(FIX_EARLY_FIRST + early_pages,
			   phys + (phys_addr_t)early_pages * PAGE_SIZE,
			   PAGE_KERNEL_RO);
	return (const void *)(fixmap_address(FIX_EARLY_FIRST) + offset);
}

void early_memunmap(void)
{
	BUG_ON(!early_pages);
	while (early_pages)
		fixmap_clear(FIX_EARLY_FIRST + --early_pages);
}

bool early_copy_from_phys(void *dst, phys_addr_t phys, size_t size)
{
	char *to = dst;

	while (size) {
		size_t part = min(size, (size_t)(EARLY_MEMREMAP_MAX -
						 (phys & (PAGE_SIZE - 1))));
		const void *from = early_memremap(phys, part);

		if (!from)
			return false;
		memcpy(to, from, part);
		early_memunmap();
		to += part;
		phys += part;
		size -= part;
	}
	return true;
}
