/* SPDX-License-Identifier: MIT */
/* Checks of a `struct page *` argument: whether it points to a struct page, and
 * to one that may be used. For mm/ itself.
 *
 *	                         each build               CHECK=1
 *	NULL, ERR_PTR(-ENOMEM)   caught by one compare    caught
 *	beyond the last frame    caught by the same       caught
 *	inside a struct page     -                        caught
 *	a frame without RAM      -                        caught
 *	a page that is free      -                        caught
 *	a state that is none     where it is freed        caught
 *
 * Only kunmap() does not compare: it treats NULL as a page of lowmem, which
 * needs no unmapping.
 *
 * Each mistake panics with a sentence that says what the pointer is, and names
 * `caller`: the code that called `api`, or NULL if this call is inlined there.
 * Context: any. */
#ifndef MM_PAGE_CHECK_H
#define MM_PAGE_CHECK_H

#include "mm/page.h"

/* Whether the pointer lies in the frame array. */
static inline bool page_in_map(const struct page *page)
{
	return (uintptr_t)page - (uintptr_t)mem_map < mem_map_bytes;
}

/* Panics: the function named `api` was passed `page`, which is no struct
 * page. */
void page_pointer_panic(const char *api, const struct page *page,
			const void *caller) __noreturn __cold;

/* Panics unless `page` is the struct page of a frame of RAM that is not free,
 * and its block is in a state that there is. */
void page_check_use(const char *api, const struct page *page,
		    const void *caller);

/* The check for functions that have no faster one. */
static __always_inline void page_check(const char *api, const struct page *page,
				       const void *caller)
{
	if (CHECK)
		page_check_use(api, page, caller);
	else if (unlikely(!page_in_map(page)))
		page_pointer_panic(api, page, caller);
}

/* The head of the block that `page` is in: the nearest frame below that is a
 * head, begins a block that reaches this far, and lies where a block of that
 * size may begin. NULL if there is none. */
const struct page *page_find_head(const struct page *page);

/* Panics: `api` may not be called for `page`, a struct page, in the state that
 * it is in; `order` is that of the call. `if_free` says what is wrong if the
 * page is free. */
void page_misused(const char *api, const struct page *page, unsigned order,
		  const char *if_free) __noreturn __cold;

/* Before `api` frees a block: panics if its first page, or with CHECK=1 any, is
 * still mapped by kmap(), or, as CHECK=1 knows, by kmap_local or kmap_atomic on
 * this CPU, or in an area of vmap() or vmalloc(). */
void page_check_unmapped(const char *api, struct page *page, unsigned order);

/* CHECK=1: one area of vmap() or vmalloc() more, or less, maps the frame, if
 * that has a struct page. The count only tells page_check_unmapped() to
 * search. */
void page_count_vmap(pfn_t pfn, bool more);

/* What the rooms that map pages answer: mm/highmem/kmap.c, kmap_stack.c there,
 * and mm/vmap/vmap_explain.c. */

/* For a page that is about to be freed: takes its slot away, if it has one that
 * nobody uses, so that the next owner finds no old address. Returns how many
 * kmap() have no kunmap() yet; if there are any, nothing changes, and `*caller`
 * is the caller of the first since the page has the slot. Any context. */
unsigned kmap_detach(struct page *page, const void **caller);

/* CHECK=1: the caller of the kmap_local or kmap_atomic call that maps the frame
 * on this CPU, for the current task or a handler; NULL if none does. Context:
 * any. */
const void *kmap_stack_caller_of(pfn_t pfn);

/* An area of vmap() or vmalloc() that maps a frame. */
struct vmap_user {
	const char *api;    /* that made it: "vmap()", "vmalloc()" */
	const void *caller; /* of that */
	const char *advice; /* how its pages are freed, as a clause */
};

/* Finds an area that maps the frame; false if none does, or if areas are being
 * changed at this moment. Searches all areas: for reports of mistakes. Context:
 * any; never waits. */
bool vmap_find_user(pfn_t pfn, struct vmap_user *user);

#endif
