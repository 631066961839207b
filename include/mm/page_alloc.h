/* SPDX-License-Identifier: MIT */
/* The page allocator: blocks of 2^order frames.
 *
 *	struct page *page = alloc_page(GFP_HIGHUSER);
 *
 *	if (!page)
 *		return -ENOMEM;
 *	...
 *	__free_page(page);
 *
 * The classic mistakes, each of which panics with the frame and its state: to
 * free a block twice, with another order, or by a page inside it; to free a
 * page that is reserved or belongs to slab.
 *
 * A block begins at a multiple of its size, and has one head: its first page.
 * The head counts users: the count is 1 after allocation; each get_page() adds
 * one, each put_page() and __free_pages() removes one, and the last of them
 * frees the block.
 *
 * Memory is allocated from the highest zone that the request allows, and from
 * lower zones down to their reserves. Sections that are not yet ready
 * (mm/section.h) count as free, and are made ready before a lower zone is used:
 * no request fails while they have free memory for it.
 *
 * Context: any but NMI; nothing sleeps. Names are those of Linux 6.1; where
 * behaviour differs, it is said. */
#ifndef MM_PAGE_ALLOC_H
#define MM_PAGE_ALLOC_H

#include "mm/folio.h"
#include "mm/gfp.h"
#include "mm/page.h"

/* Makes the frame array and the zones from memblock's lists, and takes over all
 * free memory. Once, after the direct map and the last boot-time allocation.
 * Panics if there is no room for the array. */
void page_alloc_init(void);

/* Prepares the page lists of CPU `cpu`, once the zones have been drawn. */
void pcp_init(unsigned cpu);

/* ---- Allocating ---------------------------------------------------------- */

/* A block of 2^order pages with one user, or NULL, with a line in the log
 * unless __GFP_NOWARN is set. `order` is at most MAX_PAGE_ORDER; more is
 * refused with a sentence. The contents are undefined without __GFP_ZERO. */
struct page *alloc_pages(gfp_t gfp, unsigned order);

/* The same as a folio. */
static inline struct folio *folio_alloc(gfp_t gfp, unsigned order)
{
	return (struct folio *)alloc_pages(gfp, order);
}

/* The same for one page, and the faster way to it. */
struct page *alloc_page(gfp_t gfp);

/* Up to `count` single pages, at array[0] and on. Returns how many there were;
 * fewer than `count` only if memory is short. Linux's alloc_pages_bulk_array()
 * skips entries that are not NULL, and may stop early at will. */
unsigned long alloc_pages_bulk(gfp_t gfp, unsigned long count,
			       struct page **array);

/* The same with the permanent address as result, 0 for failure. They refuse
 * __GFP_HIGHMEM with a sentence: high pages have no such address. */
unsigned long __get_free_pages(gfp_t gfp, unsigned order);
unsigned long get_zeroed_page(gfp_t gfp);

static inline unsigned long __get_free_page(gfp_t gfp)
{
	return __get_free_pages(gfp, 0);
}

/* The smallest order whose blocks hold `size` bytes; 0 for none at all. */
static inline unsigned get_order(size_t size)
{
	unsigned order = 0;

	while ((size_t)PAGE_SIZE << order < size)
		order++;
	return order;
}

/* `size` bytes, rounded up to pages and not to a power of two, up to 4 MiB.
 * NULL for failure, size 0 included. Freed by free_pages_exact(), or page by
 * page. */
void *alloc_pages_exact(size_t size, gfp_t gfp);

/* Splits a block into 2^order single pages with one user each. The caller is
 * the only user of the block. */
void split_page(struct page *page, unsigned order);

/* ---- Freeing ------------------------------------------------------------- */

/* Removes a user, and frees the block if it was the last. The order must be
 * that of the allocation. */
void __free_pages(struct page *page, unsigned order);

/* The same for one page, and the faster way to it. */
void __free_page(struct page *page);

/* The same for `count` single pages, faster than as many calls. */
void free_pages_bulk(unsigned long count, struct page *const *pages);

/* The same by address. Does nothing for 0. */
void free_pages(unsigned long addr, unsigned order);

static inline void free_page(unsigned long addr)
{
	free_pages(addr, 0);
}

/* `size` is that of the allocation. Does nothing for NULL. */
void free_pages_exact(void *ptr, size_t size);

/* ---- How much there is --------------------------------------------------- */

/* Pages that are free, in all zones and in highmem: those not yet ready count,
 * those in CPUs' own lists do not. Pages that the allocator manages. */
unsigned long nr_free_pages(void);
unsigned long nr_free_highpages(void);
unsigned long totalram_pages(void);

/* Frees the pages in all CPUs' own lists to their zones, where they merge with
 * their neighbours. In atomic context, which cannot wait for other CPUs, those
 * in this CPU's lists only. (Linux's function can do so for one zone.) */
void drain_all_pages(void);

/* Calls `drain`, interrupts off, on each CPU; in atomic context, which cannot
 * wait for others, on this CPU alone. */
void drain_cpus(void (*drain)(void *arg), void *arg);

/* ---- For tests ----------------------------------------------------------- */

/* Makes the n-th request from now on fail as if there were no memory: 1 is the
 * next one, 0 cancels. Any request counts. In every build, at the cost of a
 * comparison. */
void page_alloc_fail_at(unsigned long n);

#endif
