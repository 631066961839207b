/* SPDX-License-Identifier: MIT */
/* The CPU window: 512 addresses that mean something else on each CPU, since
 * each CPU has a page table of its own behind them.
 *
 *	CPU_WINDOW_BASE                              CPU_WINDOW_TABLE
 *	| slot 0 | slot 1 |   ...   | slot 509 | ---- |  the table  |
 *	     ^        ^                                  |  |  |
 *	     +--------+----------------------------------+--+--+
 *
 * The last slot shows the table itself. So an entry, too, has one address on
 * every CPU, and a store to it changes the window of whichever CPU does the
 * store: nobody asks which one that is, and it may change at any time.
 *
 * A slot is named by its virtual page number (vpn), its address in pages: from
 * it the CPU finds the entry in the same instruction that writes it. */
#ifndef ARCH_KMAP_WINDOW_H
#define ARCH_KMAP_WINDOW_H

#include "arch/pgtable.h"
#include "arch/tlb.h"

/* A bit that the CPU leaves to us: the page belongs to the same mapping as the
 * page in the slot below. */
#define PTE_CONTINUED ((pte_t)1 << 9)

/* Shows this CPU's table in its own last slot. Once on each CPU, before
 * anything below. */
void kmap_window_init(void);

static inline vpn_t window_vpn(const volatile void *addr)
{
	return (uint32_t)addr >> PAGE_SHIFT;
}

static inline void *window_address(vpn_t vpn)
{
	return (void *)(vpn << PAGE_SHIFT);
}

/* The entries, by vpn: those of the window exist. (linker.ld) */
extern union window_entry {
	pte_t pte;
	struct {
		uint32_t low, high;
	};
} window_entries[];

static inline pte_t *window_pte(vpn_t vpn)
{
	return &window_entries[vpn].pte;
}

/* Makes a dead slot live. What is accessed through it is accessed after. */
static inline void window_set_halves(vpn_t vpn, uint32_t high, uint32_t low)
{
	WRITE_ONCE(window_entries[vpn].high, high);
	WRITE_ONCE(window_entries[vpn].low, low);
	barrier();
}

static inline void window_set(vpn_t vpn, pte_t value)
{
	window_set_halves(vpn, (uint32_t)(value >> 32), (uint32_t)value);
}

/* Makes a slot, of which `addr` is any address, dead, and this CPU forget it.
 * What was accessed through it was accessed before. The upper half of the
 * entry stays: it means nothing, and the store is saved. */
static inline void window_clear(vpn_t vpn, const volatile void *addr)
{
	barrier();
	WRITE_ONCE(window_entries[vpn].low, 0);
	flush_tlb_page_local((uint32_t)addr);
}

/* The same for the slot before `next`, in an instruction less than the compiler
 * would take. */
static inline void window_clear_before(vpn_t next, const volatile void *addr)
{
	__asm__ volatile("movl $0, window_entries - 8(, %0, 8)" ::"r"(next)
			 : "memory");
	flush_tlb_page_local((uint32_t)addr);
}

/* Shows another frame in a live slot that nobody uses now. The slot is dead in
 * between: the CPU may read entries at any time, and shall not find halves of
 * two. */
static inline void window_replace(vpn_t vpn, pte_t value)
{
	WRITE_ONCE(window_entries[vpn].low, 0);
	window_set(vpn, value);
	flush_tlb_page_local(vpn << PAGE_SHIFT);
}

/* The address that a frame of lowmem has for ever. Checks nothing. */
static inline void *direct_address(phys_addr_t phys)
{
	return (void *)(PAGE_OFFSET + (uint32_t)phys);
}

#endif
