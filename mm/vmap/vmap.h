/* SPDX-License-Identifier: MIT */
/* Declarations that the sources of this room share. */
#ifndef MM_VMAP_H
#define MM_VMAP_H

#include "kernel/spinlock.h"
#include "mm/vmalloc.h"
#include "vmap_area.h"

#define SPACE_PAGES ((VMALLOC_END - VMALLOC_START) / PAGE_SIZE)

/* Areas and gaps, and their lock: see mm/vmap/vmap.c. */
extern struct vmap_space vmap_space;
extern spinlock_t vmap_lock;

/* The address where an area begins. */
static inline uint32_t vm_address(const struct vmap_area *area)
{
	return VMALLOC_START + area->page * PAGE_SIZE;
}

/* Takes addresses for `pages` pages and a guard page, at a multiple of `align`
 * bytes: an area in which nothing is mapped. Returns NULL if no gap is large
 * enough. Panics in an interrupt. */
struct vmap_area *vmap_area_take(uint32_t pages, size_t align,
				 enum vm_kind kind, const void *caller);

/* The same for the frames from `first` on: at a multiple of 2 MiB if large
 * pages can map them and a gap has room for that alignment. */
struct vmap_area *vmap_area_take_large(pfn_t first, uint32_t pages,
				       size_t align, enum vm_kind kind,
				       const void *caller);

/* Frames: those of `pages`; or `pfns`; or, if both are NULL, those from `first`
 * on. */
struct vm_frames {
	struct page **pages;
	const pfn_t *pfns;
	pfn_t first;
};

/* Maps frames in the part of an area from `virt` on, where nothing is mapped;
 * with large pages where possible. vm_map_pages() is faster, and uses none.
 * `prot` is what this CPU supports. */
void vm_map_frames(uint32_t virt, const struct vm_frames *from, unsigned count,
		   pte_t prot);
void vm_map_pages(uint32_t virt, struct page **pages, unsigned count,
		  pte_t prot);

/* Clears the entries of `count` pages; a large page among them must lie in the
 * range whole. */
void vm_unmap_large(uint32_t virt, unsigned count);

/* Whether something is mapped at `virt`, an address of the vmalloc area; its
 * frame is stored to `pfn`. Any context. */
bool vm_shows_frame(uint32_t virt, pfn_t *pfn);

/* CHECK=1: the pages that the area shows are mapped once more, or once less:
 * page_count_vmap(). */
void vm_count_mapped(const struct vmap_area *area, bool more);

/* How many large pages an area has. */
unsigned vm_large_pages(const struct vmap_area *area);

/* Pages from `virt` to the end of its piece of 2 MiB, `most` at most. */
static inline unsigned vm_pages_in_piece(uint32_t virt, unsigned most)
{
	return min(most, PTRS_PER_TABLE - (unsigned)pte_index(virt));
}

/* Ends the area of kind `kind` that begins at `addr`, for `caller`, which
 * called `api`. Returns the area, which is VM_LAZY from here on: ending it
 * again panics, as does an address at which no area of that kind begins. In an
 * interrupt only VM_ALLOC. Takes no lock. */
struct vmap_area *vmap_area_end(const volatile void *addr, enum vm_kind kind,
				const char *api, const void *caller);

/* Panics with a sentence that says what `addr` is and why `api` cannot end it.
 */
void vmap_area_misused(const volatile void *addr, enum vm_kind kind,
		       const char *api, const void *caller) __noreturn __cold;

/* Unmaps an area that was ended. Its addresses are used again only after every
 * CPU has flushed them. May sleep. */
void vmap_area_unmap(struct vmap_area *area);

/* Frees the areas that interrupt handlers passed to vfree(). Does nothing in an
 * interrupt: the caller is about to panic there. May sleep. */
void vfree_deferred(void);

#endif
