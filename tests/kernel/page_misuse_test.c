/* SPDX-License-Identifier: MIT */
/* Pages freed wrongly: each mistake is caught at once, and named.
 *
 * Notices: double_free_unchecked, free_order_unchecked. */
#include "kernel/ktest.h"

#include "arch/sections.h"
#include "mm/highmem.h"
#include "mm/memblock.h"
#include "mm/section.h"
#include "zone_check.h"

KTEST(page_misuse, "freeing twice is caught, at once and after merging")
{
	struct zone_counts before = count_zones();
	struct page *page = alloc_page(GFP_KERNEL);
	struct page *block = alloc_pages(GFP_KERNEL, 6);

	__free_page(page);
	EXPECT_PANIC("free already", __free_page(page));
	__free_pages(block, 6);
	drain_all_pages();
	EXPECT_PANIC("free already", __free_page(page));
	EXPECT_PANIC("free already", __free_pages(block, 6));
	expect_all_back(&before);
}

KTEST(page_misuse, "freeing with another order is caught")
{
	struct zone_counts before = count_zones();
	struct page *page = alloc_pages(GFP_KERNEL, 2);

	EXPECT_PANIC("allocated with order 2", __free_pages(page, 3));
	EXPECT_PANIC("allocated with order 2", __free_page(page));
	EXPECT_PANIC("this must not be", split_page(page, 1));
	__free_pages(page, 2);
	expect_all_back(&before);
}

KTEST(page_misuse, "freeing a page inside a block is caught")
{
	struct zone_counts before = count_zones();
	struct page *page = alloc_pages(GFP_HIGHUSER, 3);

	EXPECT_PANIC("inside the block of order 3", __free_page(page + 5));
	__free_pages(page, 3);
	expect_all_back(&before);
}

KTEST(page_misuse, "freeing what was never allocated is caught")
{
	struct page *image = virt_to_page(kernel_start);
	struct page *map = virt_to_page(mem_map);

	EXPECT(PageReserved(image) && PageReserved(map));
	EXPECT_PANIC("reserved since boot", __free_page(image));
	EXPECT_PANIC("reserved since boot", free_page((unsigned long)mem_map));
	/* 640 KiB to 1 MiB is no RAM on any PC. */
	EXPECT_PANIC("is no RAM", __free_page(pfn_to_page(0xb8)));
}

KTEST(page_misuse, "freeing a page of slab is caught")
{
	struct page *page = alloc_page(GFP_KERNEL);

	page->head = PAGE_HEAD(PG_SLAB, 0);
	EXPECT_PANIC("kfree() its objects", __free_page(page));
	page->head = PAGE_HEAD(PG_ALLOCATED, 0);
	__free_page(page);
}

KTEST(page_misuse, "using a page that nobody has is caught")
{
	struct page *page = alloc_page(GFP_KERNEL);

	__free_page(page);
	EXPECT_PANIC("get_page: frame", get_page(page));
	EXPECT_PANIC("a user is added while the page has one", get_page(page));
	EXPECT_PANIC("put_page: frame", put_page(page));
	EXPECT_PANIC("one put_page() too many", put_page(page));
}

KTEST(page_misuse, "a high page has no address, an address must be lowmem's")
{
	struct page *page = alloc_page(GFP_HIGHUSER);

	if (PageHighMem(page))
		EXPECT_PANIC("no permanent address", lowmem_page_address(page));
	EXPECT_PANIC("virt_to_phys", virt_to_page((void *)0x1000));
	EXPECT_PANIC("virt_to_phys", free_page(VMALLOC_START));
	__free_page(page);
}

KTEST(page_misuse, "frames are valid where there is RAM, and known for what")
{
	pfn_t end = PFN_UP(memblock_end_of_DRAM());

	EXPECT(pfn_valid(0));
	EXPECT(PageReserved(pfn_to_page(0)));
	EXPECT(pfn_valid(end - 1));
	EXPECT(page_state(pfn_to_page(end - 1)) != PG_ABSENT);
	EXPECT(!pfn_valid(ALIGN(end, PAGES_PER_SECTION)));
	EXPECT(!pfn_valid(~(pfn_t)0));
	if (!memblock_overlaps_region(&memblock.memory, GiB(4) - MiB(128),
				      MiB(128)))
		EXPECT(!pfn_valid(PFN_DOWN(GiB(4) - 1)));
}

KTEST(page_misuse, "with CHECK=1 writing to a page after freeing it is caught")
{
	struct page *page = alloc_page(GFP_HIGHUSER);
	pfn_t pfn = page_to_pfn(page);
	char *seen;

	__free_page(page);
	/* By the number of the frame: the page itself is refused now. */
	seen = kmap_local_pfn(pfn);
	seen[1234] = 0;
	kunmap_local(seen);
	if (CHECK)
		EXPECT_PANIC("byte 0x4d2 of the page holds 0x00",
			     alloc_page(GFP_HIGHUSER));
	else
		EXPECT_EQ((uint32_t)alloc_page(GFP_HIGHUSER), (uint32_t)page);
	/* It was given out before it was looked at. */
	__free_page(page);
	page = alloc_page(GFP_HIGHUSER);
	EXPECT_EQ(page_to_pfn(page), pfn);
	__free_page(page);
}
