/* SPDX-License-Identifier: MIT */
/* Reading page tables: the walk that the CPU does, done in C and shown. */
#include "arch/pgtable.h"

#include "arch/cpu.h"
#include "arch/page.h"
#include "arch/sections.h"
#include "kernel/printk.h"

DEFINE_PER_CPU(pte_t *, kernel_directory);

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
	if (virt < PKMAP_BASE)
		return "the hole above the vmalloc area";
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
	/* The top level has no permissions of its own with PAE. */
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
}

pte_t *kernel_pte(uint32_t virt)
{
	pte_t pde = this_cpu_read(kernel_directory)[pde_index(virt)];

	if (virt < PAGE_OFFSET || !(pde & PTE_PRESENT) || pde & PTE_LARGE)
		return NULL;
	return &table_of(pde)[pte_index(virt)];
}
