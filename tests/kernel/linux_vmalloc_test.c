/* SPDX-License-Identifier: MIT */
/* The vmalloc area as code for Linux uses it. See kernel/linux.md. */
#include <linux/io.h>
#include <linux/mm.h>
#include <linux/sizes.h>
#include <linux/string.h>
#include <linux/vmalloc.h>

#include "kernel/ktest.h"

/* Allocates pages, or gives up the test's machine. */
static void alloc_pages_or_die(struct page **pages, int nr)
{
	int i;

	for (i = 0; i < nr; i++) {
		pages[i] = alloc_page(GFP_HIGHUSER | __GFP_ZERO);
		BUG_ON(!pages[i]);
	}
}

static void free_all(struct page **pages, int nr)
{
	while (nr--)
		__free_page(pages[nr]);
}

KTEST(linux_vmalloc, "vmalloc() gives addresses one behind the other")
{
	size_t size = 5 * PAGE_SIZE + 3;
	u8 *buf = vmalloc(size);

	if (!EXPECT(buf != NULL))
		return;
	memset(buf, 0xab, size);
	EXPECT(is_vmalloc_addr(buf) && is_vmalloc_addr(buf + size - 1));
	EXPECT(!memchr_inv(buf, 0xab, size));
	EXPECT_EQ(offset_in_page(buf), 0);
	vfree(buf);
	vfree(NULL);
}

KTEST(linux_vmalloc, "vzalloc() and __vmalloc() with __GFP_ZERO clear")
{
	u8 *a = vzalloc(PAGE_SIZE * 2), *b;

	b = __vmalloc(PAGE_SIZE, GFP_KERNEL | __GFP_HIGHMEM | __GFP_ZERO);
	EXPECT(a && !memchr_inv(a, 0, PAGE_SIZE * 2));
	EXPECT(b && !memchr_inv(b, 0, PAGE_SIZE));
	vfree(a);
	vfree(b);
}

KTEST(linux_vmalloc, "vmalloc_to_page() finds the pages behind an area")
{
	char *buf = vmalloc(3 * PAGE_SIZE);
	struct page *page;
	char *kaddr;

	if (!EXPECT(buf != NULL))
		return;
	strscpy(buf + 2 * PAGE_SIZE, "third", PAGE_SIZE);
	page = vmalloc_to_page(buf + 2 * PAGE_SIZE);
	EXPECT_EQ(vmalloc_to_pfn(buf + 2 * PAGE_SIZE), page_to_pfn(page));
	kaddr = kmap_local_page(page);
	EXPECT_STREQ(kaddr, "third");
	kunmap_local(kaddr);
	vfree(buf);
}

KTEST(linux_vmalloc, "vmap() shows pages in the order of the array")
{
	struct page *pages[3];
	u32 *va;

	alloc_pages_or_die(pages, 3);
	swap(pages[0], pages[2]);
	va = vmap(pages, ARRAY_SIZE(pages), VM_MAP, PAGE_KERNEL);
	if (EXPECT(va != NULL)) {
		va[PAGE_SIZE / 4] = 11;
		EXPECT(vmalloc_to_page(va) == pages[0]);
		EXPECT(vmalloc_to_page(va + 2 * PAGE_SIZE / 4) == pages[2]);
		vunmap(va);
	}
	va = kmap_local_page(pages[1]);
	EXPECT_EQ(va[0], 11);
	kunmap_local(va);
	free_all(pages, 3);
}

KTEST(linux_vmalloc, "vmap() with PAGE_KERNEL_RO cannot be written")
{
	struct page *page = alloc_page(GFP_HIGHUSER);
	void *va;

	BUG_ON(!page);
	va = vmap(&page, 1, VM_MAP, PAGE_KERNEL_RO);
	if (EXPECT(va != NULL))
		EXPECT_FAULT(ACCESS_WRITE, va, PAGE_FORBIDS);
	vunmap(va);
	__free_page(page);
}

KTEST(linux_vmalloc, "vm_map_ram() and vm_unmap_ram() go by count")
{
	struct page *pages[4];
	u8 *mem;

	alloc_pages_or_die(pages, 4);
	mem = vm_map_ram(pages, 4, NUMA_NO_NODE);
	if (EXPECT(mem != NULL)) {
		EXPECT(!memchr_inv(mem, 0, 4 * PAGE_SIZE));
		EXPECT_PANIC("has 4 pages, and 3 are to be unmapped",
			     vm_unmap_ram(mem, 3));
		vm_unmap_ram(mem, 4);
		vm_unmap_aliases();
		EXPECT_FAULT(ACCESS_READ, mem, PAGE_ABSENT);
	}
	free_all(pages, 4);
}

KTEST(linux_vmalloc, "the page behind an area faults")
{
	u8 *buf = vmalloc(PAGE_SIZE);

	if (!EXPECT(buf != NULL))
		return;
	EXPECT_FAULT(ACCESS_READ, buf + PAGE_SIZE, PAGE_ABSENT);
	vfree(buf);
}

KTEST(linux_vmalloc, "vmalloc(0) and what does not fit give NULL")
{
	EXPECT(!__vmalloc(0, GFP_KERNEL | __GFP_NOWARN));
	EXPECT(!__vmalloc(SZ_1G, GFP_KERNEL | __GFP_NOWARN));
}

KTEST(linux_vmalloc, "ioremap() shows registers, read with readl()")
{
	/* The text screen: there on every PC, and harmless to read. */
	void __iomem *regs = ioremap(0xB8000, PAGE_SIZE);
	u16 was;

	if (!EXPECT(regs != NULL))
		return;
	was = readw(regs);
	EXPECT_EQ(ioread16(regs), was);
	EXPECT_EQ(readl(regs) & 0xffff, was);
	EXPECT_EQ(readb(regs), was & 0xff);
	writew(was, regs);
	iounmap(regs);
}

KTEST(linux_vmalloc, "set_memory_ro() and set_memory_rw() change an area")
{
	u8 *buf = vmalloc(2 * PAGE_SIZE);

	if (!EXPECT(buf != NULL))
		return;
	EXPECT_EQ(set_memory_ro((unsigned long)buf, 1), 0);
	EXPECT_FAULT(ACCESS_WRITE, buf, PAGE_FORBIDS);
	EXPECT_EQ(set_memory_rw((unsigned long)buf, 1), 0);
	buf[0] = 1;
	EXPECT_EQ(buf[0], 1);
	vfree(buf);
}

KTEST(linux_vmalloc, "find_vm_area() knows an area until it ends")
{
	void *buf = vmalloc(PAGE_SIZE);

	EXPECT(find_vm_area(buf) != NULL);
	EXPECT(!find_vm_area((void *)PAGE_OFFSET));
	vfree(buf);
	EXPECT(!find_vm_area(buf));
}
