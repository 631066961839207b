/* SPDX-License-Identifier: MIT */
/* Areas ended wrongly, or by the wrong people: each mistake is caught, the
 * sentence says whose area it was, and the area is as good as before. What can
 * only be seen by dying is in tests called death (tests/boot/test_death.py).
 *
 * Notices: area_ended_by_any_kind, area_ended_from_inside,
 * area_of_stale_tag, device_page_told, area_remembered_checking,
 * area_ended_anywhere, vmapped_page_freed, vmalloc_page_freed,
 * vmap_of_anything. */
#include "kernel/ktest.h"

#include "boot/boot_init.h"
#include "arch/cpu.h"
#include "arch/fixmap.h"
#include "arch/ipi.h"
#include "kernel/errno.h"
#include "mm/slab.h"
#include "mm/vmap/vmap_area.h"
#include "vmap_check.h"

/* Both name their caller in the sentences, so they must stay functions. */
static void *__noinline careful_owner(struct page **pages, unsigned count)
{
	void *seen = vmap(pages, count, VM_MAP, PAGE_KERNEL);

	barrier();
	return seen;
}

/* Where every PC has its local APIC: no RAM. */
#define LAPIC_PHYS 0xfee00000

static void __noinline first_ender(void *addr)
{
	vunmap(addr);
	barrier();
}

KTEST(vmap_misuse, "ending an area twice is caught, and both enders are named")
{
	struct vmap_before before = vmap_begin();
	struct page *pages[2];
	void *seen;

	if (!take_numbered(pages, 2, GFP_HIGHUSER))
		return;
	seen = careful_owner(pages, 2);
	first_ender(seen);
	EXPECT_PANIC("was already freed at", vunmap(seen));
	/* Names are known if the loader has passed the symbols. */
	if (boot_info.elf.count) {
		EXPECT_PANIC("already freed at first_ender", vunmap(seen));
		EXPECT_PANIC("careful_owner+", vunmap(seen));
		EXPECT_PANIC("given at test_vmap_misuse_", vunmap(seen));
	}
	EXPECT_PANIC("was already freed at", vfree(seen));
	vm_unmap_aliases();
	EXPECT_PANIC("was it freed twice, long ago?", vunmap(seen));
	free_numbered(pages, 2);
	expect_vmap_as_before(&before);
}

KTEST(vmap_misuse, "ending memory twice is caught, and so is a device")
{
	struct vmap_before before = vmap_begin();
	void *memory = vmalloc(10000), *device = ioremap(0xb8010, 100);

	vfree(memory);
	EXPECT_PANIC("vfree: the area at", vfree(memory));
	iounmap(device);
	EXPECT_PANIC("iounmap: the area at", iounmap(device));
	vm_unmap_aliases();
	EXPECT_PANIC("vfree: nothing is at", vfree(memory));
	EXPECT_PANIC("iounmap: nothing is at", iounmap(device));
	expect_vmap_as_before(&before);
}

KTEST(vmap_misuse, "an address inside an area does not end it")
{
	struct vmap_before before = vmap_begin();
	struct page *pages[3];
	char *seen, *memory = vmalloc(3 * PAGE_SIZE);

	if (!take_numbered(pages, 3, GFP_HIGHUSER))
		return;
	seen = careful_owner(pages, 3);
	for (unsigned at = 1; at < 4 * PAGE_SIZE; at += 1023) {
		EXPECT_PANIC("is inside the area that ", vunmap(seen + at));
		EXPECT_PANIC("vfree: ", vfree(memory + at));
	}
	EXPECT_PANIC("free it by its first address",
		     vunmap(seen + 3 * PAGE_SIZE));
	EXPECT_EQ(*(uint32_t *)(seen + 2 * PAGE_SIZE), 2);
	vunmap(seen);
	vfree(memory);
	free_numbered(pages, 3);
	expect_vmap_as_before(&before);
}

KTEST(vmap_misuse, "what was an area's beginning once does not end another")
{
	struct vmap_before before = vmap_begin();
	struct page *pages[3];
	char *first, *second, *both;

	if (!take_numbered(pages, 3, GFP_HIGHUSER))
		return;
	first = careful_owner(pages, 1);
	second = careful_owner(pages, 1);
	vunmap(first);
	vunmap(second);
	vm_unmap_aliases();
	both = careful_owner(pages, 3);
	EXPECT_EQ((uint32_t)both, (uint32_t)first);
	EXPECT_PANIC("is inside the area", vunmap(second));
	vunmap(both);
	free_numbered(pages, 3);
	expect_vmap_as_before(&before);
}

