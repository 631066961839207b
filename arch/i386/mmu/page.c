/* SPDX-License-Identifier: MIT */
/* The direct map as arithmetic: an address of lowmem is its physical address
 * plus PAGE_OFFSET. Each conversion checks its argument, because most highmem
 * bugs use a physical address above lowmem as if it had a pointer. */
#include "arch/page.h"

#include "arch/pgtable.h"
#include "arch/sections.h"
#include "kernel/panic.h"

/* 0 until the direct map is built; until then only the image has addresses. */
static phys_addr_t direct_map_size;

void direct_map_set_end(phys_addr_t end)
{
	direct_map_size = end;
}

phys_addr_t lowmem_end(void)
{
	return direct_map_size ? direct_map_size
			       : (uint32_t)kernel_end - PAGE_OFFSET;
}

void *phys_to_virt(phys_addr_t phys)
{
	phys_addr_t end = lowmem_end();

	if (unlikely(phys >= end))
		panic("phys_to_virt: %pa is above the direct map, which ends "
		      "at %pa: the page has no permanent address. Map it "
		      "(kmap_local_page, or early_memremap while booting)",
		      &phys, &end);
	return (void *)((uint32_t)phys + PAGE_OFFSET);
}

phys_addr_t virt_to_phys(const volatile void *ptr)
{
	uint32_t offset = (uint32_t)ptr - PAGE_OFFSET;

	/* Addresses under PAGE_OFFSET wrap to large offsets. */
	if (unlikely(offset >= lowmem_end()))
		panic("virt_to_phys: %p lies in %s, not in the direct map: "
		      "its frame is known to the page tables alone "
		      "(vmalloc_to_page, kmap_to_page)",
		      (const void *)ptr, layout_region((uint32_t)ptr));
	return offset;
}
