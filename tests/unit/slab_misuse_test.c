/* SPDX-License-Identifier: MIT */
/* sources: mm/frames/buddy.c mm/slab/kmalloc.c mm/frames/mem_map.c mm/memblock/memblock.c mm/memblock/memblock_alloc.c mm/memblock/memblock_dump.c mm/memblock/memblock_handover.c mm/memblock/memblock_query.c mm/memblock/memblock_walk.c mm/memblock/regions.c mm/frames/page_alloc.c mm/frames/page_check.c mm/frames/page_free.c mm/frames/page_owner.c mm/frames/page_poison.c mm/frames/pcp.c mm/frames/section.c mm/frames/show_mem.c mm/slab/slab.c mm/slab/slab_cache.c mm/slab/slab_check.c mm/slab/slab_count.c mm/slab/slab_list.c mm/slab/slab_misuse.c mm/frames/zone.c arch/host/cpu.c arch/host/memory.c arch/host/panic.c arch/host/printk.c kernel/lock/lock_check.c kernel/lock/spinlock.c */
/* Mistakes with objects: each is noticed, by name, and harms nothing. */
#include "slab_fixture.h"

/* ---- In every build ------------------------------------------------------ */

static void what_is_no_object_is_not_freed(void **state)
{
	struct page *page = alloc_page(GFP_KERNEL);
	char *addr = lowmem_page_address(page);

	(void)state;
	assert_panics("was allocated as pages", kfree(addr));
	assert_panics("was allocated as pages", kfree(addr + 5));
	__free_page(page);
	assert_panics("is free: was it freed before?", kfree(addr));
	assert_panics("kfree: ", kfree(state));
	assert_panics("outside lowmem", kfree(state));
	assert_panics("outside lowmem", kfree(array + MiB(40)));
	assert_panics("it is reserved since boot", kfree(mem_map));
	assert_panics("kmem_cache_free: ",
		      kmem_cache_free(kmalloc_caches[5], mem_map));
	assert_panics("outside lowmem", ksize(state));
	assert_panics("was never allocated", krealloc(mem_map, 10, GFP_KERNEL));
	assert_all_free();
}

static void what_is_inside_an_object_is_not_freed(void **state)
{
	static const size_t sizes[] = {8, 96, 3000, 4096};

	(void)state;
	for (volatile unsigned s = 0; s < ARRAY_SIZE(sizes); s++) {
		char *ptr = kmalloc(sizes[s], GFP_KERNEL);

		assert_panics("1 bytes after its beginning", kfree(ptr + 1));
		assert_panics("inside an object", ksize(ptr + 4));
		assert_panics("inside an object",
			      krealloc(ptr + 7, 9, GFP_KERNEL));
		kfree(ptr);
	}
	assert_all_free();
}

static void what_is_between_objects_is_not_freed(void **state)
{
	char *ptr = kmalloc(96, GFP_KERNEL);
	const struct kmem_cache *cache = kmalloc_caches[KMALLOC_96];
	char *base = lowmem_page_address(compound_head(virt_to_page(ptr)));

	(void)state;
	assert_panics("in none of its objects",
		      kfree(base + cache->before + cache->span));
	if (CHECK)
		assert_panics("in none of its objects", kfree(base));
	kfree(ptr);
	assert_all_free();
}

static void what_is_inside_large_memory_is_not_freed(void **state)
{
	char *ptr = kmalloc(20000, GFP_KERNEL);

	(void)state;
	assert_panics("inside an allocation of 20000 bytes", kfree(ptr + 1));
	assert_panics("inside an allocation", kfree(ptr + 3 * PAGE_SIZE));
	kfree(ptr);
	assert_panics("is free", kfree(ptr));
	assert_all_free();
}

