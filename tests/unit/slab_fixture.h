/* SPDX-License-Identifier: MIT */
/* What the tests of slab share: the usual machine, with caches and no objects
 * from the test before. */
#ifndef SLAB_FIXTURE_H
#define SLAB_FIXTURE_H

#include "arch/smp.h"
#include "mm/slab/slab_cache.h"
#include "page_fixture.h"

/* Forgets all caches, then boots. */
static int setup_slab(void **state)
{
	setup_pages(state);
	memset(kmem_caches, 0, sizeof(kmem_caches));
	memset(slab_cpus, 0, sizeof(slab_cpus));
	host_cpu = 0;
	/* As a panic may have left them. */
	local_irq_enable();
	lock_check_forget(0);
	boot_usual();
	for (unsigned cpu = 1; cpu < NR_CPUS; cpu++)
		pcp_init(cpu);
	slab_init();
	drain_all_pages();
	host_log_clear();
	return 0;
}

/* The slabs of a list are what they must be; returns the objects taken. */
static inline unsigned long assert_list_sound(const struct kmem_cache *cache,
					      enum slab_list list,
					      unsigned *slabs)
{
	pfn_t pfn = cache->first[list], before = 0;
	unsigned long taken = 0;

	for (; pfn; before = pfn, pfn = pfn_to_page(pfn)->next) {
		const struct page *slab = pfn_to_page(pfn);
		unsigned index = slab->slab_free, n = 0;

		assert_int_equal(slab->head, PAGE_HEAD(PG_SLAB, cache->order));
		assert_int_equal(slab->cache, cache->number);
		assert_int_equal(slab->prev, before);
		for (; index != SLAB_NONE; n++) {
			void *object = slab_object(cache, slab, index);

			assert_true(index < cache->per_slab);
			index = (unsigned)*(uintptr_t *)next_object(cache,
								    object);
		}
		assert_int_equal(slab->slab_inuse + n, cache->per_slab);
		assert_int_equal(list == SLAB_EMPTY, !slab->slab_inuse);
		assert_int_equal(list == SLAB_FULL, !n);
		taken += slab->slab_inuse;
		++*slabs;
	}
	return taken;
}

static inline void assert_cache_sound(const struct kmem_cache *cache)
{
	unsigned long taken = 0;
	unsigned slabs = 0, empty = 0;

	taken += assert_list_sound(cache, SLAB_EMPTY, &empty);
	slabs = empty;
	taken += assert_list_sound(cache, SLAB_PARTIAL, &slabs);
	taken += assert_list_sound(cache, SLAB_FULL, &slabs);
	assert_int_equal(cache->empty, empty);
	assert_int_equal(cache->slabs, slabs);
	assert_int_equal(cache->taken, taken);
	for (unsigned i = 0; i < NR_CPUS; i++) {
		const struct slab_cpu *cpu = &slab_cpus[i].of[cache->number];
		void *object = cpu->first;
		unsigned n = 0;

		for (; object; object = *next_object(cache, object))
			n++;
		if (n)
			assert_int_equal(cpu->room, cache->limit - n);
	}
}

/* Gives what caches keep back; there must be no object left in them. */
static inline void assert_all_free(void)
{
	for (unsigned i = 0; i < SLAB_CACHES; i++)
		if (kmem_caches[i].name) {
			assert_cache_sound(&kmem_caches[i]);
			assert_int_equal(kmem_cache_in_use(&kmem_caches[i]), 0);
			assert_int_equal(kmem_cache_shrink(&kmem_caches[i]), 0);
		}
	assert_sound();
	for (unsigned i = 0; i < MAX_NR_ZONES; i++)
		assert_int_equal(zone_free_pages(&zones[i]),
				 zones[i].managed_pages);
}

#define slab_test(name) cmocka_unit_test_setup(name, setup_slab)

#endif
