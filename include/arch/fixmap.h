/* SPDX-License-Identifier: MIT */
/* Fixed virtual addresses for what physical memory has elsewhere: device
 * registers, and firmware's tables while booting. The enum is the allocator:
 * a slot is one page whose address the compiler knows. */
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

/* Hangs the fixmap's page table into the page directory. First of all. */
void fixmap_init(void);

/* Points `slot` at the page of `phys` with the protection `prot`, and returns
 * its address. The slot must be clear: a live one is a bug. Any context. */
void *fixmap_set(enum fixmap_slot slot, phys_addr_t phys, pte_t prot);

/* Clears a slot and flushes it from this CPU's TLB. Boot, on one CPU. */
void fixmap_clear(enum fixmap_slot slot);

/* How many bytes early_memremap() can show at once, if page-aligned. */
#define EARLY_MEMREMAP_MAX \
	((FIX_EARLY_LAST - FIX_EARLY_FIRST + 1) * (size_t)PAGE_SIZE)

/* Shows `size` bytes of physical memory from `phys`, wherever that lies, read
 * only: firmware tables, the loader's symbol table. NULL when `size` is 0 or
 * more than the window holds, or the range runs past the CPU's reach. One
 * mapping at a time: a second one before early_memunmap() is a bug.
 * Boot, on one CPU. */
const void *early_memremap(phys_addr_t phys, size_t size);
void early_memunmap(void);

/* Copies `size` bytes, of any length, from physical memory through the window.
 * False, with `dst` undefined, when the range cannot be reached. */
bool early_copy_from_phys(void *dst, phys_addr_t phys, size_t size);

#endif
