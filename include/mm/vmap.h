/* SPDX-License-Identifier: MIT */
/* What mm/vmap.c, mm/vmalloc.c and mm/ioremap.c have in common. For mm/ itself;
 * others ask mm/vmalloc.h. */
#ifndef MM_VMAP_H
#define MM_VMAP_H

#include "mm/vmalloc.h"

/* The address where an area begins. */
static inline uint32_t vm_address(const struct vm_area *area)
{
	return VMALLOC_START + area->page * PAGE_SIZE;
}

/* Addresses for `pages` pages and a guard, at a multiple of `align` bytes: an
 * area in which nothing is mapped. NULL if there are none. Panics in an
 * interrupt. */
struct vm_area *vm_area_take(uint32_t pages, size_t align, enum vm_kind kind,
			     const void *caller);

/* Maps `count` frames from `pfn` on in an area's part from `virt` on, where
 * nothing is mapped; 2 MiB at a time where both begin at a multiple of that.
 * `prot` is what this CPU supports. May wait for other CPUs. */
void vm_map_range(uint32_t virt, pfn_t pfn, unsigned count, pte_t prot);

/* The same for pages; and the end of mappings, which TLBs may hold until the
 * caller has flushed. */
void vm_map_many(uint32_t virt, struct page **pages, unsigned count,
		 pte_t prot);
void vm_unmap_many(uint32_t virt, unsigned count);

/* Those for pages that are fewer than a large page has. */
static inline void vm_map_few(uint32_t virt, struct page **pages,
			      unsigned count, pte_t prot)
{
	pte_t *entry = vmalloc_pte(virt);

#pragma GCC unroll 4
	for (unsigned i = 0; i < count; i++)
		pte_set_frame(&entry[i], page_to_pfn(pages[i]), prot);
}

static inline void vm_unmap_few(uint32_t virt, unsigned count)
{
	pte_t *entry = vmalloc_pte(virt);

#pragma GCC unroll 8
	for (unsigned i = 0; i < count; i++)
		pte_kill(&entry[i]);
}

static inline void vm_map_pages(uint32_t virt, struct page **pages,
				unsigned count, pte_t prot)
{
	if (unlikely(count >= PTRS_PER_TABLE))
		vm_map_many(virt, pages, count, prot);
	else
		vm_map_few(virt, pages, count, prot);
}

static inline void vm_unmap(uint32_t virt, unsigned count)
{
	if (unlikely(count >= PTRS_PER_TABLE))
		vm_unmap_many(virt, count);
	else
		vm_unmap_few(virt, count);
}

/* Whether frames can be shown 2 MiB at a time, if the address allows it; and
 * whether the 2 MiB around an address are. */
static inline bool vm_may_be_large(pfn_t first, unsigned count)
{
	return unlikely(count >= PTRS_PER_TABLE) && first % PTRS_PER_TABLE == 0;
}
bool vm_is_large(uint32_t virt);

/* The pages that a part of an area shows, which lies in one piece of 2 MiB. */
void vm_pages(uint32_t virt, struct page **pages, unsigned count);

/* The entry that maps an address of the area with a page of 4 KiB, or that
 * would, were the page not part of a large one. */
pte_t vm_entry(uint32_t virt);

/* The area of that kind that begins at `addr`, whose end has come: `api` was
 * called, by `caller`. From here on it is nobody's, and the next who asks for
 * it panics, as does who asks for what never was one. In an interrupt only
 * VM_ALLOC. Takes no lock. */
struct vm_area *vm_area_end(const volatile void *addr, enum vm_kind kind,
			    const char *api, const void *caller);

/* Unmaps an area that was ended; its addresses are used again some time after
 * all CPUs have forgotten them. */
void vm_area_unmap(struct vm_area *area);

#endif
