/* SPDX-License-Identifier: MIT */
/* Pages and folios as code for Linux allocates and frees them. See
 * kernel/linux.md. */
#include <linux/bug.h>
#include <linux/gfp.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/string.h>

#include "kernel/ktest.h"

KTEST(linux_page, "alloc_pages() gives a block whose head counts one user")
{
	unsigned int order = 3;
	struct page *page = alloc_pages(GFP_KERNEL | __GFP_COMP, order);

	if (!EXPECT(page != NULL))
		return;
	EXPECT_EQ(page_count(page), 1);
	EXPECT_EQ(compound_order(page), order);
	EXPECT_EQ(compound_nr(page), 1UL << order);
	EXPECT_EQ(page_size(page), PAGE_SIZE << order);
	EXPECT_EQ(page_shift(page), PAGE_SHIFT + order);
	__free_pages(page, order);
}

KTEST(linux_page, "__get_free_page() gives an address, get_zeroed_page() zeros")
{
	unsigned long addr = __get_free_page(GFP_KERNEL);
	unsigned long zeroed = get_zeroed_page(GFP_KERNEL);

	EXPECT(addr && zeroed);
	EXPECT_EQ(addr & ~PAGE_MASK, 0);
	EXPECT(!memchr_inv((void *)zeroed, 0, PAGE_SIZE));
	free_page(zeroed);
	free_page(addr);
}

KTEST(linux_page, "__get_free_pages() and free_pages() go by get_order()")
{
	unsigned int order = get_order(3 * PAGE_SIZE);
	void *buf = (void *)__get_free_pages(GFP_KERNEL | __GFP_ZERO, order);

	EXPECT_EQ(order, 2);
	if (!EXPECT(buf != NULL))
		return;
	EXPECT_EQ(__pa(buf) & ((PAGE_SIZE << order) - 1), 0);
	free_pages((unsigned long)buf, order);
	free_pages(0, order);
}

KTEST(linux_page, "get_page() and put_page() count users")
{
	struct page *page = alloc_page(GFP_HIGHUSER);

	if (!EXPECT(page != NULL))
		return;
	get_page(page);
	EXPECT_EQ(page_ref_count(page), 2);
	put_page(page);
	EXPECT_EQ(page_count(page), 1);
	put_page(page);
}

KTEST(linux_page, "a tail page leads to its head")
{
	struct page *page = alloc_pages(GFP_KERNEL | __GFP_COMP, 2);
	void *addr;

	if (!EXPECT(page != NULL))
		return;
	addr = page_address(page);
	EXPECT(PageHead(page) && PageCompound(page) && !PageTail(page));
	EXPECT(PageTail(page + 3) && PageCompound(nth_page(page, 3)));
	EXPECT(compound_head(page + 3) == page);
	EXPECT(virt_to_head_page(addr + 3 * PAGE_SIZE + 5) == page);
	EXPECT(virt_to_page(addr + PAGE_SIZE) == page + 1);
	EXPECT_EQ(page_count(page + 3), 1);
	__free_pages(page, 2);
}

KTEST(linux_page, "a folio says how large it is, and where its pages are")
{
	struct folio *folio = folio_alloc(GFP_KERNEL, 2);

	if (!EXPECT(folio != NULL))
		return;
	EXPECT_EQ(folio_order(folio), 2);
	EXPECT_EQ(folio_nr_pages(folio), 4);
	EXPECT_EQ(folio_size(folio), 4 * PAGE_SIZE);
	EXPECT_EQ(folio_shift(folio), PAGE_SHIFT + 2);
	EXPECT(folio_test_large(folio) && !folio_test_highmem(folio));
	EXPECT_EQ(folio_page_idx(folio, folio_page(folio, 3)), 3);
	EXPECT(page_folio(folio_page(folio, 3)) == folio);
	EXPECT(virt_to_folio(folio_address(folio) + 5000) == folio);
	EXPECT_EQ(offset_in_folio(folio, folio_address(folio) + 5000), 5000);
	folio_put(folio);
}

KTEST(linux_page, "folio_get() keeps a folio")
{
	struct folio *folio = folio_alloc(GFP_HIGHUSER, 0);

	if (!EXPECT(folio != NULL))
		return;
	folio_get(folio);
	EXPECT_EQ(folio_ref_count(folio), 2);
	folio_put(folio);
	EXPECT_EQ(folio_ref_count(folio), 1);
	EXPECT(!folio_test_large(folio));
	folio_put(folio);
}

KTEST(linux_page, "frames, addresses and pages are turned into each other")
{
	struct page *page = alloc_page(GFP_KERNEL);
	unsigned long pfn;
	phys_addr_t phys;

	if (!EXPECT(page != NULL))
		return;
	pfn = page_to_pfn(page);
	phys = page_to_phys(page);
	EXPECT_EQ(phys, (phys_addr_t)pfn << PAGE_SHIFT);
	EXPECT(pfn_valid(pfn) && pfn_to_page(pfn) == page);
	EXPECT(phys_to_page(phys) == page);
	EXPECT(page_to_virt(page) == __va(phys));
	EXPECT_EQ(virt_to_pfn(page_address(page)), pfn);
	EXPECT_EQ(virt_to_phys(pfn_to_virt(pfn)), phys);
	EXPECT_EQ(__pa(page_address(page)), phys);
	__free_page(page);
}

