/* SPDX-License-Identifier: MIT */
/* Maps the page table of a CPU's window in the window itself. */
#include "arch/kmap_window.h"

#include "arch/page.h"

STATIC_ASSERT(CPU_WINDOW_TABLE ==
	      CPU_WINDOW_BASE + (PTRS_PER_TABLE - 1) * PAGE_SIZE);
STATIC_ASSERT(KMAP_ATOMIC_END < CPU_WINDOW_TABLE);

void kmap_window_init(void)
{
	struct page_walk walk;
	pte_t *table;

	/* The table that this CPU reaches through its own directory. */
	page_walk(CPU_WINDOW_BASE, &walk);
	table = phys_to_virt(walk.entry[1] & PTE_FRAME);
	pte_set(&table[pte_index(CPU_WINDOW_TABLE)],
		virt_to_phys(table) | prot_supported(PAGE_KERNEL));
}
