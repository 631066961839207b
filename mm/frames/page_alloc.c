/* SPDX-License-Identifier: MIT */
/* Allocating pages: from this CPU's list, from the zones' free lists, from
 * sections that are not yet ready, in this order.
 *
 *	alloc_pages ── order 0 ──> this CPU's list of the preferred zone
 *	     │ empty, or a larger block
 *	     v
 *	for each zone, from the preferred one down:
 *	     more free than the zone keeps back?    no: the next zone
 *	     free list ── nothing large enough ──> make a section ready, again
 *	     │ nothing in any zone
 *	     v
 *	CPUs' lists back to the zones, and once more
 *
 * The preferred zone's watermark is checked when pages are put into the list,
 * and not when they are taken from it, which makes the first line cheap.
 *
 * Locking: none of its own; this CPU's lists with interrupts off (pcp.h),
 * and what mm/frames/buddy.c and mm/frames/section.c take. */
#include "mm/page_alloc.h"

#include "buddy.h"
#include "kernel/compiler.h"
#include "kernel/panic.h"
#include "kernel/printk.h"
#include "mm/highmem.h"
#include "mm/memblock.h"
#include "mm/page_check.h"
#include "mm/page_owner.h"
#include "mm/page_poison.h"
#include "mm/section.h"
#include "pcp.h"

/* The number of requests until one fails on purpose; 0 for none. */
static unsigned long fail_in;

/* Per-CPU lists bypass the counter, so they are disabled while a failure is
 * armed. */
void page_alloc_fail_at(unsigned long n)
{
	WRITE_ONCE(fail_in, n);
	pcp_use(!n);
}

/* Whether a test has asked for this request to fail. */
static bool fails_now(void)
{
	unsigned long left = READ_ONCE(fail_in);

	while (left &&
	       !__atomic_compare_exchange_n(&fail_in, &left, left - 1, false,
					    __ATOMIC_RELAXED, __ATOMIC_RELAXED))
		;
	if (left == 1)
		pcp_use(true);
	return left == 1;
}

/* ---- Where pages come from ----------------------------------------------- */

/* How many pages an empty list of this CPU may get from `zone`: the watermark
 * of an ordinary request holds, because any request may take the pages. An
 * urgent request may take one page below that watermark. */
static unsigned long refill_max(const struct zone *zone, gfp_t gfp)
{
	gfp &= ~(__GFP_HIGH | __GFP_MEMALLOC);
	return max(zone_allowance(zone, gfp), 1UL);
}

/* A block of `zone` that is free and ready, or NULL: one of order `*order`; or,
 * if `upto` is not 0, the largest of at most so many pages, whose order it
 * stores there. */
static __always_inline struct page *
take_ready(struct zone *zone, gfp_t gfp, unsigned long upto, unsigned *order)
{
	if (upto)
		return buddy_take_upto(zone, upto, order);
	if (*order)
		return buddy_take(zone, *order);
	return pcp_refill_and_pop(zone, refill_max(zone, gfp));
}

/* The same, and makes sections of the zone ready, or joins its single pages, as
 * needed. If there are none of both, there is one last search, because another
 * CPU may have done the last of it after this CPU's search. */
static __always_inline struct page *take_from_zone(struct zone *zone, gfp_t gfp,
						   unsigned long upto,
						   unsigned *order)
{
	struct page *page;

	while (!(page = take_ready(zone, gfp, upto, order)))
		if (!section_make_next_ready(zone) && !buddy_join_singles(zone))
			return take_ready(zone, gfp, upto, order);
	return page;
}

/* The same, from the first zone that may give one. Inline, because a constant
 * `upto` removes branches. */
static __always_inline struct page *
take_from_zones(gfp_t gfp, unsigned long upto, unsigned *order)
{
	struct page *page = NULL;

	for (int i = first_zone(gfp); !page && i >= 0; i--) {
		unsigned long allowance = zone_allowance(&zones[i], gfp);

		if (upto ? allowance : allowance >> *order)
			page = take_from_zone(&zones[i], gfp,
					      min(upto, allowance), order);
	}
	return page;
}

static struct page *take_block(gfp_t gfp, unsigned order)
{
	return take_from_zones(gfp, 0, &order);
}

