/* SPDX-License-Identifier: MIT */
/* Per-CPU page lists: for each zone and CPU a stack of single pages that are
 * free, in front of the zone's free lists. The page freed last is allocated
 * first, because it is likely to be in the CPU's cache.
 *
 * Single pages move to and from the zone PCP_BATCH at a time. They are in an
 * array, and not linked through struct page, so that the list can be used
 * without an access to the pages in it. Small blocks have a short list for each
 * order, linked through `next`, so that the zone need not split and join the
 * same block all the time.
 *
 * Context: the owning CPU, interrupts off: interrupt handlers allocate, too. */
#ifndef MM_PCP_H
#define MM_PCP_H

#include "arch/percpu.h"
#include "mm/zone.h"

#define PCP_SIZE      255
#define PCP_BATCH     128
#define PCP_MAX_ORDER 3
#define PCP_BLOCKS    4 /* of each order from 1 up */

struct pcp {
	unsigned count;
	struct page *page[PCP_SIZE];
	struct pcp_blocks {
		uint32_t first; /* frame of a head; 0: none */
		uint32_t count;
	} blocks[PCP_MAX_ORDER];
};

struct pcp_lists {
	struct pcp zone[MAX_NR_ZONES];
};
DECLARE_PER_CPU(struct pcp_lists, pcp_lists);

/* The list from which this CPU's requests are served first, by their zone
 * flags: its list of first_zone(); or one that is always empty (pcp_use()). */
struct preferred_pcp {
	struct pcp *by_flags[GFP_ZONES + 1];
};
DECLARE_PER_CPU(struct preferred_pcp, preferred_pcp);

/* This CPU's lists of highmem, where most pages are freed, and of NORMAL. */
DECLARE_PER_CPU(struct pcp *, highmem_pcp);
DECLARE_PER_CPU(struct pcp *, normal_pcp);

/* Turns the lists of all CPUs on or off for requests. Any context. */
void pcp_use(bool use);

/* This CPU's list for a zone. Hides from the compiler that it is an element of
 * an array: it would compute its address again for each access. */
static inline struct pcp *this_pcp(enum zone_type zone)
{
	struct pcp *pcp = &this_cpu_ptr(&pcp_lists)->zone[zone];

	__asm__("" : "+r"(pcp));
	return pcp;
}

/* This CPU's list for a page of lowmem. */
static inline struct pcp *this_lowmem_pcp(const struct page *page)
{
	if (likely(page >= normal_start_page))
		return this_cpu_read(normal_pcp);
	return this_pcp(ZONE_DMA);
}

static inline struct pcp *this_preferred_pcp(gfp_t gfp)
{
	return this_cpu_ptr(&preferred_pcp)->by_flags[gfp & GFP_ZONES];
}

/* The page freed last; there must be one. Its state is still PCP. */
static inline struct page *pcp_pop(struct pcp *pcp)
{
	return pcp->page[--pcp->count];
}

/* Frees a page without users into the list; false if there is no room. */
static inline bool pcp_push(struct pcp *pcp, struct page *page)
{
	unsigned count = pcp->count;

	if (unlikely(count == PCP_SIZE))
		return false;
	pcp->page[count] = page;
	pcp->count = count + 1;
	page->head = PAGE_HEAD(PG_PCP, 0);
	return true;
}

/* A block of this order, 1 or more, its state still PCP, or NULL. */
static inline struct page *pcp_pop_block(struct pcp *pcp, unsigned order)
{
	struct pcp_blocks *blocks;
	struct page *page;

	if (order > PCP_MAX_ORDER)
		return NULL;
	blocks = &pcp->blocks[order - 1];
	if (!blocks->first)
		return NULL;
	page = pfn_to_page(blocks->first);
	blocks->first = page->next;
	blocks->count--;
	return page;
}

/* Frees a block of this order, 1 or more; false if there is no room. */
static inline bool pcp_push_block(struct pcp *pcp, struct page *page,
				  unsigned order)
{
	struct pcp_blocks *blocks;

	if (order > PCP_MAX_ORDER)
		return false;
	blocks = &pcp->blocks[order - 1];
	if (blocks->count == PCP_BLOCKS)
		return false;
	page->head = PAGE_HEAD(PG_PCP, order);
	page->next = blocks->first;
	blocks->first = (uint32_t)page_to_pfn(page);
	blocks->count++;
	return true;
}

/* Allocates a page from this CPU's list for `zone`. An empty list is first
 * filled with up to `max` pages, a batch at most, but no section is made ready.
 * Returns NULL if there was no page. Any context. */
struct page *pcp_refill_and_pop(struct zone *zone, unsigned long max);

/* How many of a full list's oldest pages to free to the zone, a batch at most.
 * If they are neighbours, freed in ascending or descending order, so many that
 * the remaining ones begin at a multiple of a batch: the next runs are then
 * whole blocks. */
static inline unsigned pcp_batch(const struct pcp *pcp)
{
	unsigned inside = page_to_pfn(pcp->page[0]) % PCP_BATCH;

	if (pcp->page[1] == pcp->page[0] + 1)
		return PCP_BATCH - inside;
	return pcp->page[1] + 1 == pcp->page[0] ? inside + 1 : PCP_BATCH;
}

/* Frees to `zone` the `count` single pages that have been in the list
 * longest. */
void pcp_drain(struct zone *zone, struct pcp *pcp, unsigned count);

/* Frees some of a full list's oldest pages to `zone`. */
void pcp_make_room(struct zone *zone, struct pcp *pcp);
#endif
