/* SPDX-License-Identifier: MIT */
/* Page tables of the vmalloc area.
 *
 *	directory of CPU 0 ──┐
 *	directory of CPU 1 ──┼──> table of 512 entries ──> pages of 4 KiB
 *	             ...   ──┘ or
 *	                       one page of 2 MiB; the table waits, empty
 *
 * Each 2 MiB have a table from boot on, and the directories of all CPUs lead to
 * it. Where 2 MiB of addresses, a multiple of that, show 2 MiB of physical
 * memory, a multiple of that, an entry in the directories can do instead:
 * fewer TLB entries, and one store in place of 512. Such an entry goes back to
 * the table when the mapping ends, or when one of its pages is to differ.
 *
 * Directories are written only by who has the area: two never write the same
 * entry. Other CPUs may be reading it, so it is written in one step.
 *
 * Locking: none; the entries are those of an area, and whoever has that. */
#include "arch/smp.h"
#include "arch/tlb.h"
#include "kernel/errno.h"
#include "mm/vmap.h"

#define PAGES_PER_LARGE PTRS_PER_TABLE

/* ---- 2 MiB at a time -------------------------------------------------------- */

/* What this CPU's directory, which is like all others here, says of 2 MiB. */
static pte_t directory_entry(uint32_t virt)
{
	return this_cpu_read(kernel_directory)[pde_index(virt)];
}

bool vm_is_large(uint32_t virt)
{
	return directory_entry(virt) & PTE_LARGE;
}

static void set_directory_entry(uint32_t virt, pte_t value)
{
	for_each_cpu(cpu, cpu_online_mask)
		pte_exchange(&per_cpu(kernel_directory, cpu)[pde_index(virt)],
			     value);
}

/* Shows 2 MiB by one entry. No TLB holds a page of them; but a CPU may remember
 * where the table is, and would go on looking there. */
static void map_large(uint32_t virt, pfn_t pfn, pte_t prot)
{
	set_directory_entry(virt, PFN_PHYS(pfn) | prot | PTE_LARGE);
	flush_tlb_page(virt);
}

/* Leads to the table again. TLBs may hold the large page until the caller has
 * flushed. */
static void unmap_large(uint32_t virt)
{
	pte_t *table = vmalloc_pte(ALIGN_DOWN(virt, PMD_SIZE));

	set_directory_entry(virt, virt_to_phys(table) | PAGE_TABLE);
}

/* Shows the same by 512 entries. */
static void split_large(uint32_t virt)
{
	pte_t entry = directory_entry(virt) & ~PTE_LARGE;
	pte_t *table = vmalloc_pte(ALIGN_DOWN(virt, PMD_SIZE));

	for (unsigned i = 0; i < PAGES_PER_LARGE; i++)
		pte_set(&table[i], entry + i * PAGE_SIZE);
	unmap_large(virt);
}

/* Whether pages that need not follow each other do, where they begin. */
static bool is_large_run(uint32_t virt, struct page **pages, unsigned count)
{
	if (virt % PMD_SIZE || !vm_may_be_large(page_to_pfn(pages[0]), count))
		return false;
	for (unsigned i = 1; i < PAGES_PER_LARGE; i++)
		if (pages[i] != pages[0] + i)
			return false;
	return true;
}

/* ---- Mapping ------------------------------------------------------------------ */

/* How many of `count` pages lie before the next multiple of 2 MiB. */
static unsigned pages_to_border(uint32_t virt, unsigned count)
{
	return min(count, (unsigned)(PAGES_PER_LARGE - pte_index(virt)));
}

void vm_map_many(uint32_t virt, struct page **pages, unsigned count, pte_t prot)
{
	while (count) {
		unsigned n = pages_to_border(virt, count);

		if (is_large_run(virt, pages, count))
			map_large(virt, page_to_pfn(pages[0]), prot);
		else
			vm_map_few(virt, pages, n, prot);
		virt += n * PAGE_SIZE;
		pages += n;
		count -= n;
	}
}

void vm_map_range(uint32_t virt, pfn_t pfn, unsigned count, pte_t prot)
{
	while (count) {
		unsigned n = pages_to_border(virt, count);

		if (virt % PMD_SIZE == 0 && vm_may_be_large(pfn, count))
			map_large(virt, pfn, prot);
		else
			for (unsigned i = 0; i < n; i++)
				pte_set_frame(vmalloc_pte(virt) + i, pfn + i,
					      prot);
		virt += n * PAGE_SIZE;
		pfn += n;
		count -= n;
	}
}

void vm_unmap_many(uint32_t virt, unsigned count)
{
	while (count) {
		unsigned n = pages_to_border(virt, count);

		if (vm_is_large(virt))
			unmap_large(virt);
		else
			vm_unmap_few(virt, n);
		virt += n * PAGE_SIZE;
		count -= n;
	}
}

void vm_pages(uint32_t virt, struct page **pages, unsigned count)
{
	const pte_t *entry = vmalloc_pte(virt);

	if (unlikely(vm_is_large(virt)))
		for (unsigned i = 0; i < count; i++)
			pages[i] = vmalloc_to_page((void *)virt) + i;
	else
		for (unsigned i = 0; i < count; i++)
			pages[i] = pfn_to_page(pte_pfn(&entry[i]));
}

pte_t vm_entry(uint32_t virt)
{
	pte_t entry = directory_entry(virt);

	if (!(entry & PTE_LARGE))
		return *vmalloc_pte(virt);
	return (entry & ~PTE_LARGE) + pte_index(virt) * PAGE_SIZE;
}

/* ---- Protection ----------------------------------------------------------------- */

/* Forbids or allows writing. The bit is in the lower half of an entry, so one
 * store does. */
static void set_writable(pte_t *entry, bool writable)
{
	volatile uint32_t *low = (volatile uint32_t *)entry;

	*low = writable ? *low | (uint32_t)PTE_WRITE
			: *low & ~(uint32_t)PTE_WRITE;
}

static int protect(unsigned long addr, int count, bool writable)
{
	uint32_t virt = addr, end = virt + (uint32_t)count * PAGE_SIZE;
	const struct vm_area *area = find_vm_area((void *)virt);

	if (!area || virt % PAGE_SIZE || count <= 0 ||
	    (uint32_t)count >
		    area->mapped - (virt - vm_address(area)) / PAGE_SIZE)
		return -EINVAL;
	for (; virt < end; virt += PAGE_SIZE) {
		if (vm_is_large(virt))
			split_large(virt);
		set_writable(vmalloc_pte(virt), writable);
	}
	flush_tlb_kernel_range(addr, end);
	return 0;
}

int set_memory_ro(unsigned long addr, int count)
{
	return protect(addr, count, false);
}

int set_memory_rw(unsigned long addr, int count)
{
	return protect(addr, count, true);
}
