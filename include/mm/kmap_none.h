/* SPDX-License-Identifier: MIT */
/* The short functions of mm/kmap.h if every page has a permanent address: in a
 * kernel without highmem, and in hosted tests, where RAM is one array. */
#ifndef MM_KMAP_NONE_H
#define MM_KMAP_NONE_H

#include "arch/kmap_window.h"
#include "mm/page_check.h"

/* What every call that maps does; `caller` is the code that maps, or NULL if
 * all of the call is inlined there. */
static __always_inline void *
kmap_direct(const char *api, const struct page *page, const void *caller)
{
	page_check(api, page, caller);
	return direct_address(page_to_phys(page));
}

static inline void *kmap_local_page(const struct page *page)
{
	return kmap_direct(__func__, page, NULL);
}

static inline void kunmap_local_at(const volatile void *addr)
{
	(void)addr;
}

static inline void kmap_local_assert_none(const char *when)
{
	(void)when;
}

static inline void *kmap_atomic(const struct page *page)
{
	preempt_disable();
	pagefault_disable();
	return kmap_direct(__func__, page, NULL);
}

static inline void kunmap_atomic_at(const volatile void *addr)
{
	(void)addr;
	pagefault_enable();
	preempt_enable();
}

static inline void *kmap(struct page *page)
{
	kmap_check_context("kmap");
	return kmap_direct(__func__, page, NULL);
}

static inline void kunmap(struct page *page)
{
	if (CHECK)
		page_check_use(__func__, page, NULL);
}

static inline void *page_address(const struct page *page)
{
	return kmap_direct(__func__, page, NULL);
}

static inline bool is_kmap_addr(const volatile void *addr)
{
	(void)addr;
	return false;
}

#endif
