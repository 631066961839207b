/* SPDX-License-Identifier: MIT */
/* Objects freed or written to wrongly: each mistake is caught and named, and
 * harms nothing.
 *
 * Notices: slab_interior_free, slab_rest_freed, slab_wrong_cache,
 * slab_foreign_pages, slab_double_free. */
#include "kernel/ktest.h"

#include "arch/layout.h"
#include "mm/highmem.h"
#include "kernel/preempt.h"
#include "kernel/string.h"
#include "mm/slab/slab_cache.h"
#include "symbols_check.h"
#include "zone_check.h"

KTEST(slab_misuse, "freeing what is no object of any cache is caught")
{
	struct page *page = alloc_page(GFP_KERNEL);
	char *addr = lowmem_page_address(page);

	EXPECT_PANIC("was allocated as pages", kfree(addr));
	EXPECT_PANIC("was allocated as pages", kfree(addr + 8));
	__free_page(page);
	EXPECT_PANIC("is free: was it freed before?", kfree(addr));
	EXPECT_PANIC("reserved since boot", kfree(&page_alloc_fail_at));
	EXPECT_PANIC("reserved since boot", kfree(mem_map));
	EXPECT_PANIC("outside lowmem", kfree((void *)0x1000));
	EXPECT_PANIC("outside lowmem", kfree((void *)VMALLOC_START));
	EXPECT_PANIC("outside lowmem", ksize((void *)0xffffffff));
	EXPECT_PANIC("kmem_cache_free: ",
		     kmem_cache_free(kmalloc_caches[5], NULL));
}

KTEST(slab_misuse, "freeing a high page that is mapped is caught")
{
	struct page *page = alloc_page(GFP_HIGHUSER);
	void *seen = kmap_local_page(page);

	if (is_kmap_addr(seen))
		EXPECT_PANIC("outside lowmem", kfree(seen));
	else
		EXPECT_PANIC("allocated as pages", kfree(seen));
	kunmap_local(seen);
	__free_page(page);
}

KTEST(slab_misuse, "freeing an address inside an object is caught")
{
	static const size_t sizes[] = {8, 24, 96, 192, 1000, 4096};

	for (unsigned i = 0; i < ARRAY_SIZE(sizes); i++) {
		char *ptr = kmalloc(sizes[i], GFP_KERNEL);

		for (unsigned at = 1; at < sizes[i]; at += at)
			EXPECT_PANIC("inside an object", kfree(ptr + at));
		kfree(ptr);
	}
}

KTEST(slab_misuse, "freeing what is behind the last object of a slab is caught")
{
	const struct kmem_cache *cache = kmalloc_caches[KMALLOC_96];
	char *ptr = kmalloc(96, GFP_KERNEL);
	char *slab = lowmem_page_address(compound_head(virt_to_page(ptr)));

	EXPECT_PANIC("in none of its objects",
		     kfree(slab + cache->before + cache->span));
	kfree(ptr);
}

KTEST(slab_misuse, "freeing an address inside pages of kmalloc() is caught")
{
	char *ptr = kmalloc(50000, GFP_KERNEL);

	EXPECT_PANIC("inside an allocation of 50000 bytes", kfree(ptr + 1));
	EXPECT_PANIC("inside an allocation", kfree(ptr + 2 * PAGE_SIZE));
	kfree(ptr);
	EXPECT_PANIC("is free", kfree(ptr));
}

KTEST(slab_misuse, "freeing to the wrong cache is caught, and both are named")
{
	struct kmem_cache *right =
		kmem_cache_create("test-right", 64, 0, 0, NULL);
	struct kmem_cache *wrong =
		kmem_cache_create("test-wrong", 64, 0, 0, NULL);
	void *object = kmem_cache_alloc(right, GFP_KERNEL);

	EXPECT_PANIC("of cache test-right, and was freed to cache test-wrong",
		     kmem_cache_free(wrong, object));
	kmem_cache_free(right, object);
	EXPECT_EQ(kmem_cache_destroy(right), 0);
	EXPECT_EQ(kmem_cache_destroy(wrong), 0);
}

KTEST(slab_misuse, "freeing the object that was freed last again is caught")
{
	void *ptr = kmalloc(100, GFP_KERNEL);

	preempt_disable();
	kfree(ptr);
	EXPECT_PANIC("is freed twice", kfree(ptr));
	preempt_enable();
}

KTEST(slab_misuse, "with CHECK=1 any object freed twice is caught")
{
	struct kmem_cache *cache =
		kmem_cache_create("test-twice", 40, 0, 0, NULL);
	void *object[40];

	if (!CHECK) {
		kmem_cache_destroy(cache);
		return ktest_skip("CHECK=0 sees the one freed last");
	}
	for (unsigned i = 0; i < 40; i++)
		object[i] = kmem_cache_alloc(cache, GFP_KERNEL);
	for (unsigned i = 0; i < 40; i++)
		kmem_cache_free(cache, object[i]);
	for (unsigned i = 0; i < 40; i += 3)
		EXPECT_PANIC(if_named("test_slab_misuse_"), kfree(object[i]));
	EXPECT_EQ(kmem_cache_destroy(cache), 0);
}

