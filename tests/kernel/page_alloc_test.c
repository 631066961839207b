/* SPDX-License-Identifier: MIT */
/* The page allocator on the machine at hand: what requests get, from where,
 * and when they get nothing.
 *
 * Notices: buddy_no_merge, buddy_merges_unequal, pcp_blocks_leak,
 * pcp_drain_keeps, lowmem_reserve_ignored, urgent_takes_all,
 * zero_first_page_only, bulk_gives_twice, split_tails_have_no_user,
 * fail_at_off_by_one, fail_at_counts_no_fast, list_with_interrupts_on. */
#include "kernel/ktest.h"

#include "kernel/string.h"
#include "mm/folio.h"
#include "mm/highmem.h"
#include "mm/section.h"
#include "zone_check.h"

static const gfp_t zone_gfp[MAX_NR_ZONES] = {GFP_DMA, GFP_KERNEL, GFP_HIGHUSER};

/* Whether a block is what was asked for, and each page of it knows so. */
static bool is_block(struct page *page, unsigned order)
{
	bool good = IS_ALIGNED(page_to_pfn(page), 1UL << order) &&
		    page_order(page) == order && page_ref_count(page) == 1;

	for (unsigned long i = 0; good && i < 1UL << order; i++)
		good = compound_head(page + i) == page;
	return good;
}

KTEST(page_alloc, "every order comes from every zone, whole and aligned")
{
	struct zone_counts before = count_zones();

	for (unsigned i = 0; i < MAX_NR_ZONES; i++)
		for (unsigned order = 0; order <= MAX_PAGE_ORDER; order++) {
			struct page *page =
				alloc_pages(zone_gfp[i] | __GFP_NOWARN, order);

			/* A small zone may have no large block. */
			if (!page)
				continue;
			EXPECT(page_zonenum(page) <= i);
			EXPECT(is_block(page, order));
			__free_pages(page, order);
		}
	expect_all_back(&before);
}

KTEST(page_alloc, "each kind of request prefers the highest zone it may use")
{
	for (unsigned i = 0; i < MAX_NR_ZONES; i++) {
		struct zone *first = &zones[first_zone(zone_gfp[i])];
		bool has_some = zone_allowance(first, zone_gfp[i]);
		struct page *page = alloc_page(zone_gfp[i]);

		if (!EXPECT(page))
			return;
		EXPECT(page_zone(page) == first || !has_some);
		EXPECT_EQ(PageHighMem(page),
			  page_to_phys(page) >= lowmem_end());
		__free_page(page);
	}
}

KTEST(page_alloc, "highmem users leave lowmem its reserve, all leave min")
{
	struct zone_counts before = count_zones();
	struct page_list list = {0};
	unsigned long reserve = 0;

	if (too_much_to_poison())
		return ktest_skip("CHECK=1 writes every page: 1 GiB at most");
	take_all(&list, GFP_HIGHUSER);
	for (unsigned i = 0; i < MAX_NR_ZONES; i++)
		EXPECT(zone_free_pages(&zones[i]) >=
			       min(zones[i].lowmem_reserve[ZONE_HIGHMEM],
				   before.free[i]) ||
		       !zones[ZONE_HIGHMEM].managed_pages);
	for (unsigned i = 0; i < ZONE_HIGHMEM; i++)
		reserve += zones[i].lowmem_reserve[ZONE_HIGHMEM] -
			   zones[i].lowmem_reserve[ZONE_NORMAL];
	EXPECT(take_all(&list, GFP_KERNEL) > 0 || !reserve);
	EXPECT_EQ((uint32_t)alloc_page(GFP_KERNEL | __GFP_NOWARN), 0);
	for (unsigned i = 0; i < MAX_NR_ZONES; i++)
		EXPECT(zone_free_pages(&zones[i]) >=
		       zones[i].watermark[WMARK_MIN]);
	free_all(&list);
	expect_all_back(&before);
}

KTEST(page_alloc, "urgent requests get half of the rest, freers all of it")
{
	struct zone_counts before = count_zones();
	struct page_list list = {0};
	unsigned long left;

	if (too_much_to_poison())
		return ktest_skip("CHECK=1 writes every page: 1 GiB at most");
	take_all(&list, GFP_HIGHUSER);
	take_all(&list, GFP_KERNEL);
	EXPECT(take_all(&list, GFP_ATOMIC) > 0);
	for (unsigned i = 0; i < MAX_NR_ZONES; i++)
		EXPECT(zone_free_pages(&zones[i]) >=
		       zones[i].watermark[WMARK_MIN] / 2);
	left = nr_free_pages();
	EXPECT(left > 0);
	EXPECT_EQ(take_all(&list, GFP_HIGHUSER | __GFP_MEMALLOC), left);
	free_all(&list);
	expect_all_back(&before);
}