static struct page *take_upto(gfp_t gfp, unsigned long upto, unsigned *order)
{
	return take_from_zones(gfp, upto, order);
}

/* Logs one line: the request, and the number of free pages. */
static void report_failure(gfp_t gfp, unsigned order)
{
	pr_warn("page allocator: no block of order %u (gfp 0x%x), with %lu "
		"pages free, %lu of them in highmem\n",
		order, gfp, nr_free_pages(), nr_free_highpages());
}

/* ---- What becomes of them ------------------------------------------------ */

/* Clears `count` pages, in lowmem or highmem, and returns the first, so that a
 * caller can end with a tail call and saves no register. */
static __noinline struct page *cleared(struct page *page, unsigned long count)
{
	for (struct page *next = page; count; count--)
		clear_highpage(next++);
	return page;
}

/* Marks a block as allocated. */
static inline struct page *hand_out(struct page *page, gfp_t gfp,
				    unsigned order)
{
	ASSERT(IS_ALIGNED(page_to_pfn(page), 1UL << order));
	ASSERT(page_state(page) != PG_ALLOCATED);
	page->head = PAGE_HEAD(PG_ALLOCATED, order);
	page->refcount = 1;
	if (CHECK)
		page_check_poison(page, order);
	return unlikely(gfp & __GFP_ZERO) ? cleared(page, 1UL << order) : page;
}

/* Allocates what this CPU's list cannot. */
static __noinline struct page *alloc_slowly(gfp_t gfp, unsigned order)
{
	struct page *page;

	if (order > MAX_PAGE_ORDER) {
		pr_err("page allocator: no block has order %u: %u is the "
		       "largest\n",
		       order, MAX_PAGE_ORDER);
		return NULL;
	}
	if (fails_now())
		return NULL;
	page = take_block(gfp, order);
	if (!page) {
		drain_all_pages();
		page = take_block(gfp, order);
	}
	if (page)
		return hand_out(page, gfp, order);
	if (!(gfp & __GFP_NOWARN))
		report_failure(gfp, order);
	return NULL;
}

/* ---- Requests ------------------------------------------------------------ */

/* CHECK=1: records the owner of the page: the caller of this function, and,
 * from the chain of frame pointers, the caller's caller. */
#define owned(block)                                                         \
	({                                                                   \
		struct page *page_ = (block);                                \
		if (CHECK && page_owner_noting)                              \
			page_owner_set(                                      \
				page_, __builtin_return_address(0),          \
				(*(void ***)__builtin_frame_address(0))[1]); \
		page_;                                                       \
	})

static inline struct page *alloc_single(gfp_t gfp)
{
	struct page *page;
	unsigned long flags;
	struct pcp *pcp;

	local_irq_save(flags);
	pcp = this_preferred_pcp(gfp);
	if (unlikely(!pcp->count)) {
		local_irq_restore(flags);
		return alloc_slowly(gfp, 0);
	}
	page = pcp_pop(pcp);
	local_irq_restore(flags);
	return hand_out(page, gfp, 0);
}

struct page *alloc_page(gfp_t gfp)
{
	return owned(alloc_single(gfp));
}

struct page *alloc_pages(gfp_t gfp, unsigned order)
{
	struct page *page;
	unsigned long flags;

	if (!order)
		return CHECK ? owned(alloc_single(gfp)) : alloc_page(gfp);
	local_irq_save(flags);
	page = pcp_pop_block(this_preferred_pcp(gfp), order);
	local_irq_restore(flags);
	return owned(page ? hand_out(page, gfp, order)
			  : alloc_slowly(gfp, order));
}

/* Up to `count` pages out of this CPU's list. */
static unsigned long take_listed(gfp_t gfp, unsigned long count,
				 struct page **array)
{
	unsigned long flags, n;
	struct pcp *pcp;

	local_irq_save(flags);
	pcp = this_preferred_pcp(gfp);
	n = min(count, (unsigned long)pcp->count);
	for (unsigned long i = 0; i < n; i++)
		array[i] = pcp_pop(pcp);
	local_irq_restore(flags);
	for (unsigned long i = 0; i < n; i++)
		hand_out(array[i], gfp, 0);
	return n;
}

/* Pages that are taken with interrupts off. */
#define SINGLES_AT_ONCE 128ul

