/* SPDX-License-Identifier: MIT */
/* Physical memory as one array of an ordinary process, so that the direct map
 * is an addition:
 *
 *	physical    phys .......... phys + size
 *	               |                |
 *	pointer     array ......... array + size
 *
 * A physical address outside the array has no pointer, as one above the direct
 * map has none on the real machine, and the conversion panics. */
#include "arch/host.h"
#include "arch/kmap_window.h"
#include "arch/page.h"
#include "arch/pgtable.h"
#include "kernel/panic.h"
#include "mm/page_check.h"

static struct {
	char *array;
	phys_addr_t phys;
	size_t size;
	phys_addr_t lowmem_end;
} ram;

void host_memory_set(void *array, phys_addr_t phys, size_t size)
{
	ram.array = array;
	ram.phys = phys;
	ram.size = size;
	ram.lowmem_end = phys + size;
}

void host_lowmem_set(phys_addr_t end)
{
	ram.lowmem_end = end;
}

phys_addr_t lowmem_end(void)
{
	return ram.lowmem_end;
}

/* An address before the array wraps to a large offset, so one compare serves
 * both ends. */
static void *pointer_to(phys_addr_t phys)
{
	if (phys - ram.phys >= ram.size)
		panic("host: no RAM at physical 0x%llx: host_memory_set() gave "
		      "%zu bytes at 0x%llx",
		      (unsigned long long)phys, ram.size,
		      (unsigned long long)ram.phys);
	return ram.array + (size_t)(phys - ram.phys);
}

void *phys_to_virt(phys_addr_t phys)
{
	void *ptr = pointer_to(phys);

	if (phys >= ram.lowmem_end)
		panic("host: 0x%llx is highmem, which begins at 0x%llx: it has "
		      "no permanent address",
		      (unsigned long long)phys,
		      (unsigned long long)ram.lowmem_end);
	return ptr;
}

/* Every page has an address, and no page has a slot. */
unsigned kmap_detach(struct page *page, const void **caller)
{
	(void)page, (void)caller;
	return 0;
}

/* There is neither a CPU window nor a vmalloc area. */
const void *kmap_stack_caller_of(pfn_t pfn)
{
	(void)pfn;
	return NULL;
}

bool vmap_find_user(pfn_t pfn, struct vmap_user *user)
{
	(void)pfn, (void)user;
	return false;
}

/* Every address is the process's own. */
const char *layout_region(uint32_t virt)
{
	(void)virt;
	return "the process";
}

void *direct_address(phys_addr_t phys)
{
	return pointer_to(phys);
}

phys_addr_t virt_to_phys(const volatile void *ptr)
{
	uintptr_t offset = (uintptr_t)ptr - (uintptr_t)ram.array;

	if (offset >= ram.size)
		panic("host: %p does not lie in the array of RAM",
		      (const void *)(uintptr_t)ptr);
	return ram.phys + offset;
}