KTEST(slab_misuse, "with CHECK=1 writing outside of an object is caught")
{
	uint8_t *ptr = kmalloc(50, GFP_KERNEL);

	if (!CHECK) {
		kfree(ptr);
		return ktest_skip("CHECK=0 has no red zones");
	}
	ptr[50] = 0;
	EXPECT_PANIC("beyond its end: byte 50 holds 0x00", kfree(ptr));
	ptr[50] = SLAB_RED_IN_USE;
	ptr[-1] = 0;
	EXPECT_PANIC("before its begin: byte -1 holds 0x00", kfree(ptr));
	ptr[-1] = POISON_INUSE;
	kfree(ptr);
}

KTEST(slab_misuse, "with CHECK=1 an overrun over the record is reported")
{
	struct kmem_cache *cache =
		kmem_cache_create("test-long", 64, 0, 0, NULL);
	uint8_t *ptr = kmem_cache_alloc(cache, GFP_KERNEL), saved[16];

	if (CHECK) {
		memcpy(saved, ptr + 64, sizeof(saved));
		memset(ptr + 64, 0x41, sizeof(saved));
		EXPECT_PANIC("over the red zone of 8 bytes and the record of "
			     "its allocation: its caller is unknown",
			     kmem_cache_free(cache, ptr));
		memcpy(ptr + 64, saved, sizeof(saved));
	} else {
		ktest_skip("CHECK=0 has no red zones");
	}
	kmem_cache_free(cache, ptr);
	EXPECT_EQ(kmem_cache_destroy(cache), 0);
}

KTEST(slab_misuse, "with CHECK=1 an object is said to be freed if it was")
{
	struct kmem_cache *cache =
		kmem_cache_create("test-first", 64, 0, 0, NULL);
	uint8_t *ptr = kmem_cache_alloc(cache, GFP_KERNEL);

	if (!CHECK) {
		kmem_cache_free(cache, ptr);
		kmem_cache_destroy(cache);
		return ktest_skip("CHECK=0 has no red zones");
	}
	ptr[64] = 0;
	EXPECT_PANIC("(64 bytes)", kmem_cache_free(cache, ptr));
	EXPECT(!strstr(ktest_panic_sentence(), "freed"));
	ptr[64] = SLAB_RED_IN_USE;
	preempt_disable();
	kmem_cache_free(cache, ptr);
	EXPECT(kmem_cache_alloc(cache, GFP_KERNEL) == ptr);
	preempt_enable();
	ptr[64] = 0;
	EXPECT_PANIC("and freed before at ", kmem_cache_free(cache, ptr));
	ptr[64] = SLAB_RED_IN_USE;
	kmem_cache_free(cache, ptr);
	EXPECT_EQ(kmem_cache_destroy(cache), 0);
}

KTEST(slab_misuse, "a cache that was destroyed is not used again")
{
	struct kmem_cache *cache =
		kmem_cache_create("test-ended", 64, 0, 0, NULL);
	void *object = kmem_cache_alloc(cache, GFP_KERNEL);

	kmem_cache_free(cache, object);
	EXPECT_EQ(kmem_cache_destroy(cache), 0);
	EXPECT_PANIC("kmem_cache_alloc: the cache at 0x",
		     kmem_cache_alloc(cache, GFP_KERNEL));
	EXPECT_PANIC("it is used after its end",
		     kmem_cache_zalloc(cache, GFP_KERNEL));
	EXPECT_PANIC("was destroyed already", kmem_cache_destroy(cache));
}

KTEST(slab_misuse, "a slab that names an unknown cache is reported")
{
	struct kmem_cache *cache =
		kmem_cache_create("test-number", 64, 0, 0, NULL);
	void *object = kmem_cache_alloc(cache, GFP_KERNEL);
	struct page *slab = compound_head(virt_to_page(object));
	uint16_t number = slab->slot;

	slab->slot = SLAB_CACHES;
	EXPECT_PANIC("says that it is a slab of cache 128",
		     kmem_cache_free(cache, object));
	slab->slot = number;
	kmem_cache_free(cache, object);
	EXPECT_EQ(kmem_cache_destroy(cache), 0);
}

KTEST(slab_misuse, "with CHECK=1 writing to an object after freeing is caught")
{
	struct kmem_cache *cache =
		kmem_cache_create("test-late", 64, 0, 0, NULL);
	uint8_t *ptr = kmem_cache_alloc(cache, GFP_KERNEL);

	preempt_disable();
	kmem_cache_free(cache, ptr);
	if (CHECK) {
		ptr[10] = 0;
		EXPECT_PANIC("after it was freed: byte 10 holds 0x00",
			     kmem_cache_alloc(cache, GFP_KERNEL));
		/* It has left the list, and it has no user. */
		ptr[10] = POISON_FREE;
		slab_check_taken(cache, ptr, 64, NULL);
		kmem_cache_free(cache, ptr);
	}
	preempt_enable();
	EXPECT_EQ(kmem_cache_destroy(cache), 0);
	if (!CHECK)
		ktest_skip("CHECK=0 does not look at free objects");
}

/* In a machine of its own: the pointer that is read is a pattern. */
KTEST(death, "poisoned pointer")
{
	char **ptr = kmalloc(64, GFP_KERNEL);

	kfree(ptr);
	if (CHECK)
		WRITE_ONCE(*READ_ONCE(ptr[2]), 0);
}
