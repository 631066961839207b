/* SPDX-License-Identifier: MIT */
/* Counting around suites. See kernel/ktest_count.h.
 *
 * Pages of lowmem are counted as one zone: an object that stays may cost a page
 * of one or of the other. Those that slab keeps count as free, since it may
 * need more or fewer for the same objects. */
#include "kernel/ktest_count.h"

#include "arch/smp.h"
#include "kernel/ktest.h"
#include "kernel/timer.h"
#include "mm/highmem.h"
#include "mm/page_alloc.h"
#include "mm/slab_cache.h"
#include "mm/vmalloc.h"
#include "mm/zone.h"

/* Ticks to count for, while frames are made ready. */
#define COUNTS 5

struct counts {
	unsigned long low_pages, high_pages;
	unsigned areas;
	unsigned local_slots, atomic_slots, pool_slots;
};

static struct counts before;

/* Gives back what caches keep; returns the pages that they still have. */
static unsigned long shrink_caches(void)
{
	unsigned long pages = 0;

	for (unsigned i = 0; i < SLAB_CACHES; i++) {
		struct kmem_cache *cache = &kmem_caches[i];

		if (cache->name)
			kmem_cache_shrink(cache);
		pages += (unsigned long)cache->slabs << cache->order;
	}
	return pages;
}

static struct counts count(void)
{
	struct counts now = {.low_pages = 0};

	vm_unmap_aliases();
	now.low_pages = shrink_caches();
	drain_all_pages();
	now.low_pages += zone_free_pages(&zones[ZONE_DMA]) +
			 zone_free_pages(&zones[ZONE_NORMAL]);
	now.high_pages = zone_free_pages(&zones[ZONE_HIGHMEM]);
	now.areas = vmalloc_count().areas;
	now.local_slots = kmap_local_slots();
	now.atomic_slots = kmap_atomic_slots();
	now.pool_slots = kmap_count().mapped;
	return now;
}

/* While another CPU makes frames ready some are counted twice, for less than a
 * tick: the fewest of several counts are right. */
static struct counts count_safely(void)
{
	struct counts now = count();

	for (unsigned i = 1; i < COUNTS && num_online_cpus() > 1 &&
			     zones[ZONE_HIGHMEM].waiting_pages;
	     i++) {
		msleep(1000 / HZ);
		now.high_pages = min(now.high_pages, count().high_pages);
	}
	return now;
}

void ktest_count_begin(void)
{
	before = count_safely();
}

void ktest_count_end(void)
{
	struct counts now = count_safely();

	EXPECT_EQ(now.low_pages, before.low_pages);
	EXPECT_EQ(now.high_pages, before.high_pages);
	EXPECT_EQ(now.areas, before.areas);
	EXPECT_EQ(now.local_slots, before.local_slots);
	EXPECT_EQ(now.atomic_slots, before.atomic_slots);
	EXPECT_EQ(now.pool_slots, before.pool_slots);
}
