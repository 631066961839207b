/* SPDX-License-Identifier: MIT */
/* Pages. */
#ifndef LINUX_MM_H
#define LINUX_MM_H

#include <linux/kernel.h>
#include <linux/types.h>
#include <linux/bug.h>
#include <linux/gfp.h>
#include <linux/mm_types.h>
#include <linux/mmzone.h>
#include <linux/pfn.h>
#include "mm/folio.h"
#include "mm/kmap.h"
#include "mm/kvmalloc.h"
#include "mm/vmalloc.h"

#define PAGE_MASK		  (~(PAGE_SIZE - 1ul))
#define offset_in_page(p)	  ((unsigned long)(p) & ~PAGE_MASK)
#define PAGE_ALIGN_DOWN(x)	  ALIGN_DOWN(x, PAGE_SIZE)
#define PAGE_ALIGNED(x)		  IS_ALIGNED((unsigned long)(x), PAGE_SIZE)
#define offset_in_folio(folio, p) ((unsigned long)(p) & (folio_size(folio) - 1))

#define __pa(x)		    ((unsigned long)virt_to_phys((void *)(x)))
#define __va(x)		    phys_to_virt(x)
#define virt_to_pfn(x)	    PFN_DOWN(virt_to_phys(x))
#define pfn_to_virt(pfn)    phys_to_virt(PFN_PHYS(pfn))
#define page_to_virt(page)  lowmem_page_address(page)
#define phys_to_page(phys)  pfn_to_page(PFN_DOWN(phys))
#define phys_to_pfn(phys)   PFN_DOWN(phys)
#define phys_to_folio(phys) page_folio(phys_to_page(phys))
#define nth_page(page, n)   ((page) + (n))
#define virt_addr_valid(x)                    \
	((unsigned long)(x) >= PAGE_OFFSET && \
	 (unsigned long)(x) < PAGE_OFFSET + (unsigned long)lowmem_end())
#define page_zone(page)	  (&zones[page_zonenum(page)])
#define page_to_nid(page) ((void)(page), 0)

static inline struct page *virt_to_head_page(const void *p)
{
	return compound_head(virt_to_page(p));
}

static inline struct folio *virt_to_folio(const void *p)
{
	return (struct folio *)virt_to_head_page(p);
}

/* The folio behind this one. */
static inline struct folio *folio_next(struct folio *folio)
{
	return page_folio(folio_page(folio, folio_nr_pages(folio)));
}

/* ---- Blocks: of those of more than one page Linux says `compound' -------- */

static inline int page_count(struct page *page)
{
	return page_ref_count(page);
}

static inline unsigned compound_order(const struct page *page)
{
	return page_order(page);
}

static inline unsigned long compound_nr(const struct page *page)
{
	return 1ul << page_order(page);
}

static inline unsigned long page_size(const struct page *page)
{
	return (unsigned long)PAGE_SIZE << page_order(page);
}

static inline unsigned page_shift(const struct page *page)
{
	return PAGE_SHIFT + page_order(page);
}

static inline bool PageTail(const struct page *page)
{
	return page_state(page) == PG_INSIDE;
}

static inline bool PageHead(const struct page *page)
{
	return !PageTail(page) && page_order(page);
}

static inline bool PageCompound(const struct page *page)
{
	return PageTail(page) || page_order(page);
}

#define folio_shift(folio)	  page_shift(&(folio)->page)
#define folio_address(folio)	  page_address(&(folio)->page)
#define folio_test_highmem(folio) PageHighMem(&(folio)->page)
#define folio_test_large(folio)	  (folio_order(folio) > 0)
#define folio_page_idx(folio, p)  ((unsigned long)((p) - &(folio)->page))
#define folio_get_private(folio)  ((void *)page_private(&(folio)->page))
#define pfn_folio(pfn)		  page_folio(pfn_to_page(pfn))

#endif
