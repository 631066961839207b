/* SPDX-License-Identifier: MIT */
/* Freeing pages, and counting their users.
 *
 * The state in struct page shows mistakes: only the head of an allocated block
 * can be freed, and only with its own order. One comparison checks this. If it
 * fails, other functions find out what the mistake was. */
#include "buddy.h"
#include "kernel/panic.h"
#include "mm/page_alloc.h"
#include "mm/page_check.h"
#include "mm/page_owner.h"
#include "mm/page_poison.h"
#include "pcp.h"

/* ---- Heads --------------------------------------------------------------- */

/* The head of the block of `page`, which the function named `api` was passed.
 * Inlined there, so that the return address is that of `api`. */
static __always_inline struct page *head_of(const char *api, struct page *page)
{
	struct page *head = page;

	if (unlikely(!page_in_map(page)))
		page_pointer_panic(api, page, __builtin_return_address(0));
	if (page_state(page) == PG_INSIDE)
		head = (struct page *)page_find_head(page);
	if (unlikely(!head))
		panic("%s: frame 0x%lx is inside a block that has no head: the "
		      "frame array was overwritten",
		      api, page_to_pfn(page));
	ASSERT(head <= page && page_state(head) != PG_INSIDE);
	return head;
}

struct page *compound_head(struct page *page)
{
	return head_of(__func__, page);
}

/* ---- Users --------------------------------------------------------------- */

/* Removes one user; true if it was the last. */
static bool was_last_user(const char *api, struct page *page)
{
	int left = __atomic_sub_fetch(&page->refcount, 1, __ATOMIC_ACQ_REL);

	if (unlikely(left < 0))
		panic("%s: frame 0x%lx has %d users", api, page_to_pfn(page),
		      left);
	return !left;
}

void get_page(struct page *page)
{
	struct page *head = head_of(__func__, page);

	if (unlikely(page_state(head) != PG_ALLOCATED))
		page_misused(__func__, page, page_order(head),
			     "is free: a user is added while the page has one, "
			     "not after the last has put it");
	__atomic_add_fetch(&head->refcount, 1, __ATOMIC_RELAXED);
}

int page_ref_count(struct page *page)
{
	return READ_ONCE(head_of(__func__, page)->refcount);
}

/* ---- Freeing ------------------------------------------------------------- */

/* A function that frees, and its message for a page that is free already. */
struct release {
	const char *api, *if_free;
};

static const struct release free_one = {"__free_page",
					"is free already: was it freed twice?"};
static const struct release free_some = {
	"__free_pages", "is free already: was it freed twice?"};
static const struct release free_bulk = {
	"free_pages_bulk", "is free already: was it freed twice?"};
static const struct release put_one = {
	"put_page", "is free already: there was one put_page() too many"};

/* The same if there is a mistake, another user, or a slot of kmap()'s pool. A
 * function of its own, so that the fast path saves no registers. */
static __noinline bool put_shared(const struct release *by, struct page *page,
				  unsigned order)
{
	if (page->head != PAGE_HEAD(PG_ALLOCATED, order) ||
	    order > MAX_PAGE_ORDER)
		page_misused(by->api, page, order, by->if_free);
	if (READ_ONCE(page->refcount) == 1)
		page_check_unmapped(by->api, page, order);
	return was_last_user(by->api, page);
}

/* Ends one use of the head of a block of this order; true if no user is left.
 * If the count is 1, the caller is the only user, and needs no locked operation
 * to remove the last one. One comparison checks the state, the order, and that
 * kmap() has no slot for the page. put_page() has read the order from the same
 * place, where it may be damaged. */
static inline bool put_block(const struct release *by, struct page *page,
			     unsigned order)
{
	if (unlikely(CHECK || order > MAX_PAGE_ORDER ||
		     page->head_bits_slot !=
			     PAGE_HEAD_ALONE(PG_ALLOCATED, order) ||
		     page->refcount != 1) &&
	    !put_shared(by, page, order))
		return false;
	if (CHECK) {
		page_poison(page, order);
		page_owner_clear(page);
	}
	return true;
}

