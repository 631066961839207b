/* SPDX-License-Identifier: MIT */
/* A folio: a block of pages, held by its head. A `struct page *` may be any
 * page of a block; a `struct folio *` is always the first. Functions that take
 * a folio therefore need not search for the head.
 *
 *	struct folio *folio = folio_alloc(GFP_HIGHUSER, 2);
 *
 *	use(folio_page(folio, 3));
 *	folio_put(folio);
 *
 * The classic mistakes, which CHECK=1 reports: to use a page in the middle as a
 * folio, and to use a page behind the folio's last one.
 *
 * Names and behaviour are those of Linux 6.1. Context: as for pages. */
#ifndef MM_FOLIO_H
#define MM_FOLIO_H

#include "mm/page.h"
#include "mm/page_check.h"

struct folio {
	struct page page;
};

/* The folio that a page is in. */
static inline struct folio *page_folio(struct page *page)
{
	return (struct folio *)compound_head(page);
}

/* CHECK=1: panics if `folio`, which the function named `api` was passed, is not
 * the first page of a block, or has no page `n`. */
void folio_check_head(const char *api, const struct folio *folio);
void folio_check_page(const char *api, const struct folio *folio,
		      unsigned long n);

static inline unsigned folio_order(const struct folio *folio)
{
	if (CHECK)
		folio_check_head(__func__, folio);
	return page_order(&folio->page);
}

static inline unsigned long folio_nr_pages(const struct folio *folio)
{
	return 1UL << folio_order(folio);
}

/* The folio's page `n`, from 0; n is less than folio_nr_pages(). */
static inline struct page *folio_page(struct folio *folio, unsigned long n)
{
	if (CHECK)
		folio_check_page(__func__, folio, n);
	return &folio->page + n;
}

static inline size_t folio_size(const struct folio *folio)
{
	return (size_t)PAGE_SIZE << folio_order(folio);
}

static inline pfn_t folio_pfn(const struct folio *folio)
{
	if (CHECK)
		folio_check_head(__func__, folio);
	return page_to_pfn(&folio->page);
}

static inline void folio_get(struct folio *folio)
{
	if (CHECK)
		folio_check_head(__func__, folio);
	get_page(&folio->page);
}

static inline void folio_put(struct folio *folio)
{
	if (CHECK)
		folio_check_head(__func__, folio);
	put_page(&folio->page);
}

static inline int folio_ref_count(struct folio *folio)
{
	return page_ref_count(&folio->page);
}

#endif