KTEST(vmap_misuse, "an area ends with the call that belongs to its beginning")
{
	struct vmap_before before = vmap_begin();
	struct page *page = alloc_page(GFP_HIGHUSER);
	void *seen = careful_owner(&page, 1), *memory = vmalloc(1);
	void *device = ioremap(0xb8000, 1);

	EXPECT_PANIC("is an area of vmap(), which ends with vunmap()",
		     vfree(seen));
	EXPECT_PANIC("is an area of vmap(), which", iounmap(seen));
	EXPECT_PANIC("is an area of vmalloc(), which ends with vfree()",
		     vunmap(memory));
	EXPECT_PANIC("is an area of vmalloc(), which", iounmap(memory));
	EXPECT_PANIC("is an area of ioremap(), which ends with iounmap()",
		     vunmap(device));
	EXPECT_PANIC("is an area of ioremap(), which", vfree(device));
	vunmap(seen);
	vfree(memory);
	iounmap(device);
	__free_page(page);
	expect_vmap_as_before(&before);
}

KTEST(vmap_misuse,
      "addresses that never were an area's are told where they are")
{
	void *object = kmalloc(100, GFP_KERNEL);

	EXPECT_PANIC("not in the vmalloc area, but in the direct map",
		     vfree(object));
	EXPECT_PANIC("vunmap: ", vunmap(object));
	EXPECT_PANIC("but in page zero", vfree((void *)0x123));
	EXPECT_PANIC("not in the vmalloc area, but in pkmap",
		     vunmap((void *)VMALLOC_END));
	EXPECT_PANIC("not in the vmalloc area",
		     iounmap((void *)fixmap_address(FIX_LAPIC)));
	EXPECT_PANIC("not in the vmalloc area", vfree((void *)~0u));
	EXPECT_PANIC("nothing is at", vfree((void *)(VMALLOC_END - PAGE_SIZE)));
	kfree(object);
}

KTEST(vmap_misuse, "pages are told of addresses where something is mapped only")
{
	struct vmap_before before = vmap_begin();
	char *memory = vmalloc(PAGE_SIZE);

	EXPECT_PANIC("nothing is mapped at",
		     vmalloc_to_page(memory + PAGE_SIZE));
	EXPECT_PANIC("nothing is mapped at", vmalloc_to_pfn(&before));
	EXPECT_PANIC("in page zero", vmalloc_to_pfn(NULL));
	vfree(memory);
	EXPECT_PANIC("nothing is mapped at", vmalloc_to_page(memory));
	expect_vmap_as_before(&before);
}

KTEST(vmap_misuse, "frames of a device have no page to be told of")
{
	struct vmap_before before = vmap_begin();
	void *device = ioremap(LAPIC_PHYS, 1);

	EXPECT_EQ(vmalloc_to_pfn(device), PFN_DOWN(LAPIC_PHYS));
	EXPECT_PANIC("frame 0xfee00, which has no struct page",
		     vmalloc_to_page(device));
	iounmap(device);
	expect_vmap_as_before(&before);
}

KTEST(vmap_misuse, "with CHECK=1 a use of an area after its end faults at once")
{
	struct page *page = alloc_page(GFP_HIGHUSER);
	volatile char *seen = careful_owner(&page, 1);

	seen[5] = 1;
	vunmap((void *)seen);
	if (CHECK) {
		EXPECT_FAULT(ACCESS_READ, seen + 5, PAGE_ABSENT);
		EXPECT_FAULT(ACCESS_WRITE, seen + 5, PAGE_ABSENT);
	} else {
		ktest_skip("needs CHECK=1");
	}
	__free_page(page);
}

KTEST(vmap_misuse, "with CHECK=1 areas where nobody may sleep are caught")
{
	struct vmap_before before = vmap_begin();
	void *device = ioremap(LAPIC_PHYS, 1), *memory = vmalloc(1);

	preempt_disable();
	if (CHECK) {
		EXPECT_PANIC("vmap may sleep, called at test_vmap_misuse_",
			     vmalloc(1));
		EXPECT_PANIC("vfree may sleep, called at test_vmap_misuse_",
			     vfree(memory));
		EXPECT_PANIC("iounmap may sleep, called at test_vmap_misuse_",
			     iounmap(device));
		EXPECT_PANIC("may sleep", vm_unmap_aliases());
	} else {
		ktest_skip("needs CHECK=1");
	}
	preempt_enable();
	vfree(memory);
	iounmap(device);
	expect_vmap_as_before(&before);
}

KTEST(vmap_misuse, "vmap() without flags is an area of vmap() like another")
{
	struct vmap_before before = vmap_begin();
	struct page *page = alloc_page(GFP_HIGHUSER);
	void *seen = vmap(&page, 1, 0, PAGE_KERNEL);

	EXPECT(vmalloc_to_page(seen) == page);
	EXPECT_EQ(find_vm_area(seen)->kind, VM_MAP);
	EXPECT_PANIC("is an area of vmap()", vfree(seen));
	vunmap(seen);
	__free_page(page);
	expect_vmap_as_before(&before);
}