/* Up to `count` pages of the preferred zone that are free one by one. None if
 * the zone has no blocks of order 0: larger ones cost less for each page. */
static unsigned long take_singles(gfp_t gfp, unsigned long count,
				  struct page **array)
{
	struct zone *zone = &zones[first_zone(gfp)];
	unsigned long got = 0, n = 1;

	while (n && got < count && READ_ONCE(zone->free_area[0].first)) {
		unsigned long most =
			min(count - got, zone_allowance(zone, gfp));

		n = buddy_take_singles(zone, array + got,
				       (unsigned)min(most, SINGLES_AT_ONCE));
		for (unsigned long i = 0; i < n; i++)
			hand_out(array[got++], gfp, 0);
	}
	return got;
}

unsigned long alloc_pages_bulk(gfp_t gfp, unsigned long count,
			       struct page **array)
{
	unsigned long got;
	struct page *page;
	unsigned order;

	if (fails_now())
		return 0;
	got = take_listed(gfp, count, array);
	if (got < count)
		got += take_singles(gfp, count - got, array + got);
	while (got < count) {
		page = take_upto(gfp, count - got, &order);
		if (!page)
			break;
		for (unsigned long i = 0; i < 1UL << order; i++)
			array[got++] = hand_out(page + i, gfp, 0);
	}
	/* Remaining pages may be in the CPUs' lists. */
	while (got < count && (page = alloc_page(gfp)))
		array[got++] = page;
	for (unsigned long i = 0; CHECK && i < got; i++)
		(void)owned(array[i]);
	return got;
}

unsigned long __get_free_pages(gfp_t gfp, unsigned order)
{
	struct page *page;

	if (gfp & __GFP_HIGHMEM) {
		pr_err("__get_free_pages: high pages have no address; ask for "
		       "them with alloc_pages() and map them\n");
		return 0;
	}
	page = alloc_pages(gfp, order);
	return page ? (unsigned long)lowmem_page_address(page) : 0;
}

unsigned long get_zeroed_page(gfp_t gfp)
{
	return __get_free_pages(gfp | __GFP_ZERO, 0);
}

void split_page(struct page *page, unsigned order)
{
	page_check(__func__, page, __builtin_return_address(0));
	BUG_ON(page->head != PAGE_HEAD(PG_ALLOCATED, order) ||
	       page->refcount != 1);
	for (unsigned long i = 0; i < 1UL << order; i++) {
		page[i].head = PAGE_HEAD(PG_ALLOCATED, 0);
		page[i].refcount = 1;
	}
}

void *alloc_pages_exact(size_t size, gfp_t gfp)
{
	size_t whole = PAGE_ALIGN(size);
	unsigned long addr;
	unsigned order;

	if (!size || size > (size_t)PAGE_SIZE << MAX_PAGE_ORDER)
		return NULL;
	order = get_order(size);
	addr = __get_free_pages(gfp, order);
	if (!addr)
		return NULL;
	ASSERT(whole <= (size_t)PAGE_SIZE << order);
	split_page(virt_to_page((void *)addr), order);
	free_pages_exact((void *)(addr + whole),
			 ((size_t)PAGE_SIZE << order) - whole);
	return (void *)addr;
}

void page_alloc_init(void)
{
	pfn_t frames;

	/* 0 means "no frame": see mm/page.h. */
	memblock_reserve(0, PAGE_SIZE);
	frames = mem_map_init();
	zones_init(frames);
	pcp_init(0);
	memblock_free_all();
	zones_set_watermarks();
	for (pfn_t pfn = 0; pfn < zones[ZONE_NORMAL].end_pfn;
	     pfn += PAGES_PER_SECTION)
		section_make_ready(pfn);
}

/* ---- How much there is --------------------------------------------------- */

unsigned long nr_free_pages(void)
{
	unsigned long sum = 0;

	for (unsigned i = 0; i < MAX_NR_ZONES; i++)
		sum += zone_free_pages(&zones[i]);
	return sum;
}

unsigned long nr_free_highpages(void)
{
	return zone_free_pages(&zones[ZONE_HIGHMEM]);
}

unsigned long totalram_pages(void)
{
	unsigned long sum = 0;

	for (unsigned i = 0; i < MAX_NR_ZONES; i++)
		sum += zones[i].managed_pages;
	return sum;
}
