/* SPDX-License-Identifier: MIT */
/* The buddy system (Knowlton 1965; Knuth, TAOCP vol. 1, 2.5): for each zone
 * and order a list of free blocks.
 *
 *	frame      0   1   2   3   4   5   6   7
 *	          |.......|   |###|...............|     # in use, . free
 *	head       F1  I   ?   A0  F2  I   I   I        F free, A allocated,
 *	                                                I inside; digit: order
 *
 * The buddy of a block is the one whose number differs in bit `order`. Blocks
 * are linked by frame number through their heads, both ways, so that a block
 * can leave its list when its buddy comes free.
 *
 * Invariants: a frame of a free block other than its head is INSIDE. No two
 * buddies are both free heads of the same order. The frame array is covered
 * up to a multiple of the largest block, and borders of zones and sections
 * are such multiples too: a buddy always has a struct page, in the same zone
 * and section.
 *
 * Locking: the functions of mm/frames/buddy.h take the zone's lock, which
 * protects the lists and free_pages. The state of a frame that is in no list
 * belongs to the frame's owner. */
#include "buddy.h"

/* Removes a head from the list of its order. */
static inline void unlink(struct free_area *area, const struct page *page)
{
	if (page->prev)
		pfn_to_page(page->prev)->next = page->next;
	else
		area->first = page->next;
	if (page->next)
		pfn_to_page(page->next)->prev = page->prev;
	area->nr_free--;
}

/* Makes frame `pfn` the head of a free block, first in its list. */
static inline void link(struct free_area *area, pfn_t pfn, unsigned order)
{
	struct page *page = pfn_to_page(pfn);

	page->head = PAGE_HEAD(PG_FREE, order);
	page->prev = 0;
	page->next = area->first;
	if (page->next)
		pfn_to_page(page->next)->prev = (uint32_t)pfn;
	area->first = (uint32_t)pfn;
	area->nr_free++;
}

/* Takes the newest block of order `from`, whose list is not empty, and frees
 * its upper half until it has order `to`. */
static struct page *take_part(struct zone *zone, unsigned from, unsigned to)
{
	struct free_area *area = &zone->free_area[from];
	pfn_t pfn = area->first;
	struct page *page = pfn_to_page(pfn);

	unlink(area, page);
	while (from-- > to)
		link(--area, pfn + (1UL << from), from);
	page->head = PAGE_HEAD(PG_INSIDE, 0);
	zone->free_pages -= 1UL << to;
	return page;
}

/* The smallest order, `order` or larger, that has a free block;
 * MAX_PAGE_ORDER + 1 if none has. */
static unsigned smallest_from(const struct zone *zone, unsigned order)
{
	while (order <= MAX_PAGE_ORDER && !zone->free_area[order].first)
		order++;
	return order;
}

struct page *buddy_take(struct zone *zone, unsigned order)
{
	struct page *page = NULL;
	unsigned long flags;
	unsigned from;

	spin_lock_irqsave(&zone->lock, flags);
	from = smallest_from(zone, order);
	if (from <= MAX_PAGE_ORDER)
		page = take_part(zone, from, order);
	spin_unlock_irqrestore(&zone->lock, flags);
	return page;
}

/* The largest order whose block is no larger than `frames`, 1 or more. */
static unsigned order_within(unsigned long frames)
{
	unsigned order = (unsigned)(8 * sizeof(long) - 1) -
			 (unsigned)__builtin_clzl(frames);

	return min(order, (unsigned)MAX_PAGE_ORDER);
}

struct page *buddy_take_upto(struct zone *zone, unsigned long max,
			     unsigned *order)
{
	struct page *page = NULL;
	unsigned long flags;
	unsigned from;

	spin_lock_irqsave(&zone->lock, flags);
	from = smallest_from(zone, 0);
	if (from <= MAX_PAGE_ORDER) {
		*order = min(from, order_within(max));
		page = take_part(zone, from, *order);
	}
	spin_unlock_irqrestore(&zone->lock, flags);
	return page;
}

/* Joins a block with free buddies and links it. The caller holds the lock, and
 * counts the block in free_pages. */
