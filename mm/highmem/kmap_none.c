/* SPDX-License-Identifier: MIT */
/* mm/kmap.h without highmem: what mm/kmap_none.h has left. Compiled with
 * HIGHMEM=n instead of the other files about kmap. */
#include "mm/kmap.h"

void kmap_init(void)
{
}

void kmap_init_cpu(void)
{
}

bool kmap_local_reserve(gfp_t gfp)
{
	(void)gfp;
	return true;
}

void *kmap_local_pfn(pfn_t pfn)
{
	return direct_address(PFN_PHYS(pfn));
}

void *kmap_local_page_prot(const struct page *page, pte_t prot)
{
	(void)prot;
	return kmap_direct(__func__, page, __builtin_return_address(0));
}

void *kmap_local_pfn_prot(pfn_t pfn, pte_t prot)
{
	(void)prot;
	return kmap_local_pfn(pfn);
}

void *kmap_local_folio(struct folio *folio, size_t offset)
{
	return (char *)kmap_direct(__func__, &folio->page,
				   __builtin_return_address(0)) +
	       offset;
}

void *kmap_atomic_pfn(pfn_t pfn)
{
	preempt_disable();
	pagefault_disable();
	return kmap_local_pfn(pfn);
}

void *kmap_atomic_prot(const struct page *page, pte_t prot)
{
	(void)prot;
	preempt_disable();
	pagefault_disable();
	return kmap_direct(__func__, page, __builtin_return_address(0));
}

void *kmap_high_get(struct page *page)
{
	return kmap_direct(__func__, page, __builtin_return_address(0));
}

unsigned kmap_detach(struct page *page, const void **caller)
{
	(void)page, (void)caller;
	return 0;
}

const void *kmap_stack_caller_of(pfn_t pfn)
{
	(void)pfn;
	return NULL;
}

void kmap_flush_unused(void)
{
}

struct page *kmap_to_page(const void *addr)
{
	return virt_to_page(addr);
}

struct kmap_counts kmap_count(void)
{
	return (struct kmap_counts){0};
}

unsigned kmap_local_mappings(void)
{
	return 0;
}

unsigned kmap_atomic_mappings(void)
{
	return 0;
}

const void *kmap_local_caller(void)
{
	return NULL;
}

void kmap_visit_mapped(void (*visit)(const struct page *page, unsigned users,
				     const void *caller))
{
	(void)visit;
}