static void the_wrong_cache_is_told(void **state)
{
	struct kmem_cache *cache = kmem_cache_create("right", 64, 0, 0, NULL);
	struct kmem_cache *large =
		kmem_cache_create("right-large", 3000, 0, 0, NULL);
	void *object = kmem_cache_alloc(cache, GFP_KERNEL);
	void *other = kmem_cache_alloc(large, GFP_KERNEL);
	void *pages = kmalloc(9000, GFP_KERNEL);

	(void)state;
	assert_panics("of cache right, and was freed to cache kmalloc-64",
		      kmem_cache_free(kmalloc_caches[6], object));
	assert_panics("of cache right-large, and was freed to cache right",
		      kmem_cache_free(cache, other));
	assert_panics("allocated as pages", kmem_cache_free(cache, pages));
	kmem_cache_free(cache, object);
	/* kfree() takes an object of any cache. */
	kfree(other);
	kfree(pages);
	assert_all_free();
}

static void freeing_twice_in_a_row_is_noticed(void **state)
{
	void *small = kmalloc(40, GFP_KERNEL);
	void *large = kmalloc(3000, GFP_KERNEL);

	(void)state;
	kfree(small);
	assert_panics("is freed twice", kfree(small));
	kfree(large);
	assert_panics("is freed twice", kfree(large));
	assert_all_free();
}

static void freeing_twice_with_others_between_is_noticed_late(void **state)
{
	static void *object[64];
	struct kmem_cache *cache = kmem_cache_create("twice", 4000, 0, 0, NULL);

	(void)state;
	if (CHECK)
		skip(); /* it is noticed at once then */
	object[0] = kmem_cache_alloc(cache, GFP_KERNEL);
	object[1] = kmem_cache_alloc(cache, GFP_KERNEL);
	kmem_cache_free(cache, object[0]);
	kmem_cache_free(cache, object[1]);
	kmem_cache_free(cache, object[0]);
	assert_panics("more objects of cache twice are freed",
		      kmem_cache_shrink(cache));
}

/* ---- With CHECK=1 -------------------------------------------------------- */

static void freeing_twice_is_noticed_whatever_was_between(void **state)
{
	void *object[100];

	(void)state;
	for (unsigned i = 0; i < 100; i++)
		object[i] = kmalloc(40, GFP_KERNEL);
	for (unsigned i = 0; i < 100; i++)
		kfree(object[i]);
	for (unsigned i = 0; i < 100; i += 9)
		assert_panics("is freed twice: at", kfree(object[i]));
	assert_all_free();
}

static void what_was_never_allocated_is_told_so(void **state)
{
	char *ptr = kmalloc(40, GFP_KERNEL);
	const struct page *slab = compound_head(virt_to_page(ptr));
	char *other = slab_object(kmalloc_caches[6], slab, 0);

	if (other == ptr)
		other = slab_object(kmalloc_caches[6], slab, 1);
	(void)state;
	assert_panics("was never allocated", kfree(other));
	kfree(ptr);
	assert_all_free();
}

static void writing_past_the_bytes_asked_for_is_noticed(void **state)
{
	static const size_t sizes[] = {1, 40, 64, 100, 4096};

	(void)state;
	for (volatile unsigned s = 0; s < ARRAY_SIZE(sizes); s++) {
		uint8_t *ptr = kmalloc(sizes[s], GFP_KERNEL);

		memset(ptr, 0, sizes[s]);
		ptr[sizes[s]] = 0;
		assert_panics("beyond its end", kfree(ptr));
		assert_panics("beyond its end", ksize(ptr));
		ptr[sizes[s]] = SLAB_RED_IN_USE;
		kfree(ptr);
	}
	assert_all_free();
}

static void writing_far_past_the_end_is_noticed(void **state)
{
	const struct kmem_cache *cache = kmalloc_caches[6];
	uint8_t *ptr = kmalloc(64, GFP_KERNEL);
	unsigned last = cache->stride - 1;

	(void)state;
	ptr[last] ^= 1;
	assert_panics("beyond its end: byte", kfree(ptr));
	ptr[last] ^= 1;
	kfree(ptr);
	assert_all_free();
}

static void writing_before_the_beginning_is_noticed(void **state)
{
	uint8_t *ptr[3];

	(void)state;
	/* One of them is the first of its slab. */
	for (unsigned i = 0; i < 3; i++)
		ptr[i] = kmalloc(2048, GFP_KERNEL);
	for (unsigned i = 0; i < 3; i++) {
		ptr[i][-1] = 0;
		assert_panics("before its begin: byte -1 holds 0x00, not 0x5a",
			      kfree(ptr[i]));
		ptr[i][-1] = POISON_INUSE;
		kfree(ptr[i]);
	}
	assert_all_free();
}

