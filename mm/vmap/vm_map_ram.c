/* SPDX-License-Identifier: MIT */
/* vm_map_ram(): vmap() for many short uses. In Linux it is faster than vmap()
 * because it flushes lazily; in Loft vmap() flushes lazily, too. See
 * mm/vmalloc.h. */
#include "kernel/panic.h"
#include "vmap.h"

void *vm_map_ram(struct page **pages, unsigned count, int node)
{
	(void)node;
	return vmap(pages, count, VM_MAP, PAGE_KERNEL);
}

void vm_unmap_ram(const void *addr, unsigned count)
{
	const struct vmap_area *area = find_vm_area(addr);

	if (area && (const void *)vm_address(area) == addr &&
	    area->mapped != count)
		panic("vm_unmap_ram: the mapping at %p has %lu pages, and %u "
		      "are to be unmapped, at %pS: it ends as a whole",
		      addr, (unsigned long)area->mapped, count,
		      __builtin_return_address(0));
	vunmap(addr);
}
