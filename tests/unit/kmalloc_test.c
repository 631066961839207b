/* SPDX-License-Identifier: MIT */
/* sources: mm/frames/buddy.c mm/slab/kmalloc.c mm/frames/mem_map.c mm/memblock/memblock.c mm/memblock/memblock_alloc.c mm/memblock/memblock_dump.c mm/memblock/memblock_handover.c mm/memblock/memblock_query.c mm/memblock/memblock_walk.c mm/memblock/regions.c mm/frames/page_alloc.c mm/frames/page_check.c mm/frames/page_free.c mm/frames/page_owner.c mm/frames/page_poison.c mm/frames/pcp.c mm/frames/section.c mm/frames/show_mem.c mm/slab/slab.c mm/slab/slab_cache.c mm/slab/slab_check.c mm/slab/slab_count.c mm/slab/slab_list.c mm/slab/slab_misuse.c mm/frames/zone.c arch/host/cpu.c arch/host/memory.c arch/host/panic.c arch/host/printk.c kernel/lock/lock_check.c kernel/lock/spinlock.c */
/* kmalloc() and its relatives: a rule, a test. */
#include "slab_fixture.h"

static void every_size_has_the_smallest_class(void **state)
{
	static const size_t sizes[] = {8,   16,	 32,  64,   96,	  128,
				       192, 256, 512, 1024, 2048, 4096};
	unsigned class = 0;

	(void)state;
	for (size_t size = 1; size <= KMALLOC_MAX_CACHE_SIZE; size++) {
		class += size > sizes[class];
		assert_int_equal(
			kmalloc_caches[kmalloc_index(size)]->object_size,
			sizes[class]);
	}
}

static void nothing_is_neither_failure_nor_an_object(void **state)
{
	(void)state;
	assert_ptr_equal(kmalloc(0, GFP_KERNEL), ZERO_SIZE_PTR);
	assert_ptr_equal(kmalloc_array(0, 7, GFP_KERNEL), ZERO_SIZE_PTR);
	assert_int_equal(ksize(ZERO_SIZE_PTR), 0);
	assert_int_equal(ksize(NULL), 0);
	kfree(ZERO_SIZE_PTR);
	kfree(NULL);
	assert_ptr_equal(krealloc(NULL, 0, GFP_KERNEL), ZERO_SIZE_PTR);
	assert_all_free();
}

static void large_sizes_are_pages(void **state)
{
	static const size_t sizes[] = {4097, 8192, 8193, 100000, MiB(4)};

	(void)state;
	for (unsigned s = 0; s < ARRAY_SIZE(sizes); s++) {
		uint8_t *ptr = kmalloc(sizes[s], GFP_KERNEL);

		assert_true(IS_ALIGNED(virt_to_phys(ptr), PAGE_SIZE));
		assert_true(ksize(ptr) >= sizes[s]);
		assert_true(ksize(ptr) < 2 * sizes[s]);
		memset(ptr, 1, ksize(ptr));
		kfree(ptr);
	}
	assert_null(kmalloc(MiB(4) + 1, GFP_KERNEL));
	assert_non_null(strstr(host_log(), "4194305 bytes asked for"));
	assert_all_free();
}

static void memory_for_isa_devices_lies_below_16_mib(void **state)
{
	struct kmem_cache *cache =
		kmem_cache_create("isa", 100, 0, SLAB_CACHE_DMA, NULL);
	void *small = kmalloc(20, GFP_DMA);
	void *object = kmem_cache_alloc(cache, GFP_KERNEL);

	(void)state;
	assert_true(virt_to_phys(small) < MiB(16));
	assert_true(virt_to_phys(object) < MiB(16));
	assert_null(kmem_cache_alloc(
		kmem_cache_create("other", 100, 0, 0, NULL), GFP_DMA));
	assert_non_null(strstr(host_log(), "made with SLAB_CACHE_DMA"));
	kfree(small);
	kfree(object);
	assert_all_free();
}

