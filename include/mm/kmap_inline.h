/* SPDX-License-Identifier: MIT */
/* The short functions of mm/kmap.h, in a kernel with highmem. Each call is a
 * few instructions where all is well; what is rare is a call. */
#ifndef MM_KMAP_INLINE_H
#define MM_KMAP_INLINE_H

#include "mm/kmap_stack.h"
#include "mm/page_check.h"

/* The first page that kmap_local and kmap_atomic map, highmem's, how many bytes
 * of struct pages lie from there on and before, and where the addresses of
 * those that they do not map end. With the word `force_kmap` on the command
 * line: the first page of all, all bytes, none, and before any address. */
extern struct page *kmap_first_page;
extern uint32_t kmap_mapped_bytes, kmap_direct_bytes;
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

/* The same for the page whose struct page lies `place` bytes into the array. In
 * assembly: not to be computed before the jump that may be past it, and in a
 * register of its own without another instruction. */
static inline void *lowmem_address(uint32_t place)
{
	void *address;

	__asm__("leal %c2(%1), %0"
		: "=r"(address)
		: "r"(place << 8), "i"(PAGE_OFFSET));
	return address;
}

/* How far, in bytes of struct pages, `page` is behind the page in `*start`; and
 * whether it lies before it. The subtraction says both. */
static inline uint32_t page_distance(const struct page *page,
				     struct page *const *start, bool *before)
{
	uint32_t distance = (uint32_t)page;

	__asm__("subl %2, %0" : "+r"(distance), "=@ccc"(*before) : "m"(*start));
	return distance;
}

/* The address of the page at that distance, a negative one, from the first that
 * is mapped, `*start`: it is one of the last `*bytes` bytes of struct pages, or
 * `api` panics. The sum wraps exactly when it should. */
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

/* What kmap_local_page() and kmap_atomic() do. The distance makes the entry
 * (kmap_push()); and one compare more tells whether the pointer is a struct
 * page. */
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

/* Gives each slot of the pool its address and its entry, all free. Once, at
 * boot, by kmap_init(). */
void kmap_pool_init(void);

/* kmap() of a page that has no address for ever. `place`: how many bytes its
 * record lies behind the first of the array, by which one compare finds what is
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

/* page_address() of a page that has no address for ever: its slot's, or NULL.
 * `place` as above. Any context. */
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
