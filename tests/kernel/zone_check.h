/* SPDX-License-Identifier: MIT */
/* What the suites about pages share: whether all pages came back, whether the
 * free lists are what they must be, and lists of pages without an array. */
#ifndef TESTS_KERNEL_ZONE_CHECK_H
#define TESTS_KERNEL_ZONE_CHECK_H

#include "mm/page_alloc.h"
#include "mm/zone.h"

/* Pages free in each zone, objects of slab and the pages that they are in, when
 * nobody keeps anything for later. */
struct zone_counts {
	unsigned long free[MAX_NR_ZONES];
	unsigned long objects, slab_pages;
};

/* Empties all reserves and counts. Sleeps. */
struct zone_counts count_zones(void);

/* Empties all reserves, and expects the counts of before and sound free lists:
 * blocks aligned, in their zone, FREE, as many as counted, and none whose buddy
 * is free as well. The same objects may lie in more slabs, or in fewer. */
void expect_all_back(const struct zone_counts *before);

/* Blocks, linked through `private` of their heads. */
struct page_list {
	struct page *first;
	unsigned long pages;
};

/* Allocates until there is no more, in the largest blocks first; returns how
 * many pages came. */
unsigned long take_all(struct page_list *list, gfp_t gfp);

/* Allocates one block more; false if there is none. */
bool take_one(struct page_list *list, gfp_t gfp, unsigned order);

void free_all(struct page_list *list);

/* Whether this build writes to every page that is freed, and the machine has
 * more than can be written to in a test. */
bool too_much_to_poison(void);

/* Whether fewer than `pages` pages are free for such a request; fewer in
 * highmem: the test is skipped then. */
bool too_few_pages(gfp_t gfp, unsigned long pages);
bool too_few_high_pages(unsigned long pages);

#endif
