/* SPDX-License-Identifier: MIT */
/* Temporary mappings: a stack of fixmap slots.
 *
 * Locking: one CPU, interrupts off. The slots are shared by all CPUs, so a
 * second CPU needs slots of its own. */
#include "arch/temporary_map.h"

#include "arch/fixmap.h"
#include "arch/page.h"
#include "kernel/panic.h"

STATIC_ASSERT(FIX_TEMPORARY_LAST - FIX_TEMPORARY_FIRST + 1 == TEMPORARY_MAPS);

static unsigned depth; /* slots in use */

void *temporary_map(pfn_t pfn)
{
	phys_addr_t phys = PFN_PHYS(pfn);

	if (phys < lowmem_end())
		return phys_to_virt(phys);
	if (depth == TEMPORARY_MAPS)
		panic("temporary_map: frame 0x%lx is one too many: %u are "
		      "mapped already",
		      pfn, depth);
	return fixmap_set(FIX_TEMPORARY_FIRST + depth++, phys, PAGE_KERNEL);
}

void temporary_unmap(void *addr)
{
	if ((uint32_t)addr - PAGE_OFFSET < lowmem_end())
		return;
	if (!depth ||
	    (uint32_t)addr != fixmap_address(FIX_TEMPORARY_FIRST + depth - 1))
		panic("temporary_unmap: %p is not the newest of %u mappings",
		      addr, depth);
	fixmap_clear(FIX_TEMPORARY_FIRST + --depth);
}