static void add_block(struct zone *zone, struct page *page, unsigned order)
{
	struct free_area *area = &zone->free_area[order];
	pfn_t pfn = page_to_pfn(page);

	page->head = PAGE_HEAD(PG_INSIDE, 0);
	for (; order < MAX_PAGE_ORDER; order++, area++) {
		struct page *buddy = pfn_to_page(pfn ^ 1UL << order);

		if (buddy->head != PAGE_HEAD(PG_FREE, order))
			break;
		unlink(area, buddy);
		buddy->head = PAGE_HEAD(PG_INSIDE, 0);
		pfn &= ~(1UL << order);
	}
	link(area, pfn, order);
}

/* Frees a block. The caller holds the lock. */
static void give(struct zone *zone, struct page *page, unsigned order)
{
	zone->free_pages += 1UL << order;
	add_block(zone, page, order);
}

void buddy_give(struct zone *zone, struct page *page, unsigned order)
{
	unsigned long flags;

	spin_lock_irqsave(&zone->lock, flags);
	give(zone, page, order);
	spin_unlock_irqrestore(&zone->lock, flags);
}

void buddy_give_range(struct zone *zone, pfn_t start, pfn_t end)
{
	unsigned long flags;

	spin_lock_irqsave(&zone->lock, flags);
	while (start < end) {
		unsigned order = order_within(end - start);
		unsigned aligned = (unsigned)__builtin_ctzl(start);

		order = min(order, aligned);
		give(zone, pfn_to_page(start), order);
		start += 1UL << order;
	}
	spin_unlock_irqrestore(&zone->lock, flags);
}

/* ---- Single pages -------------------------------------------------------- */

/* Takes pages out of the list that begins with frame `*first`. */
static unsigned pop_list(uint32_t *first, struct page **pages, unsigned max)
{
	uint32_t pfn = *first;
	unsigned n = 0;

	for (; n < max && pfn; n++) {
		pages[n] = pfn_to_page(pfn);
		pfn = pages[n]->next;
	}
	*first = pfn;
	return n;
}

/* The same out of the free list of order 0. */
static unsigned pop_order_0(struct zone *zone, struct page **pages,
			    unsigned max)
{
	struct free_area *area = &zone->free_area[0];
	unsigned n = pop_list(&area->first, pages, max);

	area->nr_free -= n;
	if (area->first)
		pfn_to_page(area->first)->prev = 0;
	for (unsigned i = 0; i < n; i++)
		pages[i]->head = PAGE_HEAD(PG_PCP, 0);
	return n;
}

unsigned buddy_take_singles(struct zone *zone, struct page **pages,
			    unsigned max)
{
	unsigned long flags;
	unsigned n;

	spin_lock_irqsave(&zone->lock, flags);
	n = pop_list(&zone->first_single, pages, max);
	zone->singles -= n;
	if (n < max)
		n += pop_order_0(zone, pages + n, max - n);
	zone->free_pages -= n;
	spin_unlock_irqrestore(&zone->lock, flags);
	return n;
}

void buddy_give_singles(struct zone *zone, struct page *const *pages,
			unsigned count)
{
	unsigned long flags;
	uint32_t next;

	spin_lock_irqsave(&zone->lock, flags);
	next = zone->first_single;
	for (unsigned i = 0; i < count; i++) {
		pages[i]->next = next;
		next = (uint32_t)page_to_pfn(pages[i]);
	}
	zone->first_single = next;
	zone->singles += count;
	zone->free_pages += count;
	spin_unlock_irqrestore(&zone->lock, flags);
}

/* The pages stay in free_pages: zone_free_pages() reads it without the lock. */
bool buddy_join_singles(struct zone *zone)
{
	struct page *page[JOIN_AT_ONCE];
	unsigned long flags;
	unsigned n;

	if (!READ_ONCE(zone->singles))
		return false;
	spin_lock_irqsave(&zone->lock, flags);
	n = pop_list(&zone->first_single, page, JOIN_AT_ONCE);
	zone->singles -= n;
	for (unsigned i = 0; i < n; i++)
		add_block(zone, page[i], 0);
	spin_unlock_irqrestore(&zone->lock, flags);
	return n;
}
