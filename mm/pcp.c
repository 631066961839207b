/* SPDX-License-Identifier: MIT */
/* Per-CPU page lists: refill and drain.
 *
 *	pages freed ──push──> | oldest ... newest | <──pop── pages wanted
 *	                          |           ^
 *	                     drain, when      refill, when
 *	                     full             empty
 *	                          v           |
 *	                      the zone's free lists
 *
 * Pages that were freed one after the other, upwards or downwards, are given
 * back as the run that they are: the zone then sees a few blocks and not each
 * page, which is most of the cost of freeing.
 *
 * Locking: a list is used by its CPU alone, with interrupts off. draining
 * those of others will take an interrupt to each. */
#include "mm/pcp.h"

#include "kernel/string.h"
#include "mm/buddy.h"
#include "mm/page_alloc.h"

struct pcp pcp_lists[NR_CPUS][MAX_NR_ZONES];

bool pcp_refill(struct zone *zone, unsigned long max)
{
	struct pcp *pcp = this_pcp((enum zone_type)(zone - zones));
	unsigned long left = min(max, (unsigned long)PCP_BATCH);
	unsigned order;

	while (left) {
		struct page *page = buddy_take_upto(zone, left, &order);

		if (!page)
			break;
		left -= 1UL << order;
		/* Backwards, so that they are given out upwards. */
		for (unsigned i = 1u << order; i--;)
			pcp_push(pcp, page + i);
	}
	return pcp->count;
}

/* Gives back the run of neighbours that begins at page[0], out of `count`
 * pages; returns how many it had. */
static unsigned give_run(struct zone *zone, struct page *const *page,
			 unsigned count)
{
	struct page *low = page[0], *high = page[0];
	unsigned n = 0;

	do {
		low = min(low, page[n]);
		high = max(high, page[n]);
		page[n]->head = PAGE_HEAD(PG_INSIDE, 0);
	} while (++n < count && (page[n] == high + 1 || page[n] + 1 == low));
	buddy_give_range(zone, page_to_pfn(low), page_to_pfn(high) + 1);
	return n;
}

void pcp_drain(struct zone *zone, struct pcp *pcp, unsigned count)
{
	unsigned done = 0;

	while (done < count)
		done += give_run(zone, pcp->page + done, count - done);
	pcp->count -= count;
	memmove(pcp->page, pcp->page + count,
		pcp->count * sizeof(pcp->page[0]));
}

void drain_all_pages(void)
{
	for (unsigned cpu = 0; cpu < NR_CPUS; cpu++)
		for (unsigned i = 0; i < MAX_NR_ZONES; i++)
			pcp_drain(&zones[i], &pcp_lists[cpu][i],
				  pcp_lists[cpu][i].count);
}