KTEST(linux_page, "PFN_UP(), PFN_DOWN() and PFN_PHYS() keep 36 bits")
{
	phys_addr_t addr = 0xf00001001ULL;

	EXPECT_EQ(PFN_DOWN(addr), 0xf00001);
	EXPECT_EQ(PFN_UP(addr), 0xf00002);
	EXPECT_EQ(PFN_PHYS(PFN_DOWN(addr)), 0xf00001000ULL);
}

KTEST(linux_page, "PAGE_ALIGN() and PAGE_MASK round addresses")
{
	unsigned long addr = 0xc0101234;

	EXPECT_EQ(addr & PAGE_MASK, 0xc0101000);
	EXPECT_EQ(PAGE_ALIGN(addr), 0xc0102000);
	EXPECT_EQ(PAGE_ALIGN_DOWN(addr), 0xc0101000);
	EXPECT_EQ(offset_in_page(addr), 0x234);
	EXPECT(PAGE_ALIGNED(PAGE_ALIGN(addr)) && !PAGE_ALIGNED(addr));
	BUILD_BUG_ON(PAGE_SIZE != 1UL << PAGE_SHIFT);
}

KTEST(linux_page, "set_page_private() and page_private() keep a word")
{
	struct page *page = alloc_page(GFP_HIGHUSER);
	int owner;

	if (!EXPECT(page != NULL))
		return;
	set_page_private(page, (unsigned long)&owner);
	EXPECT_EQ(page_private(page), (unsigned long)&owner);
	set_page_private(page, 0);
	__free_page(page);
}

KTEST(linux_page, "alloc_pages_bulk_array() fills what is empty")
{
	struct page *mine = alloc_page(GFP_KERNEL);
	struct page *pages[8] = {NULL, NULL, mine};
	unsigned long nr = alloc_pages_bulk_array(GFP_KERNEL, 8, pages);
	int i;

	EXPECT_EQ(nr, 8);
	EXPECT(pages[2] == mine);
	for (i = 0; i < ARRAY_SIZE(pages); i++) {
		EXPECT_EQ(page_count(pages[i]), 1);
		__free_page(pages[i]);
	}
}

KTEST(linux_page, "alloc_pages_exact() gives no more than whole pages")
{
	size_t size = 5 * PAGE_SIZE + 1;
	unsigned long before = nr_free_pages();
	void *buf = alloc_pages_exact(size, GFP_KERNEL | __GFP_ZERO);

	if (!EXPECT(buf != NULL))
		return;
	EXPECT(!memchr_inv(buf, 0, size));
	free_pages_exact(buf, size);
	EXPECT(before > 0);
}

KTEST(linux_page, "split_page() makes pages that are freed one by one")
{
	struct page *page = alloc_pages(GFP_KERNEL, 2);
	int i;

	if (!EXPECT(page != NULL))
		return;
	split_page(page, 2);
	for (i = 0; i < 1 << 2; i++) {
		EXPECT_EQ(page_count(page + i), 1);
		EXPECT(!PageCompound(page + i));
		__free_page(page + i);
	}
}

KTEST(linux_page, "gfp flags say what may happen and where")
{
	struct page *dma = alloc_page(GFP_KERNEL | GFP_DMA);
	struct page *low = alloc_page(GFP_KERNEL | GFP_DMA32);

	EXPECT(gfpflags_allow_blocking(GFP_KERNEL));
	EXPECT(gfpflags_allow_blocking(GFP_NOFS | __GFP_NORETRY));
	EXPECT(!gfpflags_allow_blocking(GFP_ATOMIC));
	EXPECT(!gfpflags_allow_blocking(GFP_NOWAIT | __GFP_NOWARN));
	if (EXPECT(dma != NULL))
		EXPECT(page_to_phys(dma) < MiB(16));
	if (EXPECT(low != NULL))
		EXPECT(!PageHighMem(low));
	__free_page(dma);
	__free_page(low);
}

KTEST(linux_page, "allocations in a section that may not do I/O")
{
	unsigned int flags = memalloc_nofs_save();
	struct page *page = alloc_page(GFP_NOIO | __GFP_RETRY_MAYFAIL);
	struct page *other = alloc_pages_node(NUMA_NO_NODE, GFP_NOFS, 0);

	memalloc_nofs_restore(flags);
	EXPECT(page != NULL && other != NULL);
	__free_page(page);
	__free_page(other);
}

/* An array of pages, or none at all: the usual unwinding. */
static int alloc_all(struct page **pages, unsigned int nr, gfp_t gfp)
{
	unsigned int i;

	for (i = 0; i < nr; i++) {
		pages[i] = alloc_page(gfp);
		if (!pages[i])
			goto err_free;
	}
	return 0;

err_free:
	while (i--)
		__free_page(pages[i]);
	return -ENOMEM;
}

KTEST(linux_page, "a failed allocation is unwound with goto")
{
	struct page *pages[4];
	int i;

	page_alloc_fail_at(3);
	EXPECT_EQ(alloc_all(pages, 4, GFP_HIGHUSER | __GFP_NOWARN), -ENOMEM);
	EXPECT_EQ(alloc_all(pages, 4, GFP_HIGHUSER), 0);
	for (i = 0; i < 4; i++)
		__free_page(pages[i]);
}

KTEST(linux_page, "page_zone() and page_to_nid() tell where a page is")
{
	struct page *page = alloc_page(GFP_KERNEL);

	if (!EXPECT(page != NULL))
		return;
	EXPECT(page_zone(page) == &zones[page_zonenum(page)]);
	EXPECT(page_zonenum(page) < ZONE_HIGHMEM);
	EXPECT_EQ(page_to_nid(page), 0);
	EXPECT(!PageReserved(page) && !PageSlab(page));
	__free_page(page);
}
