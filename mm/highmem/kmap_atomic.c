/* SPDX-License-Identifier: MIT */
/* kmap_atomic: mappings that belong to a CPU. What the inline functions of
 * mm/kmap_inline.h do not do.
 *
 * Preemption is off while such a mapping is live. The CPU's stack of mappings
 * therefore belongs to the running task and to the interrupts on top of it, and
 * no switch has to save it. */
#include "mm/kmap.h"

/* The caller of the caller is the code that maps. */
#define map_frame(pfn, prot)                                      \
	kmap_push_checked(KMAP_ATOMIC, PFN_PHYS(pfn) | (prot), 1, \
			  __builtin_return_address(0))

void *kmap_atomic_pfn(pfn_t pfn)
{
	preempt_disable();
	pagefault_disable();
	return map_frame(pfn, kmap_prot);
}

void *kmap_atomic_prot(const struct page *page, pte_t prot)
{
	page_check(__func__, page, __builtin_return_address(0));
	preempt_disable();
	pagefault_disable();
	if (!kmap_needed(page) && prot == PAGE_KERNEL)
		return kmap_direct(page);
	return map_frame(page_to_pfn(page), prot_supported(prot));
}
