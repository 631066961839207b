/* SPDX-License-Identifier: MIT */
/* The short functions of mm/kmap.h, in a kernel with highmem. Each call is a
 * few instructions where all is well; what is rare is a call. */
#ifndef MM_KMAP_INLINE_H
#define MM_KMAP_INLINE_H

#include "mm/kmap_stack.h"

/* The first page that kmap_local and kmap_atomic map, highmem's, and where the
 * addresses of those that they do not end. With the word `force_kmap` on the
 * command line: the first page of all, and before any address. */
extern struct page *kmap_first_page;
extern int32_t kmap_direct_end;

/* Most memory is highmem where there is any: branches on this say so. */
static inline bool kmap_needed(const struct page *page)
{
	return page >= kmap_first_page;
}

/* Whether map calls return such an address for a page that needs no mapping.
 * One compare, as of signed numbers: NULL, and with it the lower half of all
 * addresses, is not taken for one. CHECK=1 is exact. */
static inline bool kmap_is_direct(const volatile void *addr)
{
	return unlikely((int32_t)addr < kmap_direct_end) &&
	       (!CHECK || (uint32_t)addr >= PAGE_OFFSET);
}

/* The address that a page of lowmem always has. */
static inline void *kmap_direct(const struct page *page)
{
	return (void *)(PAGE_OFFSET + (page_place(page) << 8));
}

static inline unsigned kmap_local_slots(void)
{
	return kmap_slots(KMAP_LOCAL);
}

static inline unsigned kmap_atomic_slots(void)
{
	return kmap_slots(KMAP_ATOMIC);
}

/* ---- kmap_local ---------------------------------------------------------- */

static __always_inline void *kmap_local_page(const struct page *page)
{
	if (unlikely(!kmap_needed(page)))
		return kmap_direct(page);
	return kmap_push(KMAP_LOCAL, page);
}

static inline void kunmap_local_at(const volatile void *addr)
{
	if (!kmap_is_direct(addr))
		kmap_pop(KMAP_LOCAL, addr);
}

void kmap_switch_live(struct kmap_task *prev, struct kmap_task *next);

static inline void kmap_switch(struct kmap_task *prev, struct kmap_task *next)
{
	if (unlikely(kmap_next(KMAP_LOCAL) != kmap_stack_base(KMAP_LOCAL) ||
		     next->live))
		kmap_switch_live(prev, next);
}

void kmap_local_panic_live(const char *when) __noreturn __cold;

static inline void kmap_local_assert_none(const char *when)
{
	if (unlikely(kmap_next(KMAP_LOCAL) != kmap_stack_base(KMAP_LOCAL)))
		kmap_local_panic_live(when);
}

/* ---- kmap_atomic --------------------------------------------------------- */

static __always_inline void *kmap_atomic(const struct page *page)
{
	preempt_disable();
	pagefault_disable();
	if (unlikely(!kmap_needed(page)))
		return kmap_direct(page);
	return kmap_push(KMAP_ATOMIC, page);
}

static inline void kunmap_atomic_at(const volatile void *addr)
{
	if (!kmap_is_direct(addr))
		kmap_pop(KMAP_ATOMIC, addr);
	pagefault_enable();
	preempt_enable();
}

/* ---- kmap ---------------------------------------------------------------- */

void kmap_pool_init(void);
void *kmap_high(struct page *page);
void kunmap_high(struct page *page);

static __always_inline void *kmap(struct page *page)
{
	kmap_check_context("kmap");
	if (!likely(PageHighMem(page)))
		return kmap_direct(page);
	return kmap_high(page);
}

static inline void kunmap(struct page *page)
{
	if (likely(PageHighMem(page)))
		kunmap_high(page);
}

void *kmap_address(const struct page *page);

static inline void *page_address(const struct page *page)
{
	return PageHighMem(page) ? kmap_address(page) : kmap_direct(page);
}

static inline bool is_kmap_addr(const volatile void *addr)
{
	return (uint32_t)addr - PKMAP_BASE < FIXMAP_BASE - PKMAP_BASE;
}

#endif
