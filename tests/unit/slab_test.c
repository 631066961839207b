/* SPDX-License-Identifier: MIT */
/* sources: mm/frames/buddy.c mm/slab/kmalloc.c mm/frames/mem_map.c mm/memblock/memblock.c mm/memblock/memblock_alloc.c mm/memblock/memblock_dump.c mm/memblock/memblock_handover.c mm/memblock/memblock_query.c mm/memblock/memblock_walk.c mm/memblock/regions.c mm/frames/page_alloc.c mm/frames/page_check.c mm/frames/page_free.c mm/frames/page_owner.c mm/frames/page_poison.c mm/frames/pcp.c mm/frames/section.c mm/frames/show_mem.c mm/slab/slab.c mm/slab/slab_cache.c mm/slab/slab_check.c mm/slab/slab_count.c mm/slab/slab_list.c mm/slab/slab_misuse.c mm/frames/zone.c arch/host/cpu.c arch/host/memory.c arch/host/panic.c arch/host/printk.c kernel/lock/lock_check.c kernel/lock/spinlock.c */
/* Caches: a rule, a test. What is wrong on purpose is in
 * slab_misuse_test.c. */
#include "slab_fixture.h"

/* The usual cache of a test. */
static struct kmem_cache *make(const char *name, size_t size)
{
	return kmem_cache_create(name, size, 0, 0, NULL);
}

/* ---- Layout -------------------------------------------------------------- */

static void no_size_wastes_more_than_an_eighth(void **state)
{
	(void)state;
	if (CHECK)
		skip(); /* red zones are counted as waste */
	for (size_t size = 1; size <= 4096; size++) {
		struct kmem_cache *cache = make("any", size);
		unsigned bytes = cache->mask + 1;

		assert_true(bytes - cache->span <= bytes / 8);
		/* No smaller slab would do. */
		for (unsigned small = bytes / 2; small >= PAGE_SIZE; small /= 2)
			assert_true(small % cache->stride > small / 8);
		kmem_cache_destroy(cache);
	}
}

static void beginnings_are_told_from_insides_for_every_size(void **state)
{
	(void)state;
	for (size_t size = 1; size <= KMEM_CACHE_MAX_SIZE; size += 7) {
		struct kmem_cache *cache = make("any", size);

		for (unsigned at = 0; at <= cache->mask; at++)
			assert_int_equal(slab_begins_at(cache, at),
					 at < cache->span &&
						 at % cache->stride == 0);
		assert_false(slab_begins_at(cache, -8u));
		kmem_cache_destroy(cache);
	}
}

static void objects_are_aligned_as_asked(void **state)
{
	(void)state;
	for (size_t align = 1; align <= PAGE_SIZE; align *= 2) {
		struct kmem_cache *cache =
			kmem_cache_create("aligned", 40, align, 0, NULL);
		void *object[10];

		for (unsigned i = 0; i < 10; i++) {
			object[i] = kmem_cache_alloc(cache, GFP_KERNEL);
			assert_true(IS_ALIGNED(virt_to_phys(object[i]),
					       max(align, (size_t)8)));
		}
		for (unsigned i = 0; i < 10; i++)
			kmem_cache_free(cache, object[i]);
		assert_int_equal(kmem_cache_destroy(cache), 0);
	}
	for (size_t size = 8; size <= 4096; size *= 2) {
		void *ptr = kmalloc(size, GFP_KERNEL);

		assert_true(IS_ALIGNED(virt_to_phys(ptr), size));
		kfree(ptr);
	}
	assert_all_free();
}

static void cache_lines_are_not_shared_in_vain(void **state)
{
	static const unsigned size_align[][2] = {{1, 8},   {8, 8},   {9, 16},
						 {32, 32}, {33, 64}, {100, 64}};

	(void)state;
	for (unsigned i = 0; i < ARRAY_SIZE(size_align); i++) {
		struct kmem_cache *cache = kmem_cache_create(
			"lines", size_align[i][0], 0, SLAB_HWCACHE_ALIGN, NULL);

		assert_int_equal(cache->align, size_align[i][1]);
		kmem_cache_destroy(cache);
	}
}

