/* SPDX-License-Identifier: MIT */
/* Objects on the machine at hand: of every size, from every context, between
 * CPUs; and all pages back in the end.
 *
 * Notices: slab_keeps_empty, slab_wastes, slab_list_forgotten,
 * slab_zero_forgotten, slab_drains_one_cpu, slab_slot_left,
 * slab_ends_in_use, krealloc_copies_too_little, kmalloc_array_wraps,
 * kmalloc_high. */
#include "kernel/ktest.h"

#include "arch/ipi.h"
#include "kernel/errno.h"
#include "kernel/kthread.h"
#include "kernel/string.h"
#include "mm/slab/slab_cache.h"
#include "zone_check.h"

static unsigned long lowmem_of(const struct zone_counts *counts)
{
	return counts->free[ZONE_NORMAL] + counts->free[ZONE_DMA];
}

/* Whether all bytes are `byte`. */
static bool holds(const uint8_t *ptr, size_t size, uint8_t byte)
{
	for (size_t i = 0; i < size; i++)
		if (ptr[i] != byte)
			return false;
	return true;
}

/* Steps through sizes, small ones closely. */
static size_t next_size(size_t size)
{
	return size + size / 7 + 1;
}

/* A small machine has blocks of this size, too. */
#define LARGE 0x10000u

#define MANY 1000
static uint8_t *many[MANY];

/* ---- One CPU ------------------------------------------------------------- */

KTEST(slab, "memory of every size is lowmem's, aligned, and holds its bytes")
{
	struct zone_counts before = count_zones();
	unsigned n = 0, wrong = 0;

	for (size_t size = 1; size <= LARGE; size = next_size(size)) {
		uint8_t *ptr = kmalloc(size, GFP_KERNEL);

		if (!EXPECT(ptr))
			return;
		wrong += virt_to_phys(ptr) + size > lowmem_end() ||
			 !IS_ALIGNED((uintptr_t)ptr, SLAB_MIN_ALIGN) ||
			 ksize(ptr) < size;
		memset(ptr, (int)n, size);
		many[n++] = ptr;
	}
	n = 0;
	for (size_t size = 1; size <= LARGE; size = next_size(size), n++) {
		wrong += !holds(many[n], size, (uint8_t)n);
		kfree(many[n]);
	}
	EXPECT_EQ(wrong, 0);
	expect_all_back(&before);
}

KTEST(slab, "a thousand objects are different, and their pages come back")
{
	struct zone_counts before = count_zones(), after;
	unsigned wrong = 0;

	for (unsigned i = 0; i < MANY; i++) {
		many[i] = kmalloc(1000, GFP_KERNEL);
		memset(many[i], (int)i, 1000);
	}
	for (unsigned i = 0; i < MANY; i++)
		wrong += !holds(many[i], 1000, (uint8_t)i);
	EXPECT_EQ(wrong, 0);
	/* 7 and 1000 have no common factor, so each comes once. */
	for (unsigned i = 0; i < MANY; i++)
		kfree(many[i * 7 % MANY]);
	/* Most of them without being asked for. */
	after = count_zones();
	EXPECT(lowmem_of(&after) + 64 >= lowmem_of(&before));
	expect_all_back(&before);
}

KTEST(slab, "struct page says which cache an object is of, and forgets")
{
	struct kmem_cache *cache =
		kmem_cache_create("test-page", 1500, 0, 0, NULL);
	void *object = kmem_cache_alloc(cache, GFP_KERNEL);
	struct page *slab = compound_head(virt_to_page(object));

	EXPECT(PageSlab(slab));
	EXPECT_EQ(slab->slot, cache->number);
	EXPECT_EQ(page_order(slab), cache->order);
	EXPECT(slab->slab_inuse > 0);
	EXPECT_PANIC("kfree() its objects", __free_pages(slab, cache->order));
	kmem_cache_free(cache, object);
	EXPECT_EQ(kmem_cache_destroy(cache), 0);
	EXPECT(!PageSlab(slab));
	EXPECT_EQ(slab->slot, 0);
}

KTEST(slab, "slabs are as large as it takes to waste an eighth at most")
{
	static const size_t sizes[] = {8,    96,   192,	 520,  700,
				       1100, 1400, 2100, 3000, 4096};

	if (CHECK)
		return ktest_skip("with CHECK=1 more is around objects");
	for (unsigned i = 0; i < ARRAY_SIZE(sizes); i++) {
		struct kmem_cache *cache =
			kmem_cache_create("test-waste", sizes[i], 0, 0, NULL);
		size_t bytes = PAGE_SIZE << cache->order;

		EXPECT(bytes - cache->per_slab * sizes[i] <= bytes / 8);
		kmem_cache_destroy(cache);
	}
}

