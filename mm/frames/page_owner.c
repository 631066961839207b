/* SPDX-License-Identifier: MIT */
/* The callers that allocated pages. See mm/page_owner.h.
 *
 * The number of a frame gives its place in the table; its entry is there or in
 * one of the next few places. An entry is claimed by one atomic exchange and
 * released by a store, without a lock: pages may be allocated and freed in any
 * context. */
#include "mm/page_owner.h"

#include "kernel/string.h"

/* Places where a frame may be. */
#define REACH 32u

static struct owner {
	pfn_t pfn; /* 0: free */
	const void *caller, *callers;
} owners[PAGE_OWNERS];

bool page_owner_noting;

void page_owner_start(void)
{
	memset(owners, 0, sizeof(owners));
	WRITE_ONCE(page_owner_noting, true);
}

void page_owner_stop(void)
{
	WRITE_ONCE(page_owner_noting, false);
}

/* The n-th place for a frame. */
static struct owner *place(pfn_t pfn, unsigned n)
{
	return &owners[((uint32_t)pfn * 2654435761u / 4096 + n) % PAGE_OWNERS];
}

void page_owner_set(const struct page *page, const void *caller,
		    const void *callers)
{
	if (!page)
		return;
	for (unsigned n = 0; n < REACH; n++) {
		struct owner *owner = place(page_to_pfn(page), n);
		pfn_t nobody = 0;

		if (!__atomic_compare_exchange_n(
			    &owner->pfn, &nobody, page_to_pfn(page), false,
			    __ATOMIC_RELAXED, __ATOMIC_RELAXED))
			continue;
		owner->caller = caller;
		owner->callers = callers;
		return;
	}
}

void page_owner_clear(const struct page *page)
{
	if (!READ_ONCE(page_owner_noting))
		return;
	for (unsigned n = 0; n < REACH; n++) {
		struct owner *owner = place(page_to_pfn(page), n);

		if (READ_ONCE(owner->pfn) == page_to_pfn(page))
			WRITE_ONCE(owner->pfn, 0);
	}
}

void page_owner_visit(void (*visit)(pfn_t pfn, const void *caller,
				    const void *callers))
{
	for (unsigned i = 0; i < PAGE_OWNERS; i++)
		if (owners[i].pfn)
			visit(owners[i].pfn, owners[i].caller,
			      owners[i].callers);
}
