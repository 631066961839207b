/* SPDX-License-Identifier: MIT */
/* What is wrong with a pointer that should be a struct page, or with the page
 * that it describes. See mm/page_check.h.
 *
 * A state that is read here may be damaged, and a pointer may have any value.
 * Neither is used as an index, and memory is read only after its address was
 * checked. */
#include "mm/page_check.h"

#include "arch/pgtable.h"
#include "kernel/errno.h"
#include "kernel/panic.h"
#include "mm/folio.h"
#include "mm/section.h"
#include "mm/zone.h"

/* An address inside the call instruction, and not behind it: a call that does
 * not return may be the last instruction of its function. */
#define RETURN_ADDRESS ((const char *)__builtin_return_address(0) - 1)

/* ---- Pointers ------------------------------------------------------------ */

/* The offset of the pointer in the struct page that it points into. */
static unsigned long misalignment(const struct page *page)
{
	return ((uintptr_t)page - (uintptr_t)mem_map) % sizeof(*page);
}

static void panic_pointer(const char *api, const struct page *page,
			  const void *caller) __noreturn __cold;
static void panic_pointer(const char *api, const struct page *page,
			  const void *caller)
{
	const struct page *end = mem_map + mem_map_bytes / sizeof(*end);

	if (!page)
		panic("%s: NULL, given at %pS, is no struct page. Did an "
		      "allocation fail?",
		      api, caller);
	if ((uintptr_t)page >= (uintptr_t)-MAX_ERRNO)
		panic("%s: %p, given at %pS, is no struct page, but the error "
		      "code %ld",
		      api, (const void *)page, caller, (long)(uintptr_t)page);
	if (!page_in_map(page))
		panic("%s: %p, given at %pS, is no struct page: it lies in %s, "
		      "and the struct pages of all frames, 0x0-0x%lx, at "
		      "%p-%p",
		      api, (const void *)page, caller,
		      layout_region((uint32_t)(uintptr_t)page),
		      page_to_pfn(end - 1), (void *)mem_map, (const void *)end);
	if (misalignment(page))
		panic("%s: %p, given at %pS, is no struct page: it lies %lu "
		      "bytes inside that of frame 0x%lx",
		      api, (const void *)page, caller, misalignment(page),
		      page_to_pfn(page));
	panic("%s: %p, given at %pS, is the struct page of frame 0x%lx, which "
	      "is no RAM",
	      api, (const void *)page, caller, page_to_pfn(page));
}

void page_pointer_panic(const char *api, const struct page *page,
			const void *caller)
{
	panic_pointer(api, page, caller ? caller : RETURN_ADDRESS);
}

/* ---- States -------------------------------------------------------------- */

const struct page *page_find_head(const struct page *page)
{
	pfn_t pfn = page_to_pfn(page);

	for (unsigned order = 0; order <= MAX_PAGE_ORDER; order++) {
		const struct page *head =
			pfn_to_page(ALIGN_DOWN(pfn, 1UL << order));

		if (page_state(head) != PG_INSIDE)
			return page_order(head) >= order ? head : NULL;
	}
	return NULL;
}

static bool is_free(const struct page *head)
{
	return page_state(head) == PG_FREE || page_state(head) == PG_PCP;
}

static bool is_damaged(const struct page *head)
{
	return page_state(head) > PG_ABSENT ||
	       page_order(head) > MAX_PAGE_ORDER;
}

static void panic_damaged(const char *api, const struct page *page,
			  const struct page *head,
			  const void *caller) __noreturn __cold;
static void panic_damaged(const char *api, const struct page *page,
			  const struct page *head, const void *caller)
{
	panic("%s: frame 0x%lx (%s), given at %pS, is in an unknown "
	      "state: its struct page was overwritten (head 0x%02x)",
	      api, page_to_pfn(page), page_zone(page)->name, caller,
	      head->head);
}

void page_check_use(const char *api, const struct page *page,
		    const void *caller)
{
	const struct page *head;

	if (!caller)
		caller = RETURN_ADDRESS;
	if (!page_in_map(page) || misalignment(page) ||
	    !pfn_valid(page_to_pfn(page)))
		panic_pointer(api, page, caller);
	head = page_find_head(page);
	if (!head)
		panic("%s: frame 0x%lx (%s), given at %pS, is inside a block "
		      "that has no head: the frame array was overwritten",
		      api, page_to_pfn(page), page_zone(page)->name, caller);
	if (is_damaged(head))
		panic_damaged(api, page, head, caller);
	if (page_state(head) == PG_ABSENT)
		panic_pointer(api, page, caller);
	if (is_free(head))
		panic("%s: frame 0x%lx (%s), given at %pS, is free: the page "
		      "is used after it was freed",
		      api, page_to_pfn(page), page_zone(page)->name, caller);
}

/* Why a block with this head cannot be freed, or get another user; or NULL. */
static const char *objection(const struct page *head, const char *if_free)
{
	switch (page_state(head)) {
	case PG_FREE:
	case PG_PCP:
		return if_free;
	case PG_SLAB:
		return "belongs to slab: kfree() its objects";
	case PG_RESERVED:
		return "was never allocated: it is reserved since boot";
	case PG_ABSENT:
		return "is no RAM";
	default:
		return "is in an unknown state: its struct page "
		       "was overwritten";
	}
}