KTEST(slab, "what is asked for as zero is zero")
{
	struct zone_counts before = count_zones();

	for (size_t size = 1; size <= LARGE; size = next_size(size) * 2) {
		uint8_t *ptr = kmalloc(size, GFP_KERNEL);

		memset(ptr, 0xff, size);
		kfree(ptr);
		ptr = kzalloc(size, GFP_KERNEL);
		EXPECT(holds(ptr, size, 0));
		kfree(ptr);
	}
	expect_all_back(&before);
}

KTEST(slab, "krealloc() keeps what is there, up and down")
{
	struct zone_counts before = count_zones();
	uint8_t *ptr = NULL;
	size_t had = 0;

	for (size_t size = 1; size <= LARGE; size = next_size(size) * 2) {
		ptr = krealloc(ptr, size, GFP_KERNEL);
		if (!EXPECT(ptr))
			return;
		EXPECT(holds(ptr, had, 0x77));
		memset(ptr, 0x77, size);
		had = size;
	}
	ptr = krealloc(ptr, 3, GFP_KERNEL);
	EXPECT(holds(ptr, 3, 0x77));
	EXPECT_EQ((uint32_t)krealloc(ptr, 0, GFP_KERNEL),
		  (uint32_t)ZERO_SIZE_PTR);
	kfree(ZERO_SIZE_PTR);
	kfree(NULL);
	expect_all_back(&before);
}

KTEST(slab, "what cannot be had is refused: high, too much, more than 2^32")
{
	struct kmem_cache *cache =
		kmem_cache_create("test-refuse", 20, 0, 0, NULL);

	EXPECT_EQ((uint32_t)kmalloc(100, GFP_HIGHUSER), 0);
	EXPECT_EQ((uint32_t)kmalloc(10000, GFP_HIGHUSER), 0);
	EXPECT_EQ((uint32_t)kmem_cache_alloc(cache, GFP_HIGHUSER), 0);
	EXPECT_EQ((uint32_t)kmem_cache_alloc(cache, GFP_DMA), 0);
	EXPECT_EQ((uint32_t)kmalloc(KMALLOC_MAX_SIZE + 1, GFP_KERNEL), 0);
	EXPECT_EQ((uint32_t)kmalloc_array(0x10000, 0x10001, GFP_KERNEL), 0);
	EXPECT_EQ((uint32_t)kcalloc(0x10001, 0x10000, GFP_KERNEL), 0);
	EXPECT_EQ(kmem_cache_destroy(cache), 0);
}

KTEST(slab, "memory for ISA devices lies where they reach")
{
	void *small = kmalloc(100, GFP_DMA);
	void *large = kmalloc(10000, GFP_DMA);

	EXPECT(small && virt_to_phys(small) < MiB(16));
	EXPECT(large && virt_to_phys(large) < MiB(16));
	kfree(small);
	kfree(large);
}

KTEST(slab, "a cache with objects in use does not end")
{
	struct zone_counts before = count_zones();
	struct kmem_cache *cache =
		kmem_cache_create("test-busy", 60, 0, 0, NULL);
	void *a = kmem_cache_alloc(cache, GFP_KERNEL), *b;

	EXPECT_EQ(kmem_cache_destroy(cache), -EBUSY);
	b = kmem_cache_alloc(cache, GFP_KERNEL);
	EXPECT(b && b != a);
	EXPECT_EQ(kmem_cache_in_use(cache), 2);
	kmem_cache_free(cache, a);
	kmem_cache_free(cache, b);
	EXPECT_EQ(kmem_cache_in_use(cache), 0);
	EXPECT_EQ(kmem_cache_destroy(cache), 0);
	expect_all_back(&before);
}

static void construct(void *object)
{
	*(uint32_t *)object = 4711;
}

KTEST(slab, "an object that is constructed stays so from user to user")
{
	struct kmem_cache *cache =
		kmem_cache_create("test-ctor", 4, 0, 0, construct);

	for (unsigned i = 0; i < MANY; i++)
		many[i] = kmem_cache_alloc(cache, GFP_KERNEL);
	for (unsigned i = 0; i < MANY; i++) {
		EXPECT_EQ(*(uint32_t *)many[i], 4711);
		kmem_cache_free(cache, many[i]);
	}
	for (unsigned i = 0; i < MANY; i++)
		many[i] = kmem_cache_alloc(cache, GFP_KERNEL);
	for (unsigned i = 0; i < MANY; i++) {
		EXPECT_EQ(*(uint32_t *)many[i], 4711);
		kmem_cache_free(cache, many[i]);
	}
	EXPECT_EQ(kmem_cache_destroy(cache), 0);
}