/* ---- Objects ------------------------------------------------------------- */

#define MANY 3000

static void objects_do_not_overlap_and_all_come_back(void **state)
{
	static const size_t sizes[] = {1, 8, 24, 100, 700, 3000, 8192};
	static uint8_t *object[MANY];

	(void)state;
	for (unsigned s = 0; s < ARRAY_SIZE(sizes); s++) {
		struct kmem_cache *cache = make("many", sizes[s]);
		unsigned n = min(MANY, (int)(MiB(4) / sizes[s]));

		for (unsigned i = 0; i < n; i++) {
			object[i] = kmem_cache_alloc(cache, GFP_KERNEL);
			assert_non_null(object[i]);
			memset(object[i], (int)i, sizes[s]);
		}
		assert_int_equal(kmem_cache_in_use(cache), n);
		assert_cache_sound(cache);
		for (unsigned i = 0; i < n; i++) {
			assert_int_equal(object[i][0], (uint8_t)i);
			assert_int_equal(object[i][sizes[s] - 1], (uint8_t)i);
		}
		for (unsigned i = 0; i < n; i++)
			kmem_cache_free(cache, object[(i * 7 + 3) % n]);
		assert_cache_sound(cache);
		assert_true(cache->empty <= SLAB_EMPTY_KEPT);
		assert_true(cache->slabs <= cache->limit + SLAB_EMPTY_KEPT);
		assert_int_equal(kmem_cache_destroy(cache), 0);
	}
	assert_all_free();
}

static void the_object_freed_last_is_given_first(void **state)
{
	void *a = kmalloc(64, GFP_KERNEL), *b = kmalloc(64, GFP_KERNEL);

	(void)state;
	kfree(a);
	kfree(b);
	assert_ptr_equal(kmalloc(64, GFP_KERNEL), b);
	assert_ptr_equal(kmalloc(64, GFP_KERNEL), a);
	kfree(a);
	kfree(b);
	assert_all_free();
}

static void zeroed_is_zero_whatever_was_there(void **state)
{
	static const size_t sizes[] = {1, 50, 96, 4000, 5000};
	struct kmem_cache *cache = make("zeroed", 33);
	uint8_t *ptr;

	(void)state;
	for (unsigned s = 0; s < ARRAY_SIZE(sizes); s++) {
		ptr = kmalloc(sizes[s], GFP_KERNEL);
		memset(ptr, 0xff, sizes[s]);
		kfree(ptr);
		ptr = kzalloc(sizes[s], GFP_KERNEL);
		for (size_t i = 0; i < sizes[s]; i++)
			assert_int_equal(ptr[i], 0);
		kfree(ptr);
	}
	ptr = kmem_cache_alloc(cache, GFP_KERNEL);
	memset(ptr, 0xff, 33);
	kmem_cache_free(cache, ptr);
	ptr = kmem_cache_zalloc(cache, GFP_KERNEL);
	for (unsigned i = 0; i < 33; i++)
		assert_int_equal(ptr[i], 0);
	kmem_cache_free(cache, ptr);
	assert_all_free();
}

static unsigned constructed;

static void construct(void *object)
{
	memset(object, 0x11, 20);
	constructed++;
}

static void constructed_objects_stay_as_they_were_freed(void **state)
{
	struct kmem_cache *cache =
		kmem_cache_create("made", 20, 0, 0, construct);
	uint8_t *a, *b;

	(void)state;
	constructed = 0;
	a = kmem_cache_alloc(cache, GFP_KERNEL);
	assert_int_equal(constructed, cache->per_slab);
	for (unsigned i = 0; i < 20; i++)
		assert_int_equal(a[i], 0x11);
	a[19] = 0x22;
	kmem_cache_free(cache, a);
	b = kmem_cache_alloc(cache, GFP_KERNEL);
	assert_ptr_equal(a, b);
	assert_int_equal(b[19], 0x22);
	assert_null(kmem_cache_zalloc(cache, GFP_KERNEL));
	assert_non_null(strstr(host_log(), "what the constructor did"));
	kmem_cache_free(cache, b);
	assert_int_equal(constructed, cache->per_slab);
	assert_int_equal(kmem_cache_destroy(cache), 0);
	assert_all_free();
}

