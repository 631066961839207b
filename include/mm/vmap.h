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

/* Maps pages, or `count` frames from `pfn` on, in an area's part from `virt`
 * on, where nothing is mapped; 2 MiB at a time where both begin at a multiple
 * of that. `prot` is what this CPU supports. May wait for other CPUs. */
void vm_map_pages(uint32_t virt, struct page **pages, unsigned count,
		  pte_t prot);
void vm_map_range(uint32_t virt, pfn_t pfn, unsigned count, pte_t prot);

/* Whether frames can be shown 2 MiB at a time, if the address allows it; and
 * whether the 2 MiB around an address are. */
bool vm_may_be_large(pfn_t first, unsigned count);
bool vm_is_large(uint32_t virt);

/* Ends mappings. TLBs may hold them until the caller has flushed. */
void vm_unmap(uint32_t virt, unsigned count);

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
