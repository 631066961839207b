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
 * Locking: a list is used by its CPU alone, with interrupts off. Draining
 * those of others will take an interrupt to each. */
#include "mm/pcp.h"

#include "kernel/string.h"
#include "mm/buddy.h"
#include "mm/page_alloc.h"

struct pcp pcp_lists[NR_CPUS][MAX_NR_ZONES];
struct pcp *preferred_pcp[NR_CPUS][GFP_ZONES + 1];

void pcp_init(void)
{
	for (unsigned cpu = 0; cpu < NR_CPUS; cpu++)
		for (gfp_t flags = 0; flags <= GFP_ZONES; flags++)
			preferred_pcp[cpu][flags] =
				&pcp_lists[cpu][first_zone(flags)];
}

/* Puts the pages of a block into a list, so that they come out upwards. */
static void push_block(struct pcp *pcp, struct page *block, unsigned order)
{
	struct page **place = pcp->page + pcp->count;

	pcp->count += 1u << order;
	for (struct page *page = block + (1u << order); page-- > block;) {
		page->head = PAGE_HEAD(PG_PCP, 0);
		*place++ = page;
	}
}

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
		push_block(pcp, page, order);
	}
	return pcp->count;
}

/* Gives back the run of neighbours that begins at page[0], out of `count`
 * pages; returns how many it had. */
static unsigned give_run(struct zone *zone, struct page *const *page,
			 unsigned count)
{
	struct page *low = page[0], *end = page[0] + 1;
	unsigned n = 1;

	page[0]->head = PAGE_HEAD(PG_INSIDE, 0);
	for (; n < count; n++) {
		if (page[n] == end)
			end++;
		else if (page[n] + 1 == low)
			low--;
		else
			break;
		page[n]->head = PAGE_HEAD(PG_INSIDE, 0);
	}
	buddy_give_range(zone, page_to_pfn(low), page_to_pfn(end));
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

/* Gives all blocks back, whatever their order. */
static void drain_blocks(struct zone *zone, struct pcp *pcp)
{
	struct page *page;

	for (unsigned order = 1; order <= PCP_MAX_ORDER; order++)
		while ((page = pcp_pop_block(pcp, order)))
			buddy_give(zone, page, order);
}

void drain_all_pages(void)
{
	for (unsigned cpu = 0; cpu < NR_CPUS; cpu++)
		for (unsigned i = 0; i < MAX_NR_ZONES; i++) {
			struct pcp *pcp = &pcp_lists[cpu][i];

			pcp_drain(&zones[i], pcp, pcp->count);
			drain_blocks(&zones[i], pcp);
		}
}
