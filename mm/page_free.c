/* SPDX-License-Identifier: MIT */
/* Freeing pages, and counting their users.
 *
 * The state in struct page is what makes mistakes visible: only the head of
 * an allocated block can be freed, and only with its own order. That is one
 * compare; what the mistake was is found out after it was made. */
#include "kernel/panic.h"
#include "mm/buddy.h"
#include "mm/page_alloc.h"
#include "mm/page_poison.h"
#include "mm/pcp.h"

/* ---- Heads --------------------------------------------------------------- */

/* The head of the block that `page` is in: the nearest frame below that is a
 * head, begins a block that reaches this far, and lies where a block of that
 * size may begin. NULL if there is none. */
static struct page *find_head(struct page *page)
{
	pfn_t pfn = page_to_pfn(page);

	for (unsigned order = 0; order <= MAX_PAGE_ORDER; order++) {
		struct page *head = pfn_to_page(ALIGN_DOWN(pfn, 1UL << order));

		if (page_state(head) != PG_INSIDE)
			return page_order(head) >= order ? head : NULL;
	}
	return NULL;
}

struct page *compound_head(struct page *page)
{
	struct page *head = page;

	if (page_state(page) == PG_INSIDE)
		head = find_head(page);
	if (unlikely(!head))
		panic("page allocator: frame 0x%lx is inside a block that has "
		      "no head: the frame array was overwritten",
		      page_to_pfn(page));
	return head;
}

/* ---- Mistakes ------------------------------------------------------------ */

static const char *const state_sentence[] = {
	[PG_INSIDE] = "lies inside a block",
	[PG_FREE] = "is free already: was it freed twice?",
	[PG_PCP] = "is free already: was it freed twice?",
	[PG_SLAB] = "belongs to slab: kfree() its objects",
	[PG_PAGECACHE] = "is in the page cache: remove it there",
	[PG_RESERVED] = "was never allocated: it is reserved since boot",
	[PG_ABSENT] = "is no RAM",
};

/* Says what is wrong with freeing, or using, `page`. */
static void __noreturn __cold misused(const char *what, struct page *page,
				      unsigned order)
{
	pfn_t pfn = page_to_pfn(page);
	const char *zone = page_zone(page)->name;
	struct page *head = compound_head(page);

	if (head != page)
		panic("%s: frame 0x%lx (%s), order %u: it lies inside the "
		      "block of order %u at frame 0x%lx, which %s",
		      what, pfn, zone, order, page_order(head),
		      page_to_pfn(head),
		      page_state(head) == PG_ALLOCATED
			      ? "is freed by its first page"
			      : state_sentence[page_state(head)]);
	if (page_state(page) == PG_ALLOCATED)
		panic("%s: frame 0x%lx (%s), order %u: the block was allocated "
		      "with order %u",
		      what, pfn, zone, order, page_order(page));
	panic("%s: frame 0x%lx (%s), order %u: it %s", what, pfn, zone, order,
	      state_sentence[page_state(page)]);
}

/* ---- Users --------------------------------------------------------------- */

/* Takes one user away; true if it was the last. */
static bool was_last_user(struct page *page)
{
	int left = __atomic_sub_fetch(&page->refcount, 1, __ATOMIC_ACQ_REL);

	if (unlikely(left < 0))
		panic("page allocator: frame 0x%lx has %d users",
		      page_to_pfn(page), left);
	return !left;
}

void get_page(struct page *page)
{
	struct page *head = compound_head(page);

	if (unlikely(page_state(head) != PG_ALLOCATED))
		misused("get_page", page, page_order(head));
	__atomic_add_fetch(&head->refcount, 1, __ATOMIC_RELAXED);
}

void put_page(struct page *page)
{
	struct page *head = compound_head(page);

	__free_pages(head, page_order(head));
}

int page_ref_count(struct page *page)
{
	return READ_ONCE(compound_head(page)->refcount);
}

/* ---- Freeing ------------------------------------------------------------- */

/* The same where there is a mistake, or another user. By itself, so that the
 * way past it has no registers to save. */
static __noinline bool put_shared(struct page *page, unsigned order)
{
	if (page->head != PAGE_HEAD(PG_ALLOCATED, order))
		misused("__free_pages", page, order);
	return was_last_user(page);
}

/* Ends one use of the head of a block of this order; true if the block is
 * nobody's now. Who sees a count of 1 is the only user, and needs no locked
 * operation to take the last away. */
static inline bool put_block(struct page *page, unsigned order)
{
	if (unlikely(page->head != PAGE_HEAD(PG_ALLOCATED, order) ||
		     page->refcount != 1) &&
	    !put_shared(page, order))
		return false;
	if (CHECK)
		page_poison(page, order);
	return true;
}

/* Frees a page into a list that has no room. By itself, so that the way past
 * it has no registers to save. */
static void __noinline push_into_full(struct pcp *pcp, struct page *page)
{
	pcp_drain(page_zone(page), pcp, pcp_batch(pcp));
	(void)pcp_push(pcp, page);
}

/* Puts a page that is nobody's into this CPU's list; interrupts are off. */
static inline void free_single(struct page *page)
{
	struct pcp *pcp = this_pcp_of(page);

	if (unlikely(!pcp_push(pcp, page)))
		push_into_full(pcp, page);
}

void __free_page(struct page *page)
{
	unsigned long flags;

	if (!put_block(page, 0))
		return;
	local_irq_save(flags);
	free_single(page);
	local_irq_restore(flags);
}

/* With interrupts off for all of them: callers have some dozens. */
void free_pages_bulk(unsigned long count, struct page *const *pages)
{
	unsigned long flags;

	local_irq_save(flags);
	for (unsigned long i = 0; i < count; i++)
		if (put_block(pages[i], 0))
			free_single(pages[i]);
	local_irq_restore(flags);
}

/* Puts a block that is nobody's into this CPU's list, or into its zone. */
static void free_block(struct page *page, unsigned order)
{
	enum zone_type zone = page_zonenum(page);
	unsigned long flags;
	bool done;

	local_irq_save(flags);
	done = pcp_push_block(this_pcp(zone), page, order);
	local_irq_restore(flags);
	if (!done)
		buddy_give(&zones[zone], page, order);
}

void __free_pages(struct page *page, unsigned order)
{
	if (!order)
		__free_page(page);
	else if (put_block(page, order))
		free_block(page, order);
}

void free_pages(unsigned long addr, unsigned order)
{
	if (addr)
		__free_pages(virt_to_page((void *)addr), order);
}

void free_pages_exact(void *ptr, size_t size)
{
	unsigned long addr = (unsigned long)ptr;

	for (size_t done = 0; ptr && done < size; done += PAGE_SIZE)
		free_page(addr + done);
}