/* ---- CPUs ---------------------------------------------------------------- */

static void what_one_cpu_allocates_another_frees(void **state)
{
	struct kmem_cache *cache = make("shared", 100);
	static void *object[MANY];

	(void)state;
	for (unsigned i = 0; i < MANY; i++) {
		host_cpu = i % 3;
		object[i] = kmem_cache_alloc(cache, GFP_KERNEL);
	}
	assert_cache_sound(cache);
	for (unsigned i = 0; i < MANY; i++) {
		host_cpu = (i + 1) % 5;
		kmem_cache_free(cache, object[i]);
		/* The CPU that has it now gives it out. */
		if (i % 7 == 0)
			assert_ptr_equal(kmem_cache_alloc(cache, GFP_KERNEL),
					 object[i]);
		if (i % 7 == 0)
			kmem_cache_free(cache, object[i]);
	}
	assert_cache_sound(cache);
	assert_int_equal(kmem_cache_in_use(cache), 0);
	assert_int_equal(kmem_cache_destroy(cache), 0);
	assert_all_free();
}

static void a_list_on_its_first_use_may_be_one_that_frees(void **state)
{
	void *ptr = kmalloc(100, GFP_KERNEL);

	(void)state;
	host_cpu = 9;
	kfree(ptr);
	assert_cache_sound(kmalloc_caches[kmalloc_index(100)]);
	assert_ptr_equal(kmalloc(100, GFP_KERNEL), ptr);
	kfree(ptr);
	assert_all_free();
}

static void without_interrupts_to_others_their_lists_stay(void **state)
{
	struct kmem_cache *cache = make("early", 100);
	void *object = kmem_cache_alloc(cache, GFP_KERNEL);

	(void)state;
	host_cpu = 1;
	kmem_cache_free(cache, object);
	host_cpu = 0;
	preempt_disable();
	assert_int_equal(kmem_cache_shrink(cache), 1);
	assert_cache_sound(cache);
	preempt_enable();
	assert_int_equal(kmem_cache_shrink(cache), 0);
	assert_all_free();
}

/* ---- Caches -------------------------------------------------------------- */

static void what_cannot_be_is_not_made(void **state)
{
	(void)state;
	assert_null(make(NULL, 10));
	assert_null(make("bad", 0));
	assert_null(make("bad", KMEM_CACHE_MAX_SIZE + 1));
	assert_non_null(strstr(host_log(), "bad: objects have 1 to 8192"));
	assert_null(kmem_cache_create("bad", 10, 24, 0, NULL));
	assert_null(kmem_cache_create("bad", 10, 2 * PAGE_SIZE, 0, NULL));
	assert_null(kmem_cache_create("bad", 10, 0, 0x80000000u, NULL));
	assert_non_null(strstr(host_log(), "no such flag"));
	assert_panics("bad: objects have",
		      kmem_cache_create("bad", 0, 0, SLAB_PANIC, NULL));
}

static void numbers_of_caches_are_used_again(void **state)
{
	struct kmem_cache *cache[SLAB_CACHES];
	unsigned n = 0;
	void *object;

	(void)state;
	while ((cache[n] = make("one of many", 16)))
		n++;
	assert_int_equal(n, SLAB_CACHES - (KMALLOC_CACHES - 1));
	assert_non_null(strstr(host_log(), "as many caches as possible"));
	object = kmem_cache_alloc(cache[5], GFP_KERNEL);
	kmem_cache_free(cache[5], object);
	assert_int_equal(kmem_cache_destroy(cache[5]), 0);
	assert_ptr_equal(make("large", 4000), cache[5]);
	object = kmem_cache_alloc(cache[5], GFP_KERNEL);
	assert_int_equal(kmem_cache_in_use(cache[5]), 1);
	kmem_cache_free(cache[5], object);
	assert_cache_sound(cache[5]);
	assert_int_equal(kmem_cache_destroy(NULL), 0);
	assert_all_free();
}

