/* SPDX-License-Identifier: MIT */
/* The CPU window: 512 pages of addresses with a different page table on each
 * CPU.
 *
 *	CPU_WINDOW_BASE                              CPU_WINDOW_TABLE
 *	| slot 0 | slot 1 |   ...   | slot 509 | ---- |  the table  |
 *	     ^        ^                                  |  |  |
 *	     +--------+----------------------------------+--+--+
 *
 * The last slot maps the table itself. Each entry therefore has the same
 * address on every CPU, and a store to it changes the window of the CPU that
 * executes the store. The code need not know which CPU that is, and it may
 * change at any time.
 *
 * A slot is named by its virtual page number (vpn), its address in pages: from
 * it the CPU finds the entry in the same instruction that writes it. */
#ifndef ARCH_KMAP_WINDOW_H
#define ARCH_KMAP_WINDOW_H

#include "arch/pgtable.h"
#include "arch/tlb.h"

/* A bit that the CPU ignores: the page belongs to the same mapping as the page
 * in the slot below. */
#define PTE_CONTINUED ((pte_t)1 << 9)

/* Maps this CPU's table in its own last slot. Once on each CPU, before all
 * calls below. */
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

/* Adds an entry to the number in two halves. The compiler would add 64 bits in
 * memory, and GCC 14 would take the sum apart there. */
static inline void window_entry_add(const union window_entry *entry,
				    uint32_t *high, uint32_t *low)
{
	__asm__("addl %2, %0; adcl %3, %1"
		: "+&r"(*low), "+r"(*high)
		: "m"(entry->low), "m"(entry->high)
		: "cc");
}

static inline pte_t *window_pte(vpn_t vpn)
{
	return &window_entries[vpn].pte;
}

/* Writes the entry of a slot that is not present. Later accesses through the
 * slot are not moved before it. */
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

/* Clears the entry of a slot and flushes it on this CPU; `addr` is any address
 * in the slot. Earlier accesses through the slot are not moved behind it. The
 * upper half of the entry stays, which saves a store: without the present bit
 * it has no meaning. */
static inline void window_clear(vpn_t vpn, const volatile void *addr)
{
	barrier();
	WRITE_ONCE(window_entries[vpn].low, 0);
	flush_tlb_page_local((uint32_t)addr);
}

/* The same for the slot before `next`, with one instruction less than the
 * compiler's code. */
static inline void window_clear_before(vpn_t next, const volatile void *addr)
{
	__asm__ volatile("movl $0, window_entries - 8(, %0, 8)" ::"r"(next)
			 : "memory");
	flush_tlb_page_local((uint32_t)addr);
}

/* Maps another frame in a slot that is present and not in use now. The slot is
 * not present in between, because the CPU may read the entry at any time and
 * must not combine halves of two. */
static inline void window_replace(vpn_t vpn, pte_t value)
{
	WRITE_ONCE(window_entries[vpn].low, 0);
	window_set(vpn, value);
	flush_tlb_page_local(vpn << PAGE_SHIFT);
}

/* The permanent address of a frame of lowmem. Does not check its argument. */
static inline void *direct_address(phys_addr_t phys)
{
	return (void *)(PAGE_OFFSET + (uint32_t)phys);
}

#endif