static void high_pages_are_refused_with_a_sentence(void **state)
{
	(void)state;
	assert_null(kmalloc(20, GFP_HIGHUSER));
	assert_non_null(strstr(host_log(), "high pages have none"));
	assert_null(kmalloc(20000, GFP_HIGHUSER));
	assert_non_null(strstr(host_log(), "high pages have no address"));
	assert_null(kmem_cache_alloc(kmem_cache_create("high", 100, 0, 0, NULL),
				     GFP_HIGHUSER));
	assert_all_free();
}

static void products_that_do_not_fit_are_refused(void **state)
{
	uint8_t *ptr = kcalloc(10, 20, GFP_KERNEL);

	(void)state;
	for (unsigned i = 0; i < 200; i++)
		assert_int_equal(ptr[i], 0);
	kfree(ptr);
	assert_null(kmalloc_array(~(size_t)0 / 2, 3, GFP_KERNEL));
	assert_null(kcalloc(~(size_t)0, ~(size_t)0, GFP_KERNEL));
	assert_non_null(strstr(host_log(), "more than there are addresses"));
	assert_all_free();
}

static void growing_keeps_what_is_there(void **state)
{
	uint8_t *ptr = NULL;

	(void)state;
	for (size_t size = 1; size < 40000; size += size / 2 + 1) {
		ptr = krealloc(ptr, size, GFP_KERNEL);
		assert_non_null(ptr);
		ptr[size - 1] = (uint8_t)size;
		for (size_t i = 1; i < size; i += i / 2 + 1)
			assert_int_equal(ptr[i - 1], (uint8_t)i);
	}
	assert_ptr_equal(krealloc(ptr, 10, GFP_KERNEL), ptr);
	assert_int_equal(ptr[0], 1);
	assert_ptr_equal(krealloc(ptr, 0, GFP_KERNEL), ZERO_SIZE_PTR);
	assert_all_free();
}

static void growing_in_place_or_not_can_clear(void **state)
{
	uint8_t *ptr = kzalloc(50, GFP_KERNEL);

	(void)state;
	ptr = krealloc(ptr, 60, GFP_KERNEL | __GFP_ZERO);
	ptr = krealloc(ptr, 600, GFP_KERNEL | __GFP_ZERO);
	for (unsigned i = 0; i < 600; i++)
		assert_int_equal(ptr[i], 0);
	kfree(ptr);
	/* The whole of what ksize() says may be used. */
	ptr = kmalloc(50, GFP_KERNEL);
	assert_int_equal(ksize(ptr), 64);
	memset(ptr, 1, 64);
	kfree(ptr);
	assert_all_free();
}

static void growing_that_fails_leaves_what_was(void **state)
{
	uint8_t *ptr = kmalloc(100, GFP_KERNEL);

	(void)state;
	ptr[99] = 7;
	page_alloc_fail_at(1);
	assert_null(krealloc(ptr, 300, GFP_KERNEL));
	assert_int_equal(ptr[99], 7);
	kfree(ptr);
	assert_all_free();
}

static void all_memory_can_be_objects(void **state)
{
	void **list = NULL, **object;
	unsigned long n = 0;

	(void)state;
	while ((object = kmalloc(1000, GFP_KERNEL | __GFP_NOWARN))) {
		*object = list;
		list = object;
		n++;
	}
	assert_true(n > (CHECK ? 10000 : 30000) / 2);
	while (list) {
		object = *list;
		kfree(list);
		list = object;
	}
	assert_all_free();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		slab_test(every_size_has_the_smallest_class),
		slab_test(nothing_is_neither_failure_nor_an_object),
		slab_test(large_sizes_are_pages),
		slab_test(memory_for_isa_devices_lies_below_16_mib),
		slab_test(high_pages_are_refused_with_a_sentence),
		slab_test(products_that_do_not_fit_are_refused),
		slab_test(growing_keeps_what_is_there),
		slab_test(growing_in_place_or_not_can_clear),
		slab_test(growing_that_fails_leaves_what_was),
		slab_test(all_memory_can_be_objects),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
