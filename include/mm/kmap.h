/* SPDX-License-Identifier: MIT */
/* Mapping single pages, in three ways; the fourth, for many pages, is vmap(). A
 * page of lowmem always has an address; a high page has one from a map call to
 * its unmap call.
 *
 *	char *from = kmap_local_page(source);
 *	char *to = kmap_local_page(target);
 *
 *	memcpy(to, from, PAGE_SIZE);
 *	kunmap_local(to);               the newest first
 *	kunmap_local(from);
 *
 * The classic mistakes, each of which panics with a sentence: to unmap in the
 * order of mapping; to unmap twice; to pass the page instead of the address; to
 * use a local address in another task; to call kmap() where sleeping is
 * forbidden.
 *
 *	                kmap_local      kmap_atomic     kmap
 *	valid for       this task       this CPU        all tasks and CPUs
	while mapped    no limits       no preemption,  no limits
 *	                                no page faults
 *	may sleep       no              no              when the pool is full
 *	interrupts      yes             yes             no
 *	unmap by        address         address         page
 *	order           nested          nested          any
 *	unmap flushes   one page here   one page here   nothing
 *
 * Use kmap_local_page(). Names and behaviour are those of Linux 6.1
 * (Documentation/mm/highmem.rst, include/linux/highmem.h); what differs is
 * said below. With HIGHMEM=n, and in hosted tests, all of it is arithmetic. */
#ifndef MM_KMAP_H
#define MM_KMAP_H

#include "kernel/pagefault.h"
#include "kernel/preempt.h"
#include "mm/folio.h"
#include "mm/kmap_task.h"

/* Prepares this CPU for all calls below: the boot CPU once there are zones,
 * another CPU before it runs tasks. */
void kmap_init(void);
void kmap_init_cpu(void);

/* ---- kmap_local: a task's mapping ---------------------------------------- */

/* The page's address for the running task, on any CPU: preemption and migration
 * stay on (in Linux migration is off). Never fails; panics if there are too
 * many mappings. Any context; a mapping made in an interrupt handler must end
 * there. */
static __always_inline void *kmap_local_page(const struct page *page);

/* Makes room to save more than KMAP_TASK_SLOTS mappings of the current task
 * while it does not run: allocates a page, which the task keeps until it ends.
 * Returns false if there is no page. Without this call, the first mapping that
 * needs the page allocates it with GFP_ATOMIC, and panics if there is none.
 * Context: that of `gfp`; not an interrupt. Linux has room for 16 mappings. */
bool kmap_local_reserve(gfp_t gfp);

/* The same for any frame, with or without a struct page, in the direct map or
 * not (NOMAP). Always uses the window. With HIGHMEM=n, only for a frame of the
 * direct map. */
void *kmap_local_pfn(pfn_t pfn);

/* The same with another protection, such as PAGE_KERNEL_RO. A page of lowmem is
 * also mapped, unless `prot` is PAGE_KERNEL. With HIGHMEM=n `prot` is
 * ignored. */
void *kmap_local_page_prot(const struct page *page, pte_t prot);
void *kmap_local_pfn_prot(pfn_t pfn, pte_t prot);

/* The address of the byte at `offset` in the folio. If the folio has at most
 * KMAP_FOLIO_PAGES pages, all are mapped, one behind the other, and two such
 * folios fit at once. Of a larger folio only the page with that byte is mapped,
 * as always in Linux. One kunmap_local() ends it, by an address in any of the
 * pages. */
#define KMAP_FOLIO_PAGES 128
void *kmap_local_folio(struct folio *folio, size_t offset);

/* Ends the newest mapping of this task; `addr` is any address in it. Does
 * nothing for addresses of lowmem. */
#define kunmap_local(addr)              \
	do {                            \
		kmap_refuse_page(addr); \
		kunmap_local_at(addr);  \
	} while (0)
static inline void kunmap_local_at(const volatile void *addr);

/* Panics if this task has live mappings; `when` says what it is about to do:
 * "exits", "returns to user space". */
static inline void kmap_local_assert_none(const char *when);

/* ---- kmap_atomic: a CPU's mapping ---------------------------------------- */

/* The page's address, on this CPU, until kunmap_atomic(). In between, and also
 * for a page of lowmem, preemption and page faults are off. Any context.
 * Deprecated in Linux: kmap_local_page() does the same at less cost. */
