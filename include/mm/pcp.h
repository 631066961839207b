/* SPDX-License-Identifier: MIT */
/* Per-CPU page lists: single pages that are free, for each zone and CPU a
 * stack of them, in front of the zone's free lists. The page freed last is
 * given out first: it is still in the cache. For mm/ itself.
 *
 * Pages move to and from the zone PCP_BATCH at a time. An array, and not links
 * through struct page: the list can be used without touching the pages in it.
 *
 * Context: the owning CPU, interrupts off. */
#ifndef MM_PCP_H
#define MM_PCP_H

#include "arch/smp.h"
#include "mm/zone.h"

#define PCP_SIZE  63
#define PCP_BATCH 32

struct pcp {
	unsigned count;
	struct page *page[PCP_SIZE];
};

extern struct pcp pcp_lists[NR_CPUS][MAX_NR_ZONES];

static inline struct pcp *this_pcp(enum zone_type zone)
{
	return &pcp_lists[smp_processor_id()][zone];
}

/* The page freed last, or NULL; its state is still PCP. */
static inline struct page *pcp_pop(struct pcp *pcp)
{
	return pcp->count ? pcp->page[--pcp->count] : NULL;
}

/* Frees a page that is nobody's any more. */
static inline void pcp_push(struct pcp *pcp, struct page *page)
{
	page->head = PAGE_HEAD(PG_PCP, 0);
	pcp->page[pcp->count++] = page;
}

/* Fills this CPU's list for `zone` with up to `max` pages, a batch at most.
 * What is not ready is left alone. Returns false if there was nothing. */
bool pcp_refill(struct zone *zone, unsigned long max);

/* Gives the `count` pages that have been in the list longest back to `zone`. */
void pcp_drain(struct zone *zone, struct pcp *pcp, unsigned count);

#endif
