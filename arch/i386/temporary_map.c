/* SPDX-License-Identifier: MIT */
/* Temporary mappings: for each CPU a stack of fixmap slots, which no other CPU
 * uses. Preemption is off while there is one. */
#include "arch/temporary_map.h"

#include "arch/fixmap.h"
#include "arch/page.h"
#include "arch/smp.h"
#include "kernel/panic.h"
#include "kernel/preempt.h"

STATIC_ASSERT(FIX_TEMPORARY_LAST - FIX_TEMPORARY_FIRST + 1 ==
	      TEMPORARY_MAPS * NR_CPUS);

static DEFINE_PER_CPU(unsigned, depth); /* slots in use */

/* This CPU's slot at that depth. */
static enum fixmap_slot slot_at(unsigned at)
{
	return FIX_TEMPORARY_FIRST + smp_processor_id() * TEMPORARY_MAPS + at;
}

void *temporary_map(pfn_t pfn)
{
	phys_addr_t phys = PFN_PHYS(pfn);
	unsigned at;

	if (phys < lowmem_end())
		return phys_to_virt(phys);
	preempt_disable();
	at = this_cpu_read(depth);
	if (at == TEMPORARY_MAPS)
		panic("temporary_map: frame 0x%lx is one too many: %u are "
		      "mapped already",
		      pfn, at);
	this_cpu_inc(depth);
	return fixmap_set(slot_at(at), phys, PAGE_KERNEL);
}

void temporary_unmap(void *addr)
{
	unsigned at = this_cpu_read(depth);

	if ((uint32_t)addr - PAGE_OFFSET < lowmem_end())
		return;
	if (!at || (uint32_t)addr != fixmap_address(slot_at(at - 1)))
		panic("temporary_unmap: %p is not the newest of %u mappings",
		      addr, at);
	fixmap_clear(slot_at(at - 1));
	this_cpu_dec(depth);
	preempt_enable();
}
