/* SPDX-License-Identifier: MIT */
/* Counting pages, and looking at the free lists from outside. */
#include "zone_check.h"

#include "kernel/ktest.h"
#include "mm/section.h"
#include "mm/slab_count.h"
#include "mm/vmalloc.h"

/* Gives back all that the kernel keeps for later. What waits to be made ready
 * is made so: while an idle CPU does it, pages are counted twice. */
static void give_back_reserves(void)
{
	while (section_make_any_ready())
		;
	vm_unmap_aliases();
	kmem_caches_shrink();
	drain_all_pages();
}

struct zone_counts count_zones(void)
{
	struct zone_counts counts;
	struct slab_counts slab;

	give_back_reserves();
	for (unsigned i = 0; i < MAX_NR_ZONES; i++)
		counts.free[i] = zone_free_pages(&zones[i]);
	slab = slab_count();
	counts.objects = slab.objects;
	counts.slab_pages = slab.pages;
	return counts;
}

/* Pages of lowmem that are free, or slab's. */
static unsigned long low_pages(const struct zone_counts *counts)
{
	return counts->free[ZONE_DMA] + counts->free[ZONE_NORMAL] +
	       counts->slab_pages;
}

/* Whether a block in the list of `order` is what it must be. */
static bool is_sound(const struct zone *zone, pfn_t pfn, unsigned order)
{
	const struct page *page = pfn_to_page(pfn);
	pfn_t buddy = pfn ^ 1UL << order;

	return page->head == PAGE_HEAD(PG_FREE, order) &&
	       IS_ALIGNED(pfn, 1UL << order) && pfn >= zone->start_pfn &&
	       pfn + (1UL << order) <= zone->end_pfn &&
	       (order == MAX_PAGE_ORDER ||
		pfn_to_page(buddy)->head != page->head);
}

static void expect_sound(const struct zone *zone)
{
	unsigned long pages = 0, unsound = 0;

	for (unsigned order = 0; order <= MAX_PAGE_ORDER; order++) {
		const struct free_area *area = &zone->free_area[order];
		unsigned long blocks = 0;
		pfn_t pfn = area->first, before = 0;

		for (; pfn; before = pfn, pfn = pfn_to_page(pfn)->next) {
			blocks++;
			unsound += !is_sound(zone, pfn, order) ||
				   pfn_to_page(pfn)->prev != before;
		}
		EXPECT_EQ(area->nr_free, blocks);
		pages += blocks << order;
	}
	EXPECT_EQ(unsound, 0);
	EXPECT_EQ(zone->free_pages, pages);
}

void expect_all_back(const struct zone_counts *before)
{
	struct zone_counts now = count_zones();

	EXPECT_EQ(now.objects, before->objects);
	EXPECT_EQ(low_pages(&now), low_pages(before));
	EXPECT_EQ(now.free[ZONE_HIGHMEM], before->free[ZONE_HIGHMEM]);
	if (now.slab_pages == before->slab_pages)
		EXPECT_EQ(now.free[ZONE_DMA], before->free[ZONE_DMA]);
	for (unsigned i = 0; i < MAX_NR_ZONES; i++)
		expect_sound(&zones[i]);
}

bool take_one(struct page_list *list, gfp_t gfp, unsigned order)
{
	struct page *page = alloc_pages(gfp | __GFP_NOWARN, order);

	if (!page)
		return false;
	page->private = list->first ? page_to_pfn(list->first) : 0;
	list->first = page;
	list->pages += 1UL << order;
	return true;
}

unsigned long take_all(struct page_list *list, gfp_t gfp)
{
	unsigned long before = list->pages;

	for (unsigned order = MAX_PAGE_ORDER + 1; order--;)
		while (take_one(list, gfp, order))
			;
	return list->pages - before;
}

void free_all(struct page_list *list)
{
	while (list->first) {
		struct page *page = list->first;

		list->first = page->private ? pfn_to_page((pfn_t)page->private)
					    : NULL;
		__free_pages(page, page_order(page));
	}
	list->pages = 0;
}

bool too_much_to_poison(void)
{
	return CHECK && totalram_pages() > GiB(1) >> PAGE_SHIFT;
}

bool too_few_pages(gfp_t gfp, unsigned long pages)
{
	unsigned long free = 0;

	drain_all_pages();
	for (unsigned i = 0; i <= first_zone(gfp); i++)
		free += zone_allowance(&zones[i], gfp);
	if (free < pages)
		ktest_skip("too little memory is free");
	return free < pages;
}

bool too_few_high_pages(unsigned long pages)
{
	bool few;

	drain_all_pages();
	few = zone_allowance(&zones[ZONE_HIGHMEM], GFP_HIGHUSER) < pages;
	if (few)
		ktest_skip("too little highmem is free");
	return few;
}