static void writing_after_freeing_is_noticed(void **state)
{
	static const int at[] = {0, 20, 63, 64, 71};
	const struct kmem_cache *cache = kmalloc_caches[6];

	(void)state;
	for (volatile unsigned i = 0; i < ARRAY_SIZE(at); i++) {
		uint8_t *ptr = kmalloc(64, GFP_KERNEL);

		kfree(ptr);
		ptr[at[i]] ^= 0x80;
		assert_panics("after it was freed: byte",
			      kmalloc(64, GFP_KERNEL));
		/* It has left the list; it has no user. */
		ptr[at[i]] ^= 0x80;
		slab_check_taken(cache, ptr, 64, NULL);
		kfree(ptr);
	}
	assert_all_free();
}

static void writing_before_the_slab_goes_back_is_noticed(void **state)
{
	struct kmem_cache *cache = kmem_cache_create("late", 100, 0, 0, NULL);
	uint8_t *ptr = kmem_cache_alloc(cache, GFP_KERNEL);

	(void)state;
	kmem_cache_free(cache, ptr);
	ptr[3] = 0;
	assert_panics("after it was freed: byte 3 holds 0x00, not 0x6b",
		      kmem_cache_destroy(cache));
}

static void what_is_given_out_shows_that_nobody_wrote_to_it(void **state)
{
	uint8_t *ptr = kmalloc(64, GFP_KERNEL);

	(void)state;
	for (unsigned i = 0; i < 64; i++)
		assert_int_equal(ptr[i], POISON_INUSE);
	kfree(ptr);
	for (unsigned i = 0; i < 63; i++)
		assert_int_equal(ptr[i], POISON_FREE);
	assert_int_equal(ptr[63], POISON_END);
	assert_all_free();
}

static void keep(void *object)
{
	*(uint32_t *)object = 42;
}

static void around_constructed_objects_it_is_noticed_too(void **state)
{
	struct kmem_cache *cache = kmem_cache_create("kept", 24, 0, 0, keep);
	uint8_t *ptr = kmem_cache_alloc(cache, GFP_KERNEL);

	(void)state;
	ptr[24] = 0;
	assert_panics("beyond its end", kmem_cache_free(cache, ptr));
	ptr[24] = SLAB_RED_IN_USE;
	kmem_cache_free(cache, ptr);
	assert_int_equal(*(uint32_t *)ptr, 42);
	assert_int_equal(kmem_cache_destroy(cache), 0);
	assert_all_free();
}

int main(void)
{
	const struct CMUnitTest everywhere[] = {
		slab_test(what_is_no_object_is_not_freed),
		slab_test(what_is_inside_an_object_is_not_freed),
		slab_test(what_is_between_objects_is_not_freed),
		slab_test(what_is_inside_large_memory_is_not_freed),
		slab_test(the_wrong_cache_is_told),
		slab_test(freeing_twice_in_a_row_is_noticed),
		slab_test(freeing_twice_with_others_between_is_noticed_late),
	};
	const struct CMUnitTest checked[] = {
		slab_test(freeing_twice_is_noticed_whatever_was_between),
		slab_test(what_was_never_allocated_is_told_so),
		slab_test(writing_past_the_bytes_asked_for_is_noticed),
		slab_test(writing_far_past_the_end_is_noticed),
		slab_test(writing_before_the_beginning_is_noticed),
		slab_test(writing_after_freeing_is_noticed),
		slab_test(writing_before_the_slab_goes_back_is_noticed),
		slab_test(what_is_given_out_shows_that_nobody_wrote_to_it),
		slab_test(around_constructed_objects_it_is_noticed_too),
	};
	int failed = cmocka_run_group_tests(everywhere, NULL, NULL);

	if (CHECK)
		failed += cmocka_run_group_tests(checked, NULL, NULL);
	return failed;
}
