/* SPDX-License-Identifier: MIT */
/* Two stacks of mappings in the CPU window: a task's, for kmap_local, and a
 * CPU's, for kmap_atomic. For mm/ itself.
 *
 *	       base                 next                            end
 *	| **** | live | live | live | dead | dead |        ...       |
 *
 * `next` is the slot that the next mapping gets; all slots below it are in use
 * ("live"). There is no other state. To map and to unmap take two steps each,
 * in this order:
 *
 *	map     raise next                             write the entry
 *	unmap   clear the entry, and flush it          lower next
 *
 * Between any two instructions there may come an interrupt that maps and
 * unmaps, or a switch to another task and back, perhaps on another CPU. `next`
 * is then above every entry that may be present. The other code uses slots from
 * `next` on, and restores `next`. Therefore no lock and no flag is needed, and
 * interrupts stay on. If the other code comes before the first step, after
 * `next` was read, it uses the same slot that is about to be used, and leaves
 * it cleared and flushed.
 *
 * The slot before the first is never live, but its entry has the bit
 * PTE_CONTINUED. An empty stack therefore fails the same test as a mapping of
 * several pages, and needs no test of its own.
 *
 * CHECK=1 puts a guard behind each mapping, a slot that is never present: an
 * access behind the mapping's end faults. The unused upper half of the guard's
 * entry holds the address of the caller. */
#ifndef MM_KMAP_STACK_H
#define MM_KMAP_STACK_H

#include "arch/kmap_window.h"
#include "arch/percpu.h"
#include "mm/kmap_task.h"
#include "mm/page.h"

/* Prepares this CPU's window, with empty stacks. */
void kmap_stacks_init(void);

/* The number of mappings in a stack. */
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

/* The protection of mappings for which the caller names no other: kernel
 * data. */
extern pte_t kmap_prot;

/* The same for the first page that is mapped, as its entry. */
extern union window_entry kmap_first_entry;

/* A struct page has 16 bytes, and a page 4096: the offset of a record in the
 * array, times 256, is the physical address of its page. Computed in 32-bit
 * halves, because 64-bit arithmetic takes twice as long. */
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

/* The first slot for which the fast path is not enough: the task may need a
 * page for its record, or there are too many mappings. */
static inline vpn_t kmap_fast_end(enum kmap_stack stack)
{
	return stack == KMAP_LOCAL ? kmap_stack_base(stack) + KMAP_TASK_SLOTS
				   : kmap_stack_end(stack);
}

/* The rare cases of kmap_push() and kmap_pop(): several pages, guards, and
 * mistakes, which panic with a sentence. `caller` is the code that maps. */
void *kmap_push_checked(enum kmap_stack stack, pte_t entry, unsigned pages,
			const void *caller);
void kmap_pop_checked(enum kmap_stack stack, const volatile void *addr);

/* The same for one page; the caller is its return address. */
void *kmap_push_slowly(enum kmap_stack stack, uint32_t place);

/* Maps the page of kmap_entry_halves(); returns its address. Always inline, as
 * are its callers, so that the return address of kmap_push_slowly() lies in the
 * function that maps. */
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
	/* In assembly, because the compiler would copy the register first. */
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
