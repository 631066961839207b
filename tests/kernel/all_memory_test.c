/* SPDX-License-Identifier: MIT */
/* All of it: every page that the machine has is allocated, seen, and given
 * back. Run alone, on one CPU, it also sees highmem while most of it still
 * waits to be made ready.
 *
 * Notices: section_never_ready, section_all_at_boot, section_reserved_given,
 * section_left_by_idle, section_shown_waiting. */
#include "kernel/ktest.h"

#include "crew.h"
#include "mm/highmem.h"
#include "mm/section.h"
#include "zone_check.h"

/* How many pages are written to, spread over all RAM. The host pays for each
 * with a large page of its own, so they are not many. */
#define SAMPLES 256

static struct zone *const high = &zones[ZONE_HIGHMEM];

KTEST(all_memory, "highmem that waits is made ready a section at a time")
{
	unsigned long waiting = high->waiting_pages, free;
	struct page *page, *list = NULL;

	/* Stacks of tasks are highmem: its first section may be ready. */
	if (ALIGN(high->start_pfn, PAGES_PER_SECTION) + PAGES_PER_SECTION >=
	    high->end_pfn)
		return ktest_skip("highmem has no two sections of its own");
	if (num_online_cpus() > 1 || current->switches)
		return ktest_skip("a CPU had nothing else to do meanwhile");
	EXPECT(waiting > 0);
	drain_all_pages();
	free = zone_free_pages(high);
	/* What is ready already goes first. */
	while (high->waiting_pages == waiting &&
	       (page = alloc_pages(GFP_HIGHUSER, MAX_PAGE_ORDER))) {
		page->private = list ? page_to_pfn(list) : 0;
		list = page;
	}
	EXPECT(list && PageHighMem(list));
	EXPECT(high->waiting_pages < waiting);
	EXPECT(high->waiting_pages + PAGES_PER_SECTION >= waiting);
	while (list) {
		page = list;
		list = page->private ? pfn_to_page((pfn_t)page->private) : NULL;
		__free_pages(page, MAX_PAGE_ORDER);
	}
	drain_all_pages();
	EXPECT_EQ(zone_free_pages(high), free);
}

/* The last section, which comes last. */
KTEST(all_memory, "a frame that waits is ready once its page is asked for")
{
	unsigned long waiting = high->waiting_pages;
	pfn_t last = high->end_pfn - 1;
	char *addr;

	if (!waiting || num_online_cpus() > 1 || current->switches)
		return ktest_skip("all is ready, or somebody is at it");
	while (!section_present(last))
		last -= PAGES_PER_SECTION;
	addr = kmap_local_pfn(last);
	EXPECT_EQ(page_to_pfn(kmap_to_page(addr)), last);
	EXPECT(high->waiting_pages < waiting);
	kunmap_local(addr);
}

/* The test sleeps; with one CPU that is when it idles. */
KTEST(all_memory, "a CPU that idles makes ready what nobody has asked for")
{
	if (no_tick())
		return;
	EXPECT(EVENTUALLY(!high->waiting_pages));
}

KTEST(all_memory, "lowmem is ready from the start, all of it")
{
	EXPECT_EQ(zones[ZONE_DMA].waiting_pages, 0);
	EXPECT_EQ(zones[ZONE_NORMAL].waiting_pages, 0);
}

/* A word that only this frame has. */
static uint32_t pattern_of(const struct page *page)
{
	return (uint32_t)page_to_pfn(page) * 2654435761u ^ 0x5eed;
}

/* Frames from one sample to the next: odd, so that samples lie at all
 * alignments. */
static pfn_t stride;

static bool is_sample(const struct page *page)
{
	return page_to_pfn(page) % stride == 0;
}

/* Writes the pattern at both ends of a page, through a short mapping. */
static void sign(const struct page *page)
{
	uint32_t *words = kmap_local_page(page);

	words[0] = pattern_of(page);
	words[PAGE_SIZE / 4 - 1] = ~pattern_of(page);
	kunmap_local(words);
}

static bool is_signed(const struct page *page)
{
	uint32_t *words = kmap_local_page(page);
	bool held = words[0] == pattern_of(page) &&
		    words[PAGE_SIZE / 4 - 1] == ~pattern_of(page);

	kunmap_local(words);
	return held;
}

KTEST(all_memory, "every page is given out once, keeps its data, comes back")
{
	struct zone_counts before = count_zones();
	unsigned long all = nr_free_pages(), samples = 0, lost = 0;
	struct page_list list = {0};

	if (too_much_to_poison())
		return ktest_skip("CHECK=1 writes every page: 1 GiB at most");
	stride = (zones[ZONE_HIGHMEM].end_pfn / SAMPLES) | 1;
	while (take_one(&list, GFP_HIGHUSER | __GFP_MEMALLOC, 0)) {
		if (is_sample(list.first)) {
			sign(list.first);
			samples++;
		}
	}
	EXPECT_EQ(list.pages, all);
	EXPECT_EQ(nr_free_pages(), 0);
	EXPECT(samples >= all / stride / 2);
	for (struct page *page = list.first; page;
	     page = page->private ? pfn_to_page((pfn_t)page->private) : NULL)
		lost += is_sample(page) && !is_signed(page);
	EXPECT_EQ(lost, 0);
	free_all(&list);
	expect_all_back(&before);
}

KTEST(all_memory, "the same in the largest blocks that there are")
{
	struct zone_counts before = count_zones();
	unsigned long all = nr_free_pages();
	struct page_list list = {0};

	if (too_much_to_poison())
		return ktest_skip("CHECK=1 writes every page: 1 GiB at most");
	EXPECT_EQ(take_all(&list, GFP_HIGHUSER | __GFP_MEMALLOC), all);
	EXPECT_EQ(nr_free_pages(), 0);
	free_all(&list);
	expect_all_back(&before);
}
