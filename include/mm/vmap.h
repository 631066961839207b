/* SPDX-License-Identifier: MIT */
/* What mm/vmap*.c, mm/vmalloc.c and mm/ioremap.c have in common. For mm/
 * itself; others ask mm/vmalloc.h. */
#ifndef MM_VMAP_H
#define MM_VMAP_H

#include "kernel/spinlock.h"
#include "mm/vmalloc.h"

#define SPACE_PAGES ((VMALLOC_END - VMALLOC_START) / PAGE_SIZE)

/* Areas and gaps, and their lock: see mm/vmap.c. */
extern struct vm_space vmap_space;
extern spinlock_t vmap_lock;

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

/* The same for frames from `first` on: at a multiple of 2 MiB, if large pages
 * can show them and there is room for that. */
struct vm_area *vm_area_take_large(pfn_t first, uint32_t pages, size_t align,
				   enum vm_kind kind, const void *caller);

/* Frames: those of `pages`; or `pfns`; or, if both are NULL, those from `first`
 * on. */
struct vm_frames {
	struct page **pages;
	const pfn_t *pfns;
	pfn_t first;
};

/* Maps frames in an area's part from `virt` on, where nothing is mapped; with
 * large pages where they can be. vm_map_pages() is faster, and uses none.
 * `prot` is what this CPU supports. */
void vm_map_frames(uint32_t virt, const struct vm_frames *from, unsigned count,
		   pte_t prot);
void vm_map_pages(uint32_t virt, struct page **pages, unsigned count,
		  pte_t prot);

/* Clears the entries of pages, of which large ones are part as a whole. */
void vm_unmap_large(uint32_t virt, unsigned count);

/* How many large pages an area has. */
unsigned vm_large_pages(const struct vm_area *area);

/* Pages from `virt` to the end of its piece of 2 MiB, `most` at most. */
static inline unsigned vm_pages_in_piece(uint32_t virt, unsigned most)
{
	return min(most, PTRS_PER_TABLE - (unsigned)pte_index(virt));
}

/* The area of that kind that begins at `addr`, whose end has come: `api` was
 * called, by `caller`. From here on it is nobody's, and the next who asks for
 * it panics, as does who asks for what never was one. In an interrupt only
 * VM_ALLOC. Takes no lock. */
struct vm_area *vm_area_end(const volatile void *addr, enum vm_kind kind,
			    const char *api, const void *caller);

/* Panics, saying what `addr` is, that cannot be ended so. */
void vm_area_misused(const volatile void *addr, enum vm_kind kind,
		     const char *api, const void *caller) __noreturn __cold;

/* Unmaps an area that was ended; its addresses are used again some time after
 * all CPUs have forgotten them. May sleep. */
void vm_area_unmap(struct vm_area *area);

/* Frees what interrupt handlers gave to vfree(). Not in an interrupt, where it
 * stays: whoever comes here in one is about to be told. May sleep. */
void vfree_deferred(void);

#endif
