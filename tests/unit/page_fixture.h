/* SPDX-License-Identifier: MIT */
/* What the tests of pages share: a machine that is whatever memblock is told.
 *
 *	memblock_add(0, MiB(32));
 *	memblock_add(MiB(128), MiB(8));
 *	boot(MiB(16));                     the rest is highmem
 *	...
 *	assert_sound();
 *
 * Physical memory is 512 MiB of address space, of which only what is touched
 * costs the host anything. Before each test it is all garbage as far as the
 * frame array may reach, and the allocator knows nothing. */
#ifndef PAGE_FIXTURE_H
#define PAGE_FIXTURE_H

#include <sys/mman.h>

#include "arch/smp.h"
#include "memblock_fixture.h"
#include "mm/folio.h"
#include "mm/frames/pcp.h"
#include "mm/page_alloc.h"
#include "mm/section.h"

#define HOST_RAM MiB(512)

static char *array;

/* Everything but the names and locks, which are all a zone is born with. */
static void reset_zones(void)
{
	for (unsigned i = 0; i < MAX_NR_ZONES; i++)
		zones[i] = (struct zone){
			.name = zones[i].name,
			.lock = SPINLOCK_INIT(zones[i].name, RANK_ZONE),
		};
	memset(pcp_lists, 0, sizeof(pcp_lists));
	page_alloc_fail_at(0);
}

static int setup_pages(void **state)
{
	if (!array)
		array = mmap(NULL, HOST_RAM, PROT_READ | PROT_WRITE,
			     MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1,
			     0);
	assert_true(array != MAP_FAILED);
	setup(state);
	reset_zones();
	host_memory_set(array, 0, HOST_RAM);
	return 0;
}

/* Starts the machine that memblock knows, with this much lowmem; when it has
 * its pages, all CPUs. */
static inline void boot(phys_addr_t lowmem)
{
	size_t garbage = min((size_t)lowmem, (size_t)MiB(4));

	memset(array + lowmem - garbage, 0xa5, garbage);
	host_lowmem_set(lowmem);
	memblock_set_current_limit(lowmem);
	cpu_online_mask = cpumask_of(0);
	page_alloc_init();
	cpu_online_mask = CPUMASK_ALL;
}

/* 16 MiB of DMA, 16 of NORMAL, 3 x 8 of HIGHMEM in as many sections. */
static inline void boot_usual(void)
{
	memblock_add(0, MiB(32));
	memblock_add(MiB(120), MiB(8));
	memblock_add(MiB(128), MiB(8));
	memblock_add(MiB(256), MiB(8));
	boot(MiB(32));
}

/* The free lists of a zone are what they must be. */
static inline void assert_zone_sound(const struct zone *zone)
{
	unsigned long pages = 0;

	for (unsigned order = 0; order <= MAX_PAGE_ORDER; order++) {
		pfn_t pfn = zone->free_area[order].first, before = 0;
		unsigned long blocks = 0;

		for (; pfn; before = pfn, pfn = pfn_to_page(pfn)->next) {
			struct page *page = pfn_to_page(pfn);

			blocks++;
			assert_int_equal(page->head, PAGE_HEAD(PG_FREE, order));
			assert_int_equal(page->prev, before);
			assert_true(IS_ALIGNED(pfn, 1UL << order));
			assert_true(pfn >= zone->start_pfn &&
				    pfn + (1UL << order) <= zone->end_pfn);
			for (unsigned long i = 1; i < 1UL << order; i++)
				assert_int_equal(page[i].head, 0);
			if (order < MAX_PAGE_ORDER)
				assert_int_not_equal(
					pfn_to_page(pfn ^ 1UL << order)->head,
					page->head);
		}
		assert_int_equal(zone->free_area[order].nr_free, blocks);
		pages += blocks << order;
	}
	assert_int_equal(zone->free_pages, pages);
}

static inline void assert_sound(void)
{
	drain_all_pages();
	for (unsigned i = 0; i < MAX_NR_ZONES; i++)
		assert_zone_sound(&zones[i]);
}

/* Allocates single pages until there are no more, linked by `private`. */
static inline struct page *take_singles(gfp_t gfp, unsigned long *count)
{
	struct page *list = NULL, *page;

	for (*count = 0; (page = alloc_page(gfp | __GFP_NOWARN)); ++*count) {
		page->private = list ? page_to_pfn(list) : 0;
		list = page;
	}
	return list;
}

/* Frees them all. */
static inline void free_singles(struct page *page)
{
	while (page) {
		pfn_t next = (pfn_t)page->private;

		__free_page(page);
		page = next ? pfn_to_page(next) : NULL;
	}
}

/* The panic of `statement` says `part`. */
#define assert_panics(part, statement)                            \
	do {                                                      \
		assert_true(host_panics(statement));              \
		assert_non_null(strstr(host_panic_text(), part)); \
	} while (0)

#define page_test(name) cmocka_unit_test_setup(name, setup_pages)

#endif
