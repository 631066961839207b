/* SPDX-License-Identifier: MIT */
/* ioremap(): registers and memory of devices. RAM is refused: its pages are
 * mapped already, or belong to another owner, with another memory type, and the
 * behaviour of memory with two types is undefined (SDM vol. 3, 11.12.4). */
#include "arch/cpu.h"
#include "arch/page.h"
#include "kernel/printk.h"
#include "mm/memblock.h"
#include "vmap.h"

/* Why the range cannot be mapped, or NULL. */
static const char *refusal(phys_addr_t phys, size_t size)
{
	phys_addr_t limit = cpu_phys_limit();

	if (!size)
		return "nothing is asked for";
	if (phys >= limit || size > limit - phys)
		return "this CPU does not reach it";
	if (memblock_overlaps_region(&physmem, phys, size))
		return "it is RAM: use its pages";
	return NULL;
}

static void *map(phys_addr_t phys, size_t size, pte_t prot, const void *caller)
{
	size_t offset = (size_t)phys & (PAGE_SIZE - 1);
	const char *why = refusal(phys, size);
	struct vm_frames from = {.first = PFN_DOWN(phys)};
	struct vmap_area *area = NULL;
	unsigned count;

	if (!why) {
		count = (unsigned)((offset + (phys_addr_t)size + PAGE_SIZE -
				    1) >>
				   PAGE_SHIFT);
		area = vmap_area_take_large(from.first, count, PAGE_SIZE,
					    VM_IOREMAP, caller);
		why = area ? NULL : "no addresses are left for it";
	}
	if (why) {
		pr_err("ioremap: %zu bytes at %pa, for %pS: %s\n", size, &phys,
		       caller, why);
		return NULL;
	}
	vm_map_frames(vm_address(area), &from, count, prot_supported(prot));
	return (void *)(vm_address(area) + offset);
}

void *ioremap(phys_addr_t phys, size_t size)
{
	return map(phys, size, PAGE_KERNEL_DEVICE, __builtin_return_address(0));
}

void *ioremap_wc(phys_addr_t phys, size_t size)
{
	return map(phys, size,
		   cpu_features.pat ? PAGE_KERNEL_WC : PAGE_KERNEL_DEVICE,
		   __builtin_return_address(0));
}

void iounmap(volatile void *addr)
{
	uint32_t page = ALIGN_DOWN((uint32_t)addr, PAGE_SIZE);

	if (addr)
		vmap_area_unmap(vmap_area_end((void *)page, VM_IOREMAP,
					      "iounmap",
					      __builtin_return_address(0)));
}
