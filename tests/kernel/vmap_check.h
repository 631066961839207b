/* SPDX-License-Identifier: MIT */
/* What the suites about the vmalloc area share: whether all addresses and pages
 * came back, and what pages hold, seen past the mapping in question. */
#ifndef TESTS_KERNEL_VMAP_CHECK_H
#define TESTS_KERNEL_VMAP_CHECK_H

#include "kernel/preempt.h"
#include "mm/vmalloc.h"
#include "zone_check.h"

/* What may not have changed when a test ends. */
struct vmap_before {
	struct zone_counts zones;
	struct vmalloc_counts areas;
	unsigned largest;
};

/* Sees to it that all structures of areas that a test can need exist, since
 * these stay for ever, purges, and counts. */
struct vmap_before vmap_begin(void);

/* Expects the counts of before: free pages, areas, their addresses, the
 * largest gap; and that a purge leaves nothing lazy. */
void expect_vmap_as_before(const struct vmap_before *before);

/* Takes all addresses, as areas of one page each, and returns how many there
 * were; gives them back. */
unsigned exhaust_addresses(void);

/* Pages of the largest area that there is room for. */
unsigned largest_area(void);

/* Writes a word at the beginning of a page; reads it. Past all mappings. */
void page_write(struct page *page, uint32_t value);
uint32_t page_read(struct page *page);

/* Takes `count` single pages and numbers them, page_write(pages[i], i); false,
 * with a failed expectation, if there are not so many. And gives them back. */
bool take_numbered(struct page **pages, unsigned count, gfp_t gfp);
void free_numbered(struct page **pages, unsigned count);

/* From here to the other, this is what a handler finds. */
static inline void simulate_interrupt(void)
{
	local_irq_disable();
	this_cpu_add(preempt_word, HARDIRQ_OFFSET);
}

static inline void end_simulated_interrupt(void)
{
	this_cpu_sub(preempt_word, HARDIRQ_OFFSET);
	local_irq_enable();
}

#endif