/* How many of 20 objects and 2 blocks of pages could not be had; frees all. */
static unsigned failures_of_22(struct kmem_cache *cache)
{
	unsigned failed = 0;

	for (unsigned i = 0; i < 22; i++) {
		many[i] = i < 20 ? kmem_cache_alloc(cache, GFP_KERNEL)
				 : kmalloc(9000, GFP_KERNEL);
		failed += !many[i];
	}
	for (unsigned i = 0; i < 22; i++)
		kfree(many[i]);
	return failed;
}

KTEST(slab, "whichever request for pages fails, nothing is left behind")
{
	struct zone_counts before = count_zones();

	for (unsigned long n = 1; n < 12; n++) {
		struct kmem_cache *cache =
			kmem_cache_create("test-fail", 3000, 0, 0, NULL);
		unsigned failed;

		page_alloc_fail_at(n);
		failed = failures_of_22(cache);
		page_alloc_fail_at(0);
		/* 5 objects in a slab, and two blocks. */
		EXPECT_EQ(failed, n <= 6);
		EXPECT_EQ(kmem_cache_destroy(cache), 0);
		expect_all_back(&before);
	}
}

/* ---- Several ------------------------------------------------------------- */

static struct kmem_cache *shared;

static void allocate_some(void *arg)
{
	uint8_t **object = arg;

	for (unsigned i = 0; i < 50; i++)
		object[i] = kmem_cache_alloc(shared, GFP_ATOMIC);
}

static void free_some(void *arg)
{
	uint8_t **object = arg;

	for (unsigned i = 0; i < 50; i++)
		kmem_cache_free(shared, object[i]);
}

KTEST(slab, "interrupt handlers of all CPUs allocate what another frees")
{
	struct zone_counts before = count_zones();
	unsigned cpus = num_online_cpus();

	shared = kmem_cache_create("test-cpus", 80, 0, 0, NULL);
	for (unsigned cpu = 0; cpu < cpus && cpu < MANY / 50; cpu++)
		smp_call_function_single(cpu, allocate_some, many + 50 * cpu,
					 true);
	EXPECT_EQ(kmem_cache_in_use(shared), 50 * min(cpus, MANY / 50u));
	for (unsigned cpu = 0; cpu < cpus && cpu < MANY / 50; cpu++)
		smp_call_function_single((cpu + 1) % cpus, free_some,
					 many + 50 * cpu, true);
	EXPECT_EQ(kmem_cache_in_use(shared), 0);
	EXPECT_EQ(kmem_cache_destroy(shared), 0);
	expect_all_back(&before);
}

/* Places where threads leave objects for each other, filled with the low byte
 * of their own address. */
#define PLACES 64
static uint8_t *place[PLACES];
static size_t place_size = 48;

static bool is_whole(const uint8_t *object)
{
	return holds(object, place_size, (uint8_t)((uintptr_t)object >> 3));
}

/* Leaves new objects and frees what others left; returns how many of those
 * were not as they were left. */
static int exchange(void *arg)
{
	unsigned random = (unsigned)(uintptr_t)arg * 7919 + 1;
	int wrong = 0;

	for (unsigned i = 0; i < 20000; i++) {
		uint8_t *object = kmem_cache_alloc(shared, GFP_KERNEL);

		random = random * 1103515245 + 12345;
		if (object)
			memset(object, (int)((uintptr_t)object >> 3),
			       place_size);
		object = __atomic_exchange_n(&place[random >> 16 & 63], object,
					     __ATOMIC_ACQ_REL);
		if (!object)
			continue;
		wrong += !is_whole(object);
		kfree(object);
	}
	return wrong;
}

KTEST(slab, "threads on all CPUs free each other's objects, all of them whole")
{
	struct task *task[8];

	shared = kmem_cache_create("test-threads", place_size, 0, 0, NULL);
	for (unsigned i = 0; i < ARRAY_SIZE(task); i++) {
		task[i] = kthread_run(exchange, (void *)(uintptr_t)i,
				      "exchange/%u", i);
		EXPECT(task[i]);
	}
	for (unsigned i = 0; i < ARRAY_SIZE(task); i++)
		if (task[i])
			EXPECT_EQ(kthread_join(task[i]), 0);
	for (unsigned i = 0; i < PLACES; i++) {
		kfree(place[i]);
		place[i] = NULL;
	}
	EXPECT_EQ(kmem_cache_in_use(shared), 0);
	/* Which says that all slabs have gone back. */
	EXPECT_EQ(kmem_cache_destroy(shared), 0);
}

KTEST(slab, "the log shows a line for each cache")
{
	slabinfo();
	kmem_cache_show_users(kmalloc_caches[kmalloc_index(64)]);
}
