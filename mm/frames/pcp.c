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
 * Pages that were freed in ascending or descending order go back to the zone as
 * one run, in a few blocks. Other pages go to the zone's list of single pages,
 * which join with their buddies later (buddy.h).
 *
 * Locking: a list is used by its CPU alone, with interrupts off. To drain the
 * lists of other CPUs takes an interrupt to each. */
#include "pcp.h"

#include "arch/ipi.h"
#include "buddy.h"
#include "kernel/preempt.h"
#include "kernel/sched.h"
#include "kernel/string.h"
#include "mm/page_alloc.h"

DEFINE_PER_CPU(struct pcp_lists, pcp_lists);
DEFINE_PER_CPU(struct preferred_pcp, preferred_pcp);
DEFINE_PER_CPU(struct pcp *, highmem_pcp);
DEFINE_PER_CPU(struct pcp *, normal_pcp);

void pcp_init(unsigned cpu)
{
	struct pcp_lists *lists = per_cpu_ptr(&pcp_lists, cpu);

	*per_cpu_ptr(&highmem_pcp, cpu) = &lists->zone[ZONE_HIGHMEM];
	*per_cpu_ptr(&normal_pcp, cpu) = &lists->zone[ZONE_NORMAL];
	for (gfp_t flags = 0; flags <= GFP_ZONES; flags++)
		per_cpu_ptr(&preferred_pcp, cpu)->by_flags[flags] =
			&lists->zone[first_zone(flags)];
}

void pcp_use(bool use)
{
	static struct pcp empty;

	for_each_cpu(cpu, cpu_online_mask) {
		struct preferred_pcp *preferred =
			per_cpu_ptr(&preferred_pcp, cpu);

		pcp_init(cpu);
		for (gfp_t flags = 0; !use && flags <= GFP_ZONES; flags++)
			preferred->by_flags[flags] = &empty;
	}
}

/* Puts the pages of a block into a list, so that they are allocated in
 * ascending order. */
static void push_block(struct pcp *pcp, struct page *block, unsigned order)
{
	struct page **place = pcp->page + pcp->count;

	pcp->count += 1u << order;
#pragma GCC unroll 4
	for (struct page *page = block + (1u << order); page-- > block;) {
		page->head = PAGE_HEAD(PG_PCP, 0);
		*place++ = page;
	}
}

/* Fills a list that is empty with up to `max` pages, a batch at most: single
 * ones first, then blocks. Half of that is enough: to split a large block for
 * the exact number would leave small blocks behind, and the next batch would
 * begin with them. */
static void refill(struct zone *zone, struct pcp *pcp, unsigned long max)
{
	unsigned long left = min(max, (unsigned long)PCP_BATCH);
	unsigned long enough = left / 2;
	unsigned order;

	if (buddy_has_singles(zone))
		pcp->count =
			buddy_take_singles(zone, pcp->page, (unsigned)left);
	left -= pcp->count;
	while (left > enough) {
		struct page *page = buddy_take_upto(zone, left, &order);

		if (!page)
			break;
		left -= 1UL << order;
		push_block(pcp, page, order);
	}
}

struct page *pcp_refill_and_pop(struct zone *zone, unsigned long max)
{
	struct page *page = NULL;
	unsigned long flags;
	struct pcp *pcp;

	local_irq_save(flags);
	pcp = this_pcp((enum zone_type)(zone - zones));
	if (!pcp->count)
		refill(zone, pcp, max);
	if (pcp->count)
		page = pcp_pop(pcp);
	local_irq_restore(flags);
	return page;
}

/* Pages that make a run. */
#define RUN_LEAST 2u

/* How many neighbours follow each other from page[0] on, upwards (`step` 1) or
 * downwards (-1), out of `count` pages. */
static unsigned run_length(struct page *const *page, unsigned count,
			   ptrdiff_t step)
{
	const struct page *next = page[0];
	unsigned n = 0;

	for (; n < count && page[n] == next; n++)
		next += step;
	return n;
}

/* Frees a run of neighbours to the zone, as blocks. */
static void give_run(struct zone *zone, struct page *low, unsigned n)
{
	pfn_t start = page_to_pfn(low);

#pragma GCC unroll 4
	for (struct page *end = low + n; low < end; low++)
		low->head = PAGE_HEAD(PG_INSIDE, 0);
	buddy_give_range(zone, start, start + n);
}

/* Frees single pages to the zone, if there are any. */
static void give_singles(struct zone *zone, struct page *const *pages,
			 unsigned count)
{
	if (count)
		buddy_give_singles(zone, pages, count);
}

void pcp_drain(struct zone *zone, struct pcp *pcp, unsigned count)
{
	unsigned singles = 0, n;

	for (unsigned done = 0; done + RUN_LEAST <= count; done += n) {
		struct page *const *page = pcp->page + done;
		ptrdiff_t step = page[1] - page[0];

		n = 1;
		if (step == 1 || step == -1)
			n = run_length(page, count - done, step);
		if (likely(n < RUN_LEAST))
			continue;
		give_singles(zone, pcp->page + singles, done - singles);
		give_run(zone, step > 0 ? page[0] : page[n - 1], n);
		singles = done + n;
	}
	give_singles(zone, pcp->page + singles, count - singles);
	pcp->count -= count;
	memmove(pcp->page, pcp->page + count,
		pcp->count * sizeof(pcp->page[0]));
}

/* If the zone has many single pages, as many join with their buddies as come.
 * Both steps are small, because interrupts are off. */
void pcp_make_room(struct zone *zone, struct pcp *pcp)
{
	unsigned count = pcp_batch(pcp);

	if (unlikely(READ_ONCE(zone->singles) > zone->singles_most)) {
		count = min(count, JOIN_AT_ONCE);
		buddy_join_singles(zone);
	}
	pcp_drain(zone, pcp, count);
}

/* Frees all blocks, of every order, to the zone. */
static void drain_blocks(struct zone *zone, struct pcp *pcp)
{
	struct page *page;

	for (unsigned order = 1; order <= PCP_MAX_ORDER; order++)
		while ((page = pcp_pop_block(pcp, order)))
			buddy_give(zone, page, order);
}

/* Empties this CPU's lists into the zones. Interrupts are off. */
static void drain_this_cpu(void *unused)
{
	(void)unused;
	for (unsigned i = 0; i < MAX_NR_ZONES; i++) {
		struct pcp *pcp = this_pcp((enum zone_type)i);

		pcp_drain(&zones[i], pcp, pcp->count);
		drain_blocks(&zones[i], pcp);
	}
}

/* Joins some single pages of some zone with its free lists; false if there are
 * none. */
static bool join_any_singles(void)
{
	for (struct zone *zone = zones; zone < zones + MAX_NR_ZONES; zone++)
		if (READ_ONCE(zone->singles) && buddy_join_singles(zone))
			return true;
	return false;
}

IDLE_WORK(join_any_singles);

void drain_cpus(void (*drain)(void *arg), void *arg)
{
	unsigned long flags;

	if (preemptible()) {
		on_each_cpu(drain, arg, true);
		return;
	}
	local_irq_save(flags);
	drain(arg);
	local_irq_restore(flags);
}

void drain_all_pages(void)
{
	drain_cpus(drain_this_cpu, NULL);
	while (join_any_singles())
		;
}