static __always_inline void *kmap_atomic(const struct page *page);

/* The same for any frame, and with another protection, as above. */
void *kmap_atomic_pfn(pfn_t pfn);
void *kmap_atomic_prot(const struct page *page, pte_t prot);

/* Ends the newest kmap_atomic() of this CPU, by any address in the page. */
#define kunmap_atomic(addr)             \
	do {                            \
		kmap_refuse_page(addr); \
		kunmap_atomic_at(addr); \
	} while (0)
static inline void kunmap_atomic_at(const volatile void *addr);

/* ---- kmap: everybody's mapping ------------------------------------------- */

/* Slots of the pool; with CHECK=1 there is a guard slot behind each. */
#define KMAP_SLOTS (PKMAP_SLOTS >> CHECK)

/* The page's address, valid in all tasks and CPUs until each kmap() has had its
 * kunmap(). A page that is mapped already keeps its address; for a page of
 * lowmem, also with `force_kmap`, the permanent address is returned. Sleeps
 * while all slots are in use; waiting tasks get slots in the order of asking.
 * If tasks hold all slots and all of them wait for one more, panics after
 * KMAP_DEADLOCK_MS and names them. Task context, where sleeping is allowed. */
#define KMAP_DEADLOCK_MS 1000
static __always_inline void *kmap(struct page *page);

/* Ends one kmap() of the page, in any order. Do not use the address afterwards:
 * it still reaches the page until the pool needs the slot, so a use is not
 * caught, not even with CHECK=1. To find such a mistake call
 * kmap_flush_unused(), after which the use faults. Any context but
 * interrupts. */
static inline void kunmap(struct page *page);

/* Like kmap(), but NULL if the page has no address yet: never sleeps, makes no
 * mapping. Any context but interrupts. */
void *kmap_high_get(struct page *page);

/* Flushes all slots of the pool that no kmap() uses, and frees them. Task
 * context. */
void kmap_flush_unused(void);

/* The address of the page that is valid in all tasks: that of lowmem, or that
 * of kmap(), in constant time; NULL for a high page without one. Addresses of
 * kmap_local and kmap_atomic are not returned. Any context. */
static inline void *page_address(const struct page *page);

/* ---- Which page, which address ------------------------------------------- */

/* Whether the address is one that a kmap call may have made. Any context. */
static inline bool is_kmap_addr(const volatile void *addr);

/* The page at an address that a map call has returned: in lowmem, or in a live
 * mapping. Panics for other addresses. Any context. */
struct page *kmap_to_page(const void *addr);

/* ---- For tests and figures ----------------------------------------------- */

/* Slots of the pool by state; the three add up to KMAP_SLOTS. With HIGHMEM=n
 * all are 0. */
struct kmap_counts {
	unsigned free, stale, mapped;
	unsigned long wraps;  /* flushes of all CPUs, so far */
	unsigned long sleeps; /* how often a task waited for a slot, so far */
};
struct kmap_counts kmap_count(void);

/* The number of live mappings of this task, and of this CPU; a mapping may have
 * several slots (kmap_local_slots()). And the caller that made the newest
 * mapping of this task; NULL without CHECK=1. */
unsigned kmap_local_mappings(void);
unsigned kmap_atomic_mappings(void);
const void *kmap_local_caller(void);

/* Calls `visit` for each page that kmap() maps, with the number of kmap() calls
 * that are not ended, and the caller of the first. */
void kmap_visit_mapped(void (*visit)(const struct page *page, unsigned users,
				     const void *caller));

/* ---- How it is done ------------------------------------------------------ */

/* Makes the compiler refuse a page as argument of an unmap call. */
#define kmap_refuse_page(addr)                                        \
	STATIC_ASSERT(!__builtin_types_compatible_p(__typeof__(addr), \
						    struct page *) && \
		      !__builtin_types_compatible_p(__typeof__(addr), \
						    const struct page *))

/* Panics: the function named `api` may sleep, and was called where sleeping is
 * forbidden. */
void kmap_context_panic(const char *api) __noreturn __cold;

static inline void kmap_check_context(const char *api)
{
	if (unlikely(in_atomic() || (CHECK && irqs_disabled())))
		kmap_context_panic(api);
}

#if HIGHMEM
#include "mm/kmap_inline.h"
#else
#include "mm/kmap_none.h"
#endif

#endif
