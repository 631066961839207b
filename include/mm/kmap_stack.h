/* SPDX-License-Identifier: MIT */
/* Two stacks of mappings in the CPU window: a task's, for kmap_local, and a
 * CPU's, for kmap_atomic. For mm/ itself.
 *
 *	       base                 next                            end
 *	| **** | live | live | live | dead | dead |        ...       |
 *
 * `next` is the slot that the next mapping gets; all below are live. That is
 * the whole state. A mapping is two steps, in this order, and so is its end:
 *
 *	map     next goes up                           the entry is written
 *	unmap   the entry is cleared, and flushed      next goes down
 *
 * Whatever comes in between (an interrupt that maps and unmaps, a switch to
 * another task and back on another CPU) finds `next` above each entry that
 * may be live, uses what is above, and leaves all as it was. So neither lock
 * nor flag is needed, nor must interrupts be off. If it comes before the first
 * step, after `next` was read, it uses the very slot that is about to be used,
 * and leaves it dead and flushed: again as it was.
 *
 * The slot before the first is never live, but its entry says PTE_CONTINUED:
 * so an empty stack fails the test that a mapping of many pages fails, and
 * needs none of its own.
 *
 * CHECK=1 puts a slot that is never live behind each mapping: running off its
 * end faults. The unused upper half of that slot's entry holds the address
 * that the mapping was made from. */
#ifndef MM_KMAP_STACK_H
#define MM_KMAP_STACK_H

#include "arch/kmap_window.h"
#include "arch/percpu.h"
#include "mm/kmap_task.h"
#include "mm/page.h"

/* Makes this CPU's window ready, and its stacks empty. */
void kmap_stacks_init(void);

/* How many mappings there are. */
unsigned kmap_mappings(enum kmap_stack stack);

static inline bool kmap_next_is(enum kmap_stack stack, vpn_t vpn)
{
	return this_cpu_equals(kmap_stack_next[stack], vpn);
}

static inline void kmap_set_next(enum kmap_stack stack, vpn_t next)
{
	barrier();
	this_cpu_write(kmap_stack_next[stack], next);
	barrier();
}

/* Kernel data: what all mappings allow that do not ask for something else. */
extern pte_t kmap_prot;

/* The same for the first page that is mapped, as its entry. */
extern union window_entry kmap_first_entry;

/* A struct page has 16 bytes, and a page 4096: 256 times how far the one is
 * into the array is how far the other is into memory. Done by halves, as
 * 64-bit arithmetic takes twice as long. */
STATIC_ASSERT(256 * sizeof(struct page) == PAGE_SIZE);

static inline uint32_t page_place(const struct page *page)
{
	return (uint32_t)page - (uint32_t)mem_map;
}

static inline uint32_t page_entry_high(const struct page *page)
{
	return page_place(page) >> 24 | (uint32_t)(kmap_prot >> 32);
}

static inline uint32_t page_entry_low(const struct page *page)
{
	return page_place(page) << 8 | (uint32_t)kmap_prot;
}

/* The entry of the page whose struct page lies `place` bytes behind that of the
 * first page that is mapped, by halves. */
static inline void kmap_entry_halves(uint32_t place, uint32_t *high,
				     uint32_t *low)
{
	*high = place >> 24;
	*low = place << 8;
	window_entry_add(&kmap_first_entry, high, low);
}

/* Where mappings begin that a record of its own must be made sure of, or that
 * are too many. */
static inline vpn_t kmap_fast_end(enum kmap_stack stack)
{
	return stack == KMAP_LOCAL ? kmap_stack_base(stack) + KMAP_TASK_SLOTS
				   : kmap_stack_end(stack);
}

/* What kmap_push() and kmap_pop() leave: several pages, guards, and mistakes,
 * which are panics that say what is wrong. `caller` is the code that maps. */
void *kmap_push_checked(enum kmap_stack stack, pte_t entry, unsigned pages,
			const void *caller);
void kmap_pop_checked(enum kmap_stack stack, const volatile void *addr);

/* The same for one page, called from the place to be remembered. */
void *kmap_push_slowly(enum kmap_stack stack, uint32_t place);

/* Maps the page of kmap_entry_halves(); returns its address. Always inline, and
 * so are its callers: kmap_push_slowly() is called by the function that maps,
 * and remembers that one. */
static __always_inline void *kmap_push(enum kmap_stack stack, uint32_t place)
{
	vpn_t vpn = kmap_next(stack);
	uint32_t high, low, address;

	if (CHECK || unlikely(vpn >= kmap_fast_end(stack)))
		return kmap_push_slowly(stack, place);
	this_cpu_inc(kmap_stack_next[stack]);
	barrier();
	kmap_entry_halves(place, &high, &low);
	window_set_halves(vpn, high, low);
	/* In the same register, where the compiler would make a copy first. */
	__asm__("shll %2, %0" : "=r"(address) : "0"(vpn), "i"(PAGE_SHIFT));
	return (void *)address;
}

/* Ends the newest mapping, if that is a page and `addr` lies in it. */
static inline void kmap_pop(enum kmap_stack stack, const volatile void *addr)
{
	vpn_t next = window_vpn((const volatile char *)addr + PAGE_SIZE);

	if (CHECK || unlikely(!kmap_next_is(stack, next) ||
			      window_entries[next - 1].low & PTE_CONTINUED)) {
		kmap_pop_checked(stack, addr);
		return;
	}
	window_clear_before(next, addr);
	this_cpu_dec(kmap_stack_next[stack]);
}

#endif