KTEST(page_alloc, "reserves are sane: min below low below high, NORMAL's half")
{
	for (unsigned i = 0; i < MAX_NR_ZONES; i++) {
		const struct zone *zone = &zones[i];

		/* Of a handful of pages there is nothing to keep back. */
		if (zone->managed_pages < 64)
			continue;
		EXPECT(zone->watermark[WMARK_MIN] > 0);
		EXPECT(zone->watermark[WMARK_MIN] < zone->watermark[WMARK_LOW]);
		EXPECT(zone->watermark[WMARK_LOW] <
		       zone->watermark[WMARK_HIGH]);
		EXPECT(zone->watermark[WMARK_HIGH] < zone->managed_pages / 2);
		EXPECT_EQ(zone->lowmem_reserve[i], 0);
		for (unsigned j = i + 1; j < MAX_NR_ZONES; j++)
			EXPECT(zone->lowmem_reserve[j] <= zone->managed_pages >>
			       (i == ZONE_NORMAL));
	}
}

#define MANY 1024
static struct page *many[MANY];

KTEST(page_alloc, "memory in single pages merges when they come back")
{
	struct zone_counts before = count_zones();
	unsigned n = 0;

	if (too_few_pages(GFP_KERNEL, MANY))
		return;
	while (n < MANY && (many[n] = alloc_page(GFP_KERNEL)))
		n++;
	EXPECT_EQ(n, MANY);
	/* Every other page first: nothing can merge until the rest. */
	for (unsigned i = 0; i < n; i += 2)
		__free_page(many[i]);
	for (unsigned i = 1; i < n; i += 2)
		__free_page(many[i]);
	expect_all_back(&before);
}

KTEST(page_alloc, "a block can be taken apart and freed in any order")
{
	struct zone_counts before = count_zones();
	struct page *page = alloc_pages(GFP_KERNEL, 4);

	if (!EXPECT(page))
		return;
	split_page(page, 4);
	for (unsigned i = 0; i < 16; i++)
		EXPECT(is_block(page + i, 0));
	/* 7 and 16 have no common factor, so each comes once. */
	for (unsigned i = 0; i < 16; i++)
		__free_page(page + i * 7 % 16);
	expect_all_back(&before);
}

KTEST(page_alloc, "bulk requests give different pages, as many as wanted")
{
	struct zone_counts before = count_zones();
	unsigned wrong = 0;

	if (too_few_pages(GFP_HIGHUSER, MANY))
		return;
	EXPECT_EQ(alloc_pages_bulk(GFP_HIGHUSER, MANY, many), MANY);
	for (unsigned i = 0; i < MANY; i++)
		many[i]->private = i;
	for (unsigned i = 0; i < MANY; i++)
		wrong += many[i]->private != i || !is_block(many[i], 0);
	EXPECT_EQ(wrong, 0);
	for (unsigned i = 0; i < MANY; i++)
		__free_page(many[i]);
	expect_all_back(&before);
}

/* Whether all bytes of a page are 0, wherever it is. */
static bool is_clear(struct page *page)
{
	uint32_t *words = kmap_local_page(page), sum = 0;

	for (unsigned i = 0; i < PAGE_SIZE / 4; i++)
		sum |= words[i];
	kunmap_local(words);
	return !sum;
}

static void fill(struct page *page)
{
	void *seen = kmap_local_page(page);

	memset(seen, 0x5a, PAGE_SIZE);
	kunmap_local(seen);
}

KTEST(page_alloc, "__GFP_ZERO clears every page of a block, high or low")
{
	struct zone_counts before = count_zones();

	for (unsigned i = 0; i < MAX_NR_ZONES; i++) {
		struct page *page = alloc_pages(zone_gfp[i], 2);

		if (!EXPECT(page))
			return;
		for (unsigned n = 0; n < 4; n++)
			fill(page + n);
		__free_pages(page, 2);
		page = alloc_pages(zone_gfp[i] | __GFP_ZERO, 2);
		if (!EXPECT(page))
			return;
		for (unsigned n = 0; n < 4; n++)
			EXPECT(is_clear(page + n));
		__free_pages(page, 2);
	}
	expect_all_back(&before);
}

