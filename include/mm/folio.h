/* SPDX-License-Identifier: MIT */
/* A folio: a block of pages, held by its head. A `struct page *` may be any
 * page of a block; a `struct folio *` never is one in the middle. That is all
 * the type is for: functions that take it need not look for the head.
 *
 *	struct folio *folio = folio_alloc(GFP_HIGHUSER, 2);
 *
 *	use(folio_page(folio, 3));
 *	folio_put(folio);
 *
 * Names and behaviour are those of Linux 6.1. Context: as for pages. */
#ifndef MM_FOLIO_H
#define MM_FOLIO_H

#include "mm/page_alloc.h"

struct folio {
	struct page page;
};

/* A block of 2^order pages, or NULL. */
static inline struct folio *folio_alloc(gfp_t gfp, unsigned order)
{
	return (struct folio *)alloc_pages(gfp, order);
}

/* The folio that a page is in. */
static inline struct folio *page_folio(struct page *page)
{
	return (struct folio *)compound_head(page);
}

/* The folio's page `n`, from 0; n is less than folio_nr_pages(). */
static inline struct page *folio_page(struct folio *folio, unsigned long n)
{
	return &folio->page + n;
}

static inline unsigned folio_order(const struct folio *folio)
{
	return page_order(&folio->page);
}

static inline unsigned long folio_nr_pages(const struct folio *folio)
{
	return 1UL << folio_order(folio);
}

static inline size_t folio_size(const struct folio *folio)
{
	return (size_t)PAGE_SIZE << folio_order(folio);
}

static inline pfn_t folio_pfn(const struct folio *folio)
{
	return page_to_pfn(&folio->page);
}

static inline void folio_get(struct folio *folio)
{
	get_page(&folio->page);
}

static inline void folio_put(struct folio *folio)
{
	put_page(&folio->page);
}

static inline int folio_ref_count(struct folio *folio)
{
	return page_ref_count(&folio->page);
}

#endif
