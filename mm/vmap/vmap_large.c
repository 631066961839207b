/* SPDX-License-Identifier: MIT */
/* Areas of 2 MiB and more, which large pages map where they can.
 *
 *	pages   | 4 KiB each |      2 MiB      |      2 MiB      | 4 KiB |guard|
 *	        ^            ^ a piece         ^ a piece         ^
 *
 * A piece, 2 MiB at a multiple of that, has one page table. If it lies in one
 * area as a whole, and its frames are also 2 MiB at a multiple of 2 MiB, one
 * entry of the directory maps it (arch/pgtable.h). Before a part of it is
 * changed, it is split. The owner of an area owns its pieces: nothing here
 * takes a lock.
 *
 * Limit: the frames of a large page must have one memory type. RAM has one. For
 * device memory the entry sets the type, whatever the CPU's range registers
 * say. */
#include "arch/page.h"
#include "arch/tlb.h"
#include "kernel/errno.h"
#include "vmap.h"

/* ---- Mapping ------------------------------------------------------------- */

static inline pfn_t frame(const struct vm_frames *from, unsigned i)
{
	if (from->pages)
		return page_to_pfn(from->pages[i]);
	return from->pfns ? from->pfns[i] : from->first + i;
}

/* Whether the pages of a piece are neighbours. Their addresses tell, without
 * the number of each frame. */
static bool are_in_a_row(struct page *const *pages)
{
	const struct page *next = pages[0];

#pragma GCC unroll 8
	for (unsigned n = 0; n < PTRS_PER_TABLE; n++)
		if (pages[n] != next++)
			return false;
	return true;
}

/* Whether a large page can map the 512 frames from the i-th on. */
static bool is_large(const struct vm_frames *from, unsigned i)
{
	pfn_t first = frame(from, i);

	if (!IS_ALIGNED(first, PTRS_PER_TABLE))
		return false;
	if (from->pages)
		return are_in_a_row(from->pages + i);
	for (unsigned n = 1; n < PTRS_PER_TABLE; n++)
		if (frame(from, i + n) != first + n)
			return false;
	return true;
}

void vm_map_frames(uint32_t virt, const struct vm_frames *from, unsigned count,
		   pte_t prot)
{
	bool large = false;
	unsigned n;

	for (unsigned done = 0; done < count; done += n) {
		uint32_t at = virt + done * PAGE_SIZE;

		n = vm_pages_in_piece(at, count - done);
		if (n == PTRS_PER_TABLE && is_large(from, done)) {
			large_map(at, frame(from, done), prot);
			large = true;
			continue;
		}
		for (unsigned i = 0; i < n; i++)
			pte_set_frame(&vmalloc_pte(at)[i],
				      frame(from, done + i), prot);
	}
	if (large)
		flush_tlb_page(virt);
}

struct vmap_area *vmap_area_take_large(pfn_t first, uint32_t pages,
				       size_t align, enum vm_kind kind,
				       const void *caller)
{
	struct vmap_area *area = NULL;

	if (pages >= PTRS_PER_TABLE && align < PMD_SIZE &&
	    IS_ALIGNED(first, PTRS_PER_TABLE))
		area = vmap_area_take(pages, PMD_SIZE, kind, caller);
	return area ? area : vmap_area_take(pages, align, kind, caller);
}

void vm_unmap_large(uint32_t virt, unsigned count)
{
	unsigned n;

	for (; count; count -= n, virt += n * PAGE_SIZE) {
		n = vm_pages_in_piece(virt, count);
		if (large_pde(virt)) {
			large_unmap(virt);
			continue;
		}
		for (unsigned i = 0; i < n; i++)
			pte_kill(&vmalloc_pte(virt)[i]);
	}
}

unsigned vm_large_pages(const struct vmap_area *area)
{
	uint32_t end = vm_address(area) + area->pages * PAGE_SIZE;
	unsigned n = 0;

	for (uint32_t virt = ALIGN(vm_address(area), PMD_SIZE); virt < end;
	     virt += PMD_SIZE)
		n += large_pde(virt) != 0;
	return n;
}

/* ---- Protecting ---------------------------------------------------------- */

/* Whether the pages from `virt` on are all mapped, in one area. */
static bool are_in_one_area(uint32_t virt, int numpages)
{
	const struct vmap_area *area = find_vm_area((void *)virt);
	uint32_t first;

	if (!area || !IS_ALIGNED(virt, PAGE_SIZE) || numpages <= 0)
		return false;
	first = (virt - vm_address(area)) / PAGE_SIZE;
	return first < area->mapped &&
	       (unsigned)numpages <= area->mapped - first;
}

/* Sets or clears the bit PTE_WRITE of pages. */
static int change_write(uint32_t virt, int numpages, pte_t write)
{
	if (!are_in_one_area(virt, numpages))
		return -EINVAL;
	for (unsigned i = 0; i < (unsigned)numpages; i++) {
		pte_t *entry = vmalloc_pte(virt) + i;

		large_split(virt + i * PAGE_SIZE);
		pte_exchange(entry, (*entry & ~PTE_WRITE) | write);
	}
	flush_tlb_kernel_range(virt, virt + (unsigned)numpages * PAGE_SIZE);
	return 0;
}

int set_memory_ro(unsigned long addr, int numpages)
{
	return change_write((uint32_t)addr, numpages, 0);
}

int set_memory_rw(unsigned long addr, int numpages)
{
	return change_write((uint32_t)addr, numpages, PTE_WRITE);
}
