/* SPDX-License-Identifier: MIT */
/* The short functions of mm/kmap.h, in a kernel with highmem. The usual path of
 * each is a few instructions; rare cases are calls. */
#ifndef MM_KMAP_INLINE_H
#define MM_KMAP_INLINE_H

#include "mm/kmap_stack.h"
#include "mm/page_check.h"

/* The first page that kmap_local and kmap_atomic map in the window (the first
 * of highmem); the bytes of struct pages from there on; the bytes before; and
 * the end of the addresses of pages that are not mapped. With `force_kmap` on
 * the command line: the first page of all; all bytes; 0; and 0. */
extern struct page *kmap_first_page;
extern uint32_t kmap_mapped_bytes, kmap_direct_bytes;
extern int32_t kmap_direct_end;

/* Whether the page must be mapped. Expected to be true: if a machine has
 * highmem, most of its memory is highmem. */
static inline bool kmap_needed(const struct page *page)
{
	return page >= kmap_first_page;
}

/* Whether the address is one of the direct map, which a map call returns for a
 * page that needs no mapping. One signed comparison, which excludes NULL and
 * the lower half of all addresses. CHECK=1 is exact. */
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

/* The same for the page with its struct page `place` bytes into the array. In
 * assembly, so that the compiler does not compute it before a branch that may
 * skip it, and needs no extra register move. */
static inline void *lowmem_address(uint32_t place)
{
	void *address;

	__asm__("leal %c2(%1), %0"
		: "=r"(address)
		: "r"(place << 8), "i"(PAGE_OFFSET));
	return address;
}

/* The distance from the page in `*start` to `page`, in bytes of struct pages;
 * and whether `page` lies before it. One subtraction gives both. */
static inline uint32_t page_distance(const struct page *page,
				     struct page *const *start, bool *before)
{
	uint32_t distance = (uint32_t)page;

	__asm__("subl %2, %0" : "+r"(distance), "=@ccc"(*before) : "m"(*start));
	return distance;
}

/* The direct address of a page at a negative distance from `*start`, the first
 * page that is mapped. Panics for `api` unless its record lies in the last
 * `*bytes` bytes before `*start`: only then does the sum wrap. */
static inline void *kmap_direct_at(const char *api, uint32_t distance,
				   struct page *const *start,
				   const uint32_t *bytes)
{
	uint32_t place;

	if (unlikely(!__builtin_add_overflow(distance, *bytes, &place)))
		page_pointer_panic(api,
				   (const void *)((uint32_t)*start + place -
						  READ_ONCE(*bytes)),
				   NULL);
	return lowmem_address(place);
}

/* The common part of kmap_local_page() and kmap_atomic(). The entry is computed
 * from the distance (kmap_push()). One more comparison checks that the pointer
 * is a struct page. */
static __always_inline void *kmap_page(const char *api, enum kmap_stack stack,
				       const struct page *page)
{
	uint32_t distance;
	bool direct;

	if (CHECK)
		page_check_use(api, page, NULL);
	distance = page_distance(page, &kmap_first_page, &direct);
	if (unlikely(direct))
		return kmap_direct_at(api, distance, &kmap_first_page,
				      &kmap_direct_bytes);
	if (unlikely(distance >= kmap_mapped_bytes))
		page_pointer_panic(
			api,
			(const void *)((uint32_t)kmap_first_page + distance),
			NULL);
	return kmap_push(stack, distance);
}

/* CHECK=1: unmapping an address that needs none. */
void kmap_check_direct(enum kmap_stack stack, const volatile void *addr);

/* ---- kmap_local ---------------------------------------------------------- */

static __always_inline void *kmap_local_page(const struct page *page)
{
	return kmap_page(__func__, KMAP_LOCAL, page);
}

static inline void kunmap_local_at(const volatile void *addr)
{
	if (!kmap_is_direct(addr))
		kmap_pop(KMAP_LOCAL, addr);
	else if (CHECK)
		kmap_check_direct(KMAP_LOCAL, addr);
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
	return kmap_page(__func__, KMAP_ATOMIC, page);
}

static inline void kunmap_atomic_at(const volatile void *addr)
{
	if (!kmap_is_direct(addr))
		kmap_pop(KMAP_ATOMIC, addr);
	else if (CHECK)
		kmap_check_direct(KMAP_ATOMIC, addr);
	pagefault_enable();
	preempt_enable();
}

/* ---- kmap ---------------------------------------------------------------- */

/* Sets the address and the entry of each slot of the pool; all are free. Once,
 * at boot, by kmap_init(). */
void kmap_pool_init(void);

/* kmap() of a page without a permanent address. `place` is the offset of its
 * record in the array, in bytes; one comparison of it finds a pointer that is
 * no struct page. Returns the slot's address; sleeps while all slots are in
 * use. Context: that of kmap(), which has checked it. */
void *__regparm kmap_high(uint32_t place, struct page *page);

/* kunmap() of such a page: one user less. Panics in an interrupt, and if the
 * page has no user. */
void __regparm kunmap_high(struct page *page);

static __always_inline void *kmap(struct page *page)
{
	uint32_t place;
	bool before;

	kmap_check_context("kmap");
	if (CHECK)
		page_check_use(__func__, page, NULL);
	place = page_distance(page, &mem_map, &before);
	if (unlikely(place < lowmem_map_bytes))
		return lowmem_address(place);
	return kmap_high(place, page);
}

static inline void kunmap(struct page *page)
{
	if (CHECK)
		page_check_use(__func__, page, NULL);
	if (likely(PageHighMem(page)))
		kunmap_high(page);
}

/* page_address() of a page without a permanent address: that of its slot, or
 * NULL. `place` as above. Any context. */
void *kmap_address(uint32_t place);

static inline void *page_address(const struct page *page)
{
	uint32_t place;
	bool before;

	if (CHECK)
		page_check_use(__func__, page, NULL);
	place = page_distance(page, &mem_map, &before);
	if (unlikely(place >= lowmem_map_bytes))
		return kmap_address(place);
	return lowmem_address(place);
}

static inline bool is_kmap_addr(const volatile void *addr)
{
	return (uint32_t)addr - PKMAP_BASE < FIXMAP_BASE - PKMAP_BASE;
}

#endif
