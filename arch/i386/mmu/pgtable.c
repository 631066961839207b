/* SPDX-License-Identifier: MIT */
/* Page tables: the CPU's walk in C, which can be printed; and the directory
 * entries that each CPU has a copy of.
 *
 * Locking: directories.lock protects the list of copies and all changes, so
 * that a new copy misses no change. */
#include "arch/pgtable.h"

#include "arch/cpu.h"
#include "arch/page.h"
#include "arch/sections.h"
#include "arch/tlb.h"
#include "kernel/panic.h"
#include "kernel/printk.h"
#include "kernel/spinlock.h"
#include "kernel/string.h"

DEFINE_PER_CPU(pte_t *, kernel_directory);
pte_t *vmalloc_ptes;

/* The directories of all CPUs, the boot CPU's first. */
static struct {
	spinlock_t lock;
	unsigned n;
	pte_t *copy[NR_CPUS];
} directories = {
	.lock = SPINLOCK_INIT("directories", RANK_VMAP),
	.n = 1,
	.copy = {kernel_pd},
};

STATIC_ASSERT(IS_ALIGNED(VMALLOC_START | VMALLOC_END, PMD_SIZE));
STATIC_ASSERT(VMALLOC_END == PKMAP_BASE); /* layout_region() names no hole */

pte_t prot_supported(pte_t prot)
{
	if (!cpu_features.nx)
		prot &= ~PTE_NX;
	if (!cpu_features.pge)
		prot &= ~PTE_GLOBAL;
	return prot;
}

/* The part of the image that `virt` lies in, or NULL outside of it. */
static const char *image_region(uint32_t virt)
{
	if (virt < (uint32_t)kernel_start || virt >= (uint32_t)kernel_end)
		return NULL;
	if (virt < (uint32_t)text_end)
		return "kernel text";
	if (virt < (uint32_t)data_start)
		return "kernel read-only data";
	if (virt - (uint32_t)boot_stack.guard < PAGE_SIZE)
		return "the guard page of the boot stack";
	if (virt - (uint32_t)double_fault_stack.guard < PAGE_SIZE)
		return "the guard page of the double-fault stack";
	return "kernel data";
}

const char *layout_region(uint32_t virt)
{
	if (image_region(virt))
		return image_region(virt);
	if (virt < PAGE_OFFSET)
		return virt < PAGE_SIZE ? "page zero" : "user space";
	if (virt < DIRECT_MAP_END)
		return virt - PAGE_OFFSET < lowmem_end()
			       ? "the direct map"
			       : "the direct map's range, above lowmem";
	if (virt < VMALLOC_START)
		return "the hole above the direct map";
	if (virt < VMALLOC_END)
		return "the vmalloc area";
	if (virt < CPU_WINDOW_BASE)
		return "pkmap";
	if (virt < FIXMAP_BASE)
		return "the CPU window";
	if (virt < (uint32_t)-PAGE_SIZE)
		return "the fixmap";
	return "the last page: an error number taken for a pointer";
}

/* Tables lie in lowmem: their entries' frames have addresses. */
static pte_t *table_of(pte_t entry)
{
	return phys_to_virt(entry & PTE_FRAME);
}

void page_walk(uint32_t virt, struct page_walk *walk)
{
	pte_t *table = phys_to_virt(read_cr3() & ~31u);
	const unsigned index[3] = {pdpt_index(virt), pde_index(virt),
				   pte_index(virt)};
	uint32_t size = PAGE_SIZE;

	walk->virt = virt;
	walk->present = false;
	for (walk->levels = 0; walk->levels < 3; table = table_of(*table)) {
		unsigned level = walk->levels;

		table += index[level];
		walk->entry[walk->levels++] = *table;
		if (!(*table & PTE_PRESENT))
			return;
		if (level == 1 && *table & PTE_LARGE) {
			size = PMD_SIZE;
			break;
		}
		if (level == 2)
			break;
		/* Damaged. phys_to_virt() would panic, perhaps inside a
		 * panic. */
		if ((*table & PTE_FRAME) >= lowmem_end())
			return;
	}
	walk->present = true;
	walk->phys =
		ALIGN_DOWN(walk->entry[walk->levels - 1] & PTE_FRAME, size) +
		(virt & (size - 1));
}

