/* SPDX-License-Identifier: MIT */
/* Fixed virtual addresses for physical memory anywhere: device registers, and
 * firmware's tables during boot. The enum is the allocator: each slot is one
 * page, and its address is a constant. */
#ifndef ARCH_FIXMAP_H
#define ARCH_FIXMAP_H

#include "arch/pgtable.h"

enum fixmap_slot {
	FIX_VGA,	  /* the VGA text screen */
	FIX_LAPIC,	  /* each CPU's own local APIC */
	FIX_IOAPIC_FIRST, /* one for each I/O APIC */
	FIX_IOAPIC_LAST = FIX_IOAPIC_FIRST + 3,
	FIX_HPET,
	FIX_EARLY_FIRST, /* early_memremap() */
	FIX_EARLY_LAST = FIX_EARLY_FIRST + 63,
	FIX_COUNT
};
STATIC_ASSERT(FIX_COUNT <= FIXMAP_SLOTS);

#define fixmap_address(slot) (FIXMAP_BASE + PAGE_SIZE * (uint32_t)(slot))

/* Stores the fixmap's page table in the page directory. Before all else
 * here. */
void fixmap_init(void);

/* Maps the page of `phys` in `slot` with the protection `prot`, and returns its
 * address. Panics if the slot is in use. Any context. */
void *fixmap_set(enum fixmap_slot slot, phys_addr_t phys, pte_t prot);

/* Clears a slot and flushes it from this CPU's TLB. Boot, on one CPU. */
void fixmap_clear(enum fixmap_slot slot);

/* How many bytes early_memremap() can map at once, if page-aligned. */
#define EARLY_MEMREMAP_MAX \
	((FIX_EARLY_LAST - FIX_EARLY_FIRST + 1) * (size_t)PAGE_SIZE)

/* Maps `size` bytes of physical memory from `phys`, at any address, read-only:
 * firmware tables, the loader's symbol table. Returns NULL if `size` is 0 or
 * more than the window holds, or if the range is beyond the CPU's physical
 * addresses. One mapping at a time: panics at a second one before
 * early_memunmap(). Boot, on one CPU. */
const void *early_memremap(phys_addr_t phys, size_t size);
void early_memunmap(void);

/* Copies `size` bytes, of any length, from physical memory through the window.
 * False, with `dst` undefined, if the range cannot be mapped. */
bool early_copy_from_phys(void *dst, phys_addr_t phys, size_t size);

#endif
