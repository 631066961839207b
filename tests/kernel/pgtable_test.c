/* SPDX-License-Identifier: MIT */
/* Page-table entries: written so that the CPU never sees half of one, and
 * walked as the CPU walks them.
 *
 * Notices: pte_clear_no_flush, walk_follows_all. (The order of the two halves
 * of an entry shows only to another CPU that reads in between.) */
#include "kernel/ktest.h"

#include "arch/cpu.h"
#include "arch/fixmap.h"
#include "arch/irqflags.h"
#include "arch/page.h"
#include "arch/sections.h"
#include "arch/tlb.h"

static uint32_t page_a[PAGE_SIZE / 4] __aligned(PAGE_SIZE) = {0xAAAAAAAA};
static uint32_t page_b[PAGE_SIZE / 4] __aligned(PAGE_SIZE) = {0xBBBBBBBB};

KTEST(pgtable, "an entry holds all 64 bits that were set, and none after clear")
{
	pte_t entry = 0, value = 0x8000000FEDCBA163;

	pte_set(&entry, value);
	EXPECT_EQ(entry, value);
	pte_clear(&entry);
	EXPECT_EQ(entry, 0);
}

KTEST(pgtable, "an exchange returns the entry that it replaced")
{
	pte_t entry = 0x8000000123456163;

	EXPECT_EQ(pte_exchange(&entry, 0x0000000FFFFFF161), 0x8000000123456163);
	EXPECT_EQ(entry, 0x0000000FFFFFF161);
}

KTEST(pgtable, "after an exchange and a flush the new page is read")
{
	const uint32_t *seen = fixmap_set(FIX_EARLY_LAST, virt_to_phys(page_a),
					  PAGE_KERNEL_RO);
	pte_t *pte = kernel_pte((uint32_t)seen);

	EXPECT_EQ(READ_ONCE(*seen), 0xAAAAAAAA);
	pte_exchange(pte,
		     virt_to_phys(page_b) | prot_supported(PAGE_KERNEL_RO));
	flush_tlb_page_local((uint32_t)seen);
	EXPECT_EQ(READ_ONCE(*seen), 0xBBBBBBBB);
	pte_exchange(pte,
		     virt_to_phys(page_a) | prot_supported(PAGE_KERNEL_RO));
	flush_tlb_all_local();
	EXPECT_EQ(READ_ONCE(*seen), 0xAAAAAAAA);
	fixmap_clear(FIX_EARLY_LAST);
	EXPECT_FAULT(ACCESS_READ, seen, PAGE_ABSENT);
}

KTEST(pgtable, "what the CPU cannot express is left out of a protection")
{
	pte_t prot = prot_supported(PAGE_KERNEL);

	EXPECT_EQ(!!(prot & PTE_NX), cpu_features.nx);
	EXPECT_EQ(!!(prot & PTE_GLOBAL), cpu_features.pge);
	EXPECT_EQ(prot & ~(PTE_NX | PTE_GLOBAL),
		  PAGE_KERNEL & ~(PTE_NX | PTE_GLOBAL));
}

/* Breaks an entry of the top level, which the CPU does not read again before
 * CR3 is loaded. */
KTEST(pgtable, "a walk ends at an entry that leads to no page table")
{
	struct page_walk walk;
	unsigned long flags;
	pte_t *top;

	local_irq_save(flags);
	top = phys_to_virt(read_cr3() & ~31u);
	top[0] = lowmem_end() | PTE_PRESENT;
	page_walk(PAGE_SIZE, &walk);
	top[0] = 0;
	local_irq_restore(flags);
	EXPECT(!walk.present);
	EXPECT_EQ(walk.levels, 1);
	EXPECT_EQ(walk.entry[0], lowmem_end() | PTE_PRESENT);
}

KTEST(pgtable, "every region of the address map has its name")
{
	EXPECT_STREQ(layout_region(0), "page zero");
	EXPECT_STREQ(layout_region(PAGE_OFFSET - 1), "user space");
	EXPECT_STREQ(layout_region(PAGE_OFFSET), "the direct map");
	EXPECT_STREQ(layout_region((uint32_t)text_start), "kernel text");
	EXPECT_STREQ(layout_region((uint32_t)rodata_start),
		     "kernel read-only data");
	EXPECT_STREQ(layout_region((uint32_t)page_a), "kernel data");
	EXPECT_STREQ(layout_region((uint32_t)boot_stack.guard),
		     "the guard page of the boot stack");
	EXPECT_STREQ(layout_region(DIRECT_MAP_END),
		     "the hole above the direct map");
	EXPECT_STREQ(layout_region(VMALLOC_START), "the vmalloc area");
	EXPECT_STREQ(layout_region(VMALLOC_END - 1), "the vmalloc area");
	EXPECT_STREQ(layout_region(PKMAP_BASE), "pkmap");
	EXPECT_STREQ(layout_region(CPU_WINDOW_BASE), "the CPU window");
	EXPECT_STREQ(layout_region(FIXMAP_BASE), "the fixmap");
	EXPECT_STREQ(layout_region(-1),
		     "the last page: an error number taken for a pointer");
}

KTEST(pgtable, "an address without a table has no PTE to show")
{
	EXPECT_EQ((uint32_t)kernel_pte(0), 0);
	EXPECT_EQ((uint32_t)kernel_pte(DIRECT_MAP_END), 0);
	EXPECT(kernel_pte(FIXMAP_BASE));
}

KTEST(pgtable, "every area has its page tables before anyone maps a page")
{
	for (uint32_t virt = VMALLOC_START; virt < VMALLOC_END;
	     virt += PMD_SIZE)
		EXPECT(kernel_pd[pde_index(virt)] & PTE_PRESENT);
	EXPECT(kernel_pte(PKMAP_BASE));
	EXPECT(kernel_pte(CPU_WINDOW_BASE));
}