/* Frees a page into a list that has no room. A function of its own, so that the
 * fast path saves no registers. */
static void __noinline push_into_full(struct pcp *pcp, struct page *page)
{
	bool pushed;

	pcp_make_room(page_zone(page), pcp);
	pushed = pcp_push(pcp, page);
	ASSERT(pushed);
}

/* Puts a page without users into this CPU's list of its zone. Interrupts are
 * off. */
static inline void free_single(struct pcp *pcp, struct page *page)
{
	ASSERT(irqs_disabled());
	if (unlikely(!pcp_push(pcp, page)))
		push_into_full(pcp, page);
}

/* A static function of its own: its arguments stay in registers. */
static __noinline __noreturn __cold void not_a_page(const struct release *by,
						    const struct page *page,
						    const void *caller)
{
	page_pointer_panic(by->api, page, caller);
}

/* Whether the page is in highmem. Panics if it is not in lowmem either: the sum
 * wraps only then. */
static inline bool is_high(const struct release *by, const struct page *page)
{
	uintptr_t place = (uintptr_t)page - (uintptr_t)highmem_start_page;

	if (likely(place < highmem_map_bytes))
		return true;
	if (unlikely(!__builtin_add_overflow(place, lowmem_map_bytes, &place)))
		not_a_page(by, page, __builtin_return_address(0));
	return false;
}

/* This CPU's list for a page; interrupts are off. */
static inline struct pcp *list_of(bool high, const struct page *page)
{
	ASSERT(high == PageHighMem(page));
	return high ? this_cpu_read(highmem_pcp) : this_lowmem_pcp(page);
}

/* Puts a page without users into this CPU's list. */
static inline void give_page(bool high, struct page *page)
{
	unsigned long flags;

	local_irq_save(flags);
	free_single(list_of(high, page), page);
	local_irq_restore(flags);
}

/* Puts a block without users into this CPU's list, or into its zone. */
static inline void give_block(bool high, struct page *page, unsigned order)
{
	unsigned long flags;
	bool done;

	ASSERT(order && order <= MAX_PAGE_ORDER);
	local_irq_save(flags);
	done = pcp_push_block(list_of(high, page), page, order);
	local_irq_restore(flags);
	if (!done)
		buddy_give(page_zone(page), page, order);
}

void __free_page(struct page *page)
{
	if (is_high(&free_one, page)) {
		if (put_block(&free_one, page, 0))
			give_page(true, page);
	} else if (put_block(&free_one, page, 0)) {
		give_page(false, page);
	}
}

/* Interrupts are off for all pages together: callers free a few dozen. */
void free_pages_bulk(unsigned long count, struct page *const *pages)
{
	struct page *const *end = pages + count;
	unsigned long flags;
	struct pcp *pcp;

	local_irq_save(flags);
	pcp = this_cpu_read(highmem_pcp);
	for (; pages < end; pages++)
		if (!is_high(&free_bulk, *pages))
			__free_page(*pages);
		else if (put_block(&free_bulk, *pages, 0))
			free_single(pcp, *pages);
	local_irq_restore(flags);
}

void __free_pages(struct page *page, unsigned order)
{
	if (!order) {
		__free_page(page);
	} else if (is_high(&free_some, page)) {
		if (put_block(&free_some, page, order))
			give_block(true, page, order);
	} else if (put_block(&free_some, page, order)) {
		give_block(false, page, order);
	}
}

void put_page(struct page *page)
{
	struct page *head = head_of(__func__, page);
	unsigned order = page_order(head);

	if (!put_block(&put_one, head, order))
		return;
	if (order)
		give_block(PageHighMem(head), head, order);
	else
		give_page(PageHighMem(head), head);
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