KTEST(page_alloc, "addresses are lowmem's; a high page has none to give")
{
	unsigned long addr = __get_free_pages(GFP_KERNEL, 1);
	unsigned long zeroed = get_zeroed_page(GFP_KERNEL);

	EXPECT_EQ(virt_to_phys((void *)addr),
		  page_to_phys(virt_to_page((void *)addr)));
	EXPECT(is_block(virt_to_page((void *)addr), 1));
	EXPECT(is_clear(virt_to_page((void *)zeroed)));
	free_pages(addr, 1);
	free_page(zeroed);
	free_page(0);
	EXPECT_EQ(__get_free_pages(GFP_HIGHUSER, 0), 0);
	EXPECT_EQ(get_zeroed_page(GFP_HIGHUSER), 0);
}

KTEST(page_alloc, "exact sizes leave the rest of the block to others")
{
	struct zone_counts before = count_zones(), during;
	char *ptr = alloc_pages_exact(5 * PAGE_SIZE - 7, GFP_KERNEL);

	if (!EXPECT(ptr))
		return;
	during = count_zones();
	EXPECT_EQ(before.free[ZONE_NORMAL] + before.free[ZONE_DMA] -
			  during.free[ZONE_NORMAL] - during.free[ZONE_DMA],
		  5);
	memset(ptr, 1, 5 * PAGE_SIZE);
	free_pages_exact(ptr, 5 * PAGE_SIZE - 7);
	free_pages_exact(NULL, 1);
	EXPECT_EQ((uint32_t)alloc_pages_exact(0, GFP_KERNEL), 0);
	EXPECT_EQ((uint32_t)alloc_pages_exact(MiB(4) + 1, GFP_KERNEL), 0);
	expect_all_back(&before);
}

KTEST(page_alloc, "a folio is found from any of its pages, and counts users")
{
	struct zone_counts before = count_zones();
	struct folio *folio = folio_alloc(GFP_HIGHUSER, 3);

	if (!EXPECT(folio))
		return;
	EXPECT_EQ(folio_nr_pages(folio), 8);
	EXPECT_EQ(folio_size(folio), 8 * PAGE_SIZE);
	for (unsigned i = 0; i < 8; i++)
		EXPECT_EQ((uint32_t)page_folio(folio_page(folio, i)),
			  (uint32_t)folio);
	folio_get(folio);
	get_page(folio_page(folio, 5));
	EXPECT_EQ(folio_ref_count(folio), 3);
	put_page(folio_page(folio, 7));
	folio_put(folio);
	EXPECT_EQ(folio_ref_count(folio), 1);
	folio_put(folio);
	expect_all_back(&before);
}

KTEST(page_alloc, "a block with other users outlives a free")
{
	struct page *page = alloc_pages(GFP_KERNEL, 5);

	get_page(page + 31);
	__free_pages(page, 5);
	EXPECT(is_block(page, 5));
	put_page(page + 1);
	EXPECT(page_state(page) != PG_ALLOCATED);
}

KTEST(page_alloc, "the n-th request from now fails if a test wants it")
{
	struct zone_counts before = count_zones();
	struct page *page[3];

	page_alloc_fail_at(2);
	for (unsigned i = 0; i < 3; i++)
		page[i] = alloc_page(GFP_KERNEL);
	EXPECT(page[0] && !page[1] && page[2]);
	__free_page(page[0]);
	__free_page(page[2]);
	page_alloc_fail_at(1);
	EXPECT_EQ((uint32_t)alloc_pages(GFP_KERNEL, 6), 0);
	page_alloc_fail_at(1);
	EXPECT_EQ(alloc_pages_bulk(GFP_KERNEL, 2, page), 0);
	page_alloc_fail_at(1);
	page_alloc_fail_at(0);
	page[0] = alloc_page(GFP_KERNEL);
	EXPECT(page[0]);
	__free_page(page[0]);
	expect_all_back(&before);
}

KTEST(page_alloc, "an order that no block has is refused")
{
	EXPECT_EQ((uint32_t)alloc_pages(GFP_KERNEL, MAX_PAGE_ORDER + 1), 0);
	EXPECT_EQ((uint32_t)alloc_pages(GFP_KERNEL, ~0u), 0);
}