/* One line: the entry in full, and what its bits allow. */
static void print_entry(const char *name, unsigned index, pte_t entry, bool top)
{
	console_printf("  %-5s [%3u] %016llx  ", name, index,
		       (unsigned long long)entry);
	if (!(entry & PTE_PRESENT)) {
		console_printf("not present\n");
		return;
	}
	console_printf("frame 0x%09llx",
		       (unsigned long long)(entry & PTE_FRAME));
	/* With PAE, entries of the top level have no permissions. */
	if (!top)
		console_printf("%s%s%s%s%s%s",
			       entry & PTE_WRITE ? " write" : " read-only",
			       entry & PTE_USER ? " user" : " kernel",
			       entry & PTE_NX ? " no-execute" : "",
			       entry & PTE_LARGE ? " 2 MiB" : "",
			       entry & PTE_GLOBAL ? " global" : "",
			       entry & PTE_PCD ? " uncached" : "");
	console_printf("\n");
}

void page_walk_print(uint32_t virt)
{
	struct page_walk walk;

	if (!(read_cr0() & CR0_PG)) {
		console_printf("page walk: paging is off\n");
		return;
	}
	page_walk(virt, &walk);
	console_printf("page walk: of 0x%08lx, in %s, from cr3 0x%08lx\n",
		       (unsigned long)virt, layout_region(virt),
		       (unsigned long)read_cr3());
	print_entry("PDPTE", pdpt_index(virt), walk.entry[0], true);
	if (walk.levels > 1)
		print_entry("PDE", pde_index(virt), walk.entry[1], false);
	if (walk.levels > 2)
		print_entry("PTE", pte_index(virt), walk.entry[2], false);
	if (walk.present)
		console_printf("  leads to physical %pa\n", &walk.phys);
	else if (walk.entry[walk.levels - 1] & PTE_PRESENT)
		console_printf("  leads to no page table that the direct map "
			       "shows\n");
}

pte_t *kernel_pte(uint32_t virt)
{
	pte_t pde = this_cpu_read(kernel_directory)[pde_index(virt)];

	if (virt < PAGE_OFFSET || !(pde & PTE_PRESENT) || pde & PTE_LARGE)
		return NULL;
	return &table_of(pde)[pte_index(virt)];
}

/* ---- What each CPU has a copy of ----------------------------------------- */

void kernel_directory_copy(pte_t *directory)
{
	ASSERT(IS_ALIGNED((uint32_t)directory, PAGE_SIZE));
	spin_lock(&directories.lock);
	ASSERT(directories.n < ARRAY_SIZE(directories.copy));
	memcpy(directory, kernel_pd, PAGE_SIZE);
	directories.copy[directories.n++] = directory;
	spin_unlock(&directories.lock);
}

/* Replaces the entry of an address in all directories. Each store is atomic:
 * its CPU sees the old entry or the new one. */
static void kernel_pde_exchange(uint32_t virt, pte_t pde)
{
	spin_lock(&directories.lock);
	for (unsigned i = 0; i < directories.n; i++)
		pte_exchange(&directories.copy[i][pde_index(virt)], pde);
	spin_unlock(&directories.lock);
}

void large_map(uint32_t virt, pfn_t pfn, pte_t prot)
{
	BUG_ON(large_pde(virt) || !IS_ALIGNED(virt, PMD_SIZE) ||
	       !IS_ALIGNED(pfn, PTRS_PER_TABLE));
	kernel_pde_exchange(virt, PFN_PHYS(pfn) | prot | PTE_LARGE);
}

void large_unmap(uint32_t virt)
{
	BUG_ON(!large_pde(virt) || !IS_ALIGNED(virt, PMD_SIZE));
	kernel_pde_exchange(virt, virt_to_phys(vmalloc_pte(virt)) | PAGE_TABLE);
}

void large_split(uint32_t virt)
{
	uint32_t start = ALIGN_DOWN(virt, PMD_SIZE);
	pte_t pde = large_pde(virt), *entry = vmalloc_pte(start);

	if (!pde)
		return;
	for (uint32_t i = 0; i < PTRS_PER_TABLE; i++)
		pte_set(&entry[i], (pde & ~PTE_LARGE) + i * PAGE_SIZE);
	large_unmap(start);
	/* From here on no CPU combines the old entry with a new one. */
	flush_tlb_kernel_range(start, start + PMD_SIZE);
}
