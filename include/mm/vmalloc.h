/* SPDX-License-Identifier: MIT */
/* The vmalloc range: mappings of many pages from anywhere at consecutive
 * addresses, valid in all tasks and CPUs.
 *
 *	char *table = vmalloc(MiB(3));		memory, page by page
 *	char *seen = vmap(pages, n, VM_MAP, PAGE_KERNEL);	pages one has
 *	char *device = ioremap(0xFEB00000, PAGE_SIZE);		registers
 *
 *	| area A | guard | area B ... | guard |      gap      | area C | guard |
 *
 * Behind each area lies a page that is never mapped: an access behind the end
 * faults. After vunmap() the addresses are used again only after every CPU has
 * flushed them. One flush serves many areas: an area that was freed waits,
 * unmapped, until there are enough of them, or addresses are short, or
 * vm_unmap_aliases() is called. Most calls therefore need no flush on other
 * CPUs.
 *
 * The classic mistakes, each of which ends in a sentence: to free an area
 * twice; by an address inside it; with the function for another kind; to use it
 * after it was freed, or behind its end; to call any of this in an interrupt.
 *
 * Context: tasks that may sleep, except vfree() and functions that only read.
 * Nothing here sleeps for long, but all of it may take long. Names are those of
 * Linux 6.1; where behaviour differs, it is said. */
#ifndef MM_VMALLOC_H
#define MM_VMALLOC_H

#include "arch/pgtable.h"
#include "mm/gfp.h"
#include "mm/page.h"
#include "mm/vm_kind.h"

struct vmap_area;

/* Makes the range usable. After slab_init(). */
void vmalloc_init(void);

/* ---- Pages that one has -------------------------------------------------- */

/* If 2 MiB of pages lie in one piece in memory, at a multiple of 2 MiB, and are
 * mapped at such a multiple, too, they are mapped as one large page. Callers
 * see no difference, except in the number of page-table entries. */

/* Maps `count` pages, in this order, with the protection `prot`. The caller
 * still owns the pages, and keeps them until vunmap(). Returns NULL if
 * addresses or memory are short, and for a count of 0 or beyond the size of the
 * vmalloc range. `flags` is VM_MAP or 0, which mean the same; others are a
 * panic (Linux keeps them in the area's record). */
void *vmap(struct page **pages, unsigned count, unsigned long flags,
	   pte_t prot);

/* The same for frames, which need not be RAM. */
void *vmap_pfn(const pfn_t *pfns, unsigned count, pte_t prot);

/* Unmaps it, by the address that was returned. Does nothing for NULL. */
void vunmap(const void *addr);

/* vmap() with PAGE_KERNEL, as Linux has it for many short uses. vm_unmap_ram()
 * unmaps it as a whole: `count` must be that of the mapping. `node` is
 * ignored. */
void *vm_map_ram(struct page **pages, unsigned count, int node);
void vm_unmap_ram(const void *addr, unsigned count);

/* ---- Memory -------------------------------------------------------------- */

/* `size` bytes in whole pages, from highmem first; in blocks of 2 MiB where
 * they fit and some are free. Returns NULL if memory or addresses are short,
 * for 0, and for more than there is; the log says which, unless __GFP_NOWARN is
 * set. vzalloc() clears them. */
void *vmalloc(size_t size);
void *vzalloc(size_t size);
void *__vmalloc(size_t size, gfp_t gfp);

/* The same at a multiple of `align` bytes, a power of two from 1 up; an area
 * begins at a multiple of PAGE_SIZE anyway. vmallocinfo() names `caller` as the
 * owner. There is one node: `node` is ignored. Panics if `align` is 0 or no
 * power of two. */
void *__vmalloc_node(size_t size, size_t align, gfp_t gfp, int node,
		     const void *caller);

/* Frees it. Does nothing for NULL. In an interrupt the area is put into a list,
 * which the next task that calls vmalloc() or vfree() frees. */
void vfree(const void *addr);

/* ---- Devices ------------------------------------------------------------- */

/* Maps `size` bytes of physical addresses from `phys`, which need not be the
 * beginning of a page and must not be RAM; uncached, or (_wc) write-combining
 * if the CPU can. Returns NULL, with a sentence in the log, if that is
 * impossible. */
void *ioremap(phys_addr_t phys, size_t size);
void *ioremap_wc(phys_addr_t phys, size_t size);

/* Unmaps it, by the address that was returned. */
void iounmap(volatile void *addr);

/* ---- Protection ---------------------------------------------------------- */

/* Make pages read-only, or writable again, from the one at `addr` on; on all
 * CPUs when the call returns. A large page with a part of them is split. Return
 * 0, or -EINVAL if they are not all mapped pages of one area. The caller makes
 * one call at a time for an area. */
int set_memory_ro(unsigned long addr, int numpages);
int set_memory_rw(unsigned long addr, int numpages);

/* ---- Questions ----------------------------------------------------------- */

/* Whether the address is one of this area's. Any context. */
static inline bool is_vmalloc_addr(const volatile void *addr)
{
	return (uintptr_t)addr - VMALLOC_START < VMALLOC_END - VMALLOC_START;
}

/* The page, or frame, at a mapped address of the range. Panics for another
 * address. Any context, while the mapping stays. */
struct page *vmalloc_to_page(const void *addr);
pfn_t vmalloc_to_pfn(const void *addr);

/* The live area that the address lies in, its guard page included, or NULL. A
 * handle: its fields are private to mm/vmap. The caller must ensure that the
 * area is not freed meanwhile. */
struct vmap_area *find_vm_area(const void *addr);

/* Flushes the addresses of freed areas on all CPUs, makes them available again,
 * and frees the memory of their records. Sleeps. */
void vm_unmap_aliases(void);

/* Prints one line for each area: addresses, size, kind, caller. */
void vmallocinfo(void);

/* Calls `visit`, which must not sleep, for each live area: where it begins, how
 * many pages are mapped in it, the caller that took it. */
void vmalloc_visit(void (*visit)(const void *addr, unsigned pages,
				 const void *caller));

/* For tests and figures. */
struct vmalloc_counts {
	unsigned areas, lazy;	    /* live; ended, not yet forgotten */
	unsigned pages, lazy_pages; /* addresses of those, with guards */
	unsigned long purges;	    /* flushes for them, ever */
};
struct vmalloc_counts vmalloc_count(void);

#endif