static void a_cache_with_objects_in_use_stays(void **state)
{
	struct kmem_cache *cache = make("busy", 100);
	void *a = kmem_cache_alloc(cache, GFP_KERNEL);
	void *b = kmem_cache_alloc(cache, GFP_KERNEL);

	(void)state;
	assert_int_equal(kmem_cache_destroy(cache), -EBUSY);
	assert_non_null(strstr(host_log(), "busy has objects in use"));
	assert_non_null(strstr(host_log(), "busy: 2 objects of 100 bytes"));
	if (CHECK)
		assert_non_null(strstr(host_log(), "busy: 1 allocated at"));
	kmem_cache_free(cache, a);
	a = kmem_cache_alloc(cache, GFP_KERNEL);
	kmem_cache_free(cache, a);
	kmem_cache_free(cache, b);
	assert_int_equal(kmem_cache_destroy(cache), 0);
	assert_all_free();
}

static void every_user_of_a_cache_is_shown(void **state)
{
	struct kmem_cache *cache = make("users", 2000);
	void *object[40];

	(void)state;
	for (unsigned i = 0; i < 40; i++) {
		object[i] = slab_alloc(cache, GFP_KERNEL, 2000,
				       (char *)0x1000 + i / 2);
		assert_non_null(object[i]);
	}
	kmem_cache_show_users(cache);
	assert_non_null(strstr(host_log(), "40 objects of 2000 bytes"));
	if (CHECK) {
		assert_non_null(strstr(host_log(), "2 allocated at"));
		assert_non_null(strstr(host_log(), "8 allocated elsewhere"));
	}
	for (unsigned i = 0; i < 40; i++)
		kmem_cache_free(cache, object[i]);
	assert_all_free();
}

static void the_log_shows_each_cache(void **state)
{
	void *ptr = kmalloc(4096, GFP_KERNEL);

	(void)state;
	make("empty-one", 123);
	slabinfo();
	assert_non_null(strstr(host_log(), "kmalloc-4096             1 "));
	assert_non_null(strstr(host_log(), "empty-one                0        0"
					   "      123"));
	kfree(ptr);
}

/* ---- No memory ----------------------------------------------------------- */

static void whichever_request_for_pages_fails_nothing_is_lost(void **state)
{
	(void)state;
	for (unsigned long n = 1; n < 20; n++) {
		struct kmem_cache *cache = make("failing", 3000);
		void *object[50], *large;
		unsigned failed = 0;

		page_alloc_fail_at(n);
		for (unsigned i = 0; i < 50; i++) {
			object[i] = kmem_cache_alloc(cache, GFP_KERNEL);
			failed += !object[i];
		}
		large = kmalloc(20000, GFP_KERNEL);
		failed += !large;
		page_alloc_fail_at(0);
		/* 50 objects, 5 in a slab, and one of pages. */
		assert_int_equal(cache->per_slab, 5);
		assert_int_equal(failed, n <= 11);
		assert_cache_sound(cache);
		for (unsigned i = 0; i < 50; i++)
			if (object[i])
				kmem_cache_free(cache, object[i]);
		kfree(large);
		assert_int_equal(kmem_cache_destroy(cache), 0);
		assert_all_free();
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		slab_test(no_size_wastes_more_than_an_eighth),
		slab_test(beginnings_are_told_from_insides_for_every_size),
		slab_test(objects_are_aligned_as_asked),
		slab_test(cache_lines_are_not_shared_in_vain),
		slab_test(objects_do_not_overlap_and_all_come_back),
		slab_test(the_object_freed_last_is_given_first),
		slab_test(zeroed_is_zero_whatever_was_there),
		slab_test(constructed_objects_stay_as_they_were_freed),
		slab_test(what_one_cpu_allocates_another_frees),
		slab_test(a_list_on_its_first_use_may_be_one_that_frees),
		slab_test(without_interrupts_to_others_their_lists_stay),
		slab_test(what_cannot_be_is_not_made),
		slab_test(numbers_of_caches_are_used_again),
		slab_test(a_cache_with_objects_in_use_stays),
		slab_test(every_user_of_a_cache_is_shown),
		slab_test(the_log_shows_each_cache),
		slab_test(whichever_request_for_pages_fails_nothing_is_lost),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