KTEST(vmap_misuse, "with CHECK=1 freeing a page that vmap() maps is caught")
{
	struct vmap_before before = vmap_begin();
	struct page *pages[2] = {alloc_page(GFP_HIGHUSER),
				 alloc_page(GFP_KERNEL)};
	void *seen = careful_owner(pages, 2), *again = careful_owner(pages, 1);

	if (CHECK) {
		EXPECT_PANIC("is still mapped by vmap()",
			     __free_page(pages[0]));
		EXPECT_PANIC("careful_owner", put_page(pages[1]));
	} else {
		ktest_skip("needs CHECK=1");
	}
	vunmap(seen);
	if (CHECK)
		EXPECT_PANIC("is still mapped by vmap()",
			     __free_page(pages[0]));
	vunmap(again);
	__free_page(pages[0]);
	__free_page(pages[1]);
	expect_vmap_as_before(&before);
}

KTEST(vmap_misuse, "with CHECK=1 freeing a page of a vmalloc() area is caught")
{
	char *single = vmalloc(2 * PAGE_SIZE), *large = vmalloc(2 * PMD_SIZE);

	if (CHECK) {
		struct page *page = vmalloc_to_page(single + PAGE_SIZE);

		EXPECT_PANIC("vfree() frees it, with the area",
			     __free_page(page));
		EXPECT_PANIC("is still mapped by vmalloc()", put_page(page));
	} else {
		ktest_skip("needs CHECK=1");
	}
	/* The areas themselves free such pages. */
	vfree(large);
	vfree(single);
}

KTEST(vmap_misuse, "with CHECK=1 vmap() of what is no page, or free, is caught")
{
	struct vmap_before before = vmap_begin();
	struct page *pages[4], *kept;

	if (!CHECK)
		return ktest_skip("needs CHECK=1");
	if (!take_numbered(pages, 4, GFP_HIGHUSER))
		return;
	kept = pages[2];
	pages[2] = NULL;
	EXPECT_PANIC("vmap: NULL", vmap(pages, 4, 0, PAGE_KERNEL));
	pages[2] = (struct page *)-ENOMEM;
	EXPECT_PANIC("but the error code -12", vmap(pages, 4, 0, PAGE_KERNEL));
	if (boot_info.elf.count)
		EXPECT_PANIC("given at test_vmap_misuse_",
			     vmap(pages, 4, 0, PAGE_KERNEL));
	pages[2] = kept;
	__free_page(kept);
	EXPECT_PANIC("is free: the page is used after it was freed",
		     vmap(pages, 4, 0, PAGE_KERNEL));
	pages[2] = pages[3];
	free_numbered(pages, 3);
	expect_vmap_as_before(&before);
}

KTEST(vmap_misuse, "vmap() makes areas of its own kind, at sensible places")
{
	struct vmap_before before = vmap_begin();
	struct page *page = alloc_page(GFP_HIGHUSER);

	EXPECT_PANIC("they are VM_MAP or 0",
		     vmap(&page, 1, VM_ALLOC, PAGE_KERNEL));
	EXPECT_PANIC("with the flags 0x40", vmap(&page, 1, 64, PAGE_KERNEL));
	EXPECT_PANIC("align", __vmalloc_node(1, 0, GFP_KERNEL, 0, NULL));
	EXPECT_PANIC("align", __vmalloc_node(1, 3, GFP_KERNEL, 0, NULL));
	EXPECT_PANIC("align", __vmalloc_node(1, 3 << 12, GFP_KERNEL, 0, NULL));
	__free_page(page);
	expect_vmap_as_before(&before);
}

/* ---- In an interrupt ----------------------------------------------------- */

KTEST(death, "vmap in an interrupt")
{
	struct page *page = alloc_page(GFP_HIGHUSER);

	simulate_interrupt();
	vmap(&page, 1, VM_MAP, PAGE_KERNEL);
}

KTEST(death, "vmalloc in an interrupt")
{
	void *memory = vmalloc(1);

	simulate_interrupt();
	vfree(memory);
	vmalloc(1);
}

KTEST(death, "vunmap in an interrupt")
{
	struct page *page = alloc_page(GFP_HIGHUSER);
	void *seen = careful_owner(&page, 1);

	simulate_interrupt();
	vunmap(seen);
}

KTEST(death, "vm_unmap_aliases in an interrupt")
{
	simulate_interrupt();
	vm_unmap_aliases();
}

KTEST(death, "vfree twice in an interrupt")
{
	void *memory = vmalloc(1);

	simulate_interrupt();
	vfree(memory);
	vfree(memory);
}

/* ---- Using what is not one's own ----------------------------------------- */

KTEST(death, "past an area")
{
	struct page *page = alloc_page(GFP_HIGHUSER);
	volatile char *seen = careful_owner(&page, 1);

	seen[PAGE_SIZE + 5] = 0;
}

KTEST(death, "after vunmap")
{
	struct page *page = alloc_page(GFP_HIGHUSER);
	volatile char *seen = careful_owner(&page, 1);

	first_ender((void *)seen);
	seen[5] = 0;
}