void page_misused(const char *api, const struct page *page, unsigned order,
		  const char *if_free)
{
	const struct page *head = page_find_head(page);
	const char *zone = page_zone(page)->name;
	pfn_t pfn = page_to_pfn(page);

	if (!head)
		panic("%s: frame 0x%lx (%s), order %u: it is inside a block "
		      "that has no head: the frame array was overwritten",
		      api, pfn, zone, order);
	if (head != page)
		panic("%s: frame 0x%lx (%s), order %u: it lies inside the "
		      "block of order %u at frame 0x%lx, which %s",
		      api, pfn, zone, order, page_order(head),
		      page_to_pfn(head),
		      page_state(head) == PG_ALLOCATED
			      ? "is freed by its first page"
			      : objection(head, if_free));
	if (page_state(page) == PG_ALLOCATED &&
	    page_order(page) <= MAX_PAGE_ORDER)
		panic("%s: frame 0x%lx (%s), order %u: the block was allocated "
		      "with order %u",
		      api, pfn, zone, order, page_order(page));
	panic("%s: frame 0x%lx (%s), order %u: it %s (head 0x%02x)", api, pfn,
	      zone, order, objection(page, if_free), page->head);
}

/* ---- Folios -------------------------------------------------------------- */

static void check_folio(const char *api, const struct folio *folio,
			const void *caller)
{
	const struct page *page = &folio->page, *head;

	if (!page_in_map(page) || misalignment(page) ||
	    !pfn_valid(page_to_pfn(page)))
		panic_pointer(api, page, caller);
	head = page_find_head(page);
	if (head && is_damaged(head))
		panic_damaged(api, page, head, caller);
	if (head && head != page)
		panic("%s: frame 0x%lx (%s), given at %pS, is no folio, but "
		      "page %lu of the one at frame 0x%lx: page_folio() finds "
		      "that",
		      api, page_to_pfn(page), page_zone(page)->name, caller,
		      (unsigned long)(page - head), page_to_pfn(head));
}

void folio_check_head(const char *api, const struct folio *folio)
{
	check_folio(api, folio, RETURN_ADDRESS);
}

void folio_check_page(const char *api, const struct folio *folio,
		      unsigned long n)
{
	const void *caller = RETURN_ADDRESS;
	unsigned long pages;

	check_folio(api, folio, caller);
	pages = 1UL << page_order(&folio->page);
	if (n >= pages)
		panic("%s: page %lu is asked for at %pS, and the folio at "
		      "frame 0x%lx has %lu, counted from 0",
		      api, n, caller, page_to_pfn(&folio->page), pages);
}

/* ---- Mappings ------------------------------------------------------------ */

/* The count may be too large, because entries can be rewritten. It only tells
 * whether a search is worthwhile. */
static void check_in_no_area(const char *api, struct page *page)
{
	struct vmap_user user;

	if (page->bits < PG_VMAP)
		return;
	if (vmap_find_user(page_to_pfn(page), &user))
		panic("%s: frame 0x%lx (%s) is still mapped by %s, called in "
		      "%pS: %s",
		      api, page_to_pfn(page), page_zone(page)->name, user.api,
		      user.caller, user.advice);
	page->bits &= PG_POISONED;
}

static void check_in_no_stack(const char *api, const struct page *page)
{
	const void *taker = kmap_stack_caller_of(page_to_pfn(page));

	if (taker)
		panic("%s: frame 0x%lx (%s) is still mapped on this CPU, since "
		      "%pS: unmap it before it is freed",
		      api, page_to_pfn(page), page_zone(page)->name, taker);
}

static void check_unmapped(const char *api, struct page *page)
{
	const void *taker = NULL;
	unsigned users = kmap_detach(page, &taker);

	if (users)
		panic("%s: frame 0x%lx (%s) is still mapped by %u kmap(), the "
		      "first in %pS: kunmap() it before it is freed",
		      api, page_to_pfn(page), page_zone(page)->name, users,
		      taker);
	if (!CHECK)
		return;
	check_in_no_stack(api, page);
	check_in_no_area(api, page);
}

void page_count_vmap(pfn_t pfn, bool more)
{
	struct page *page = pfn_to_page(pfn);
	uint8_t seen;

	if (!pfn_valid(pfn))
		return;
	seen = READ_ONCE(page->bits);
	while ((more || seen >= PG_VMAP) && seen < PG_VMAP_MAX &&
	       !__atomic_compare_exchange_n(
		       &page->bits, &seen,
		       (uint8_t)(more ? seen + PG_VMAP : seen - PG_VMAP), false,
		       __ATOMIC_RELAXED, __ATOMIC_RELAXED))
		;
}

void page_check_unmapped(const char *api, struct page *page, unsigned order)
{
	unsigned long pages = CHECK ? 1UL << order : 1;

	for (unsigned long i = 0; i < pages; i++)
		check_unmapped(api, page + i);
}
