/* SPDX-License-Identifier: MIT */
/* Memory of any size: a cache for each of a few sizes, and pages for the rest.
 *
 *	bytes   8 16 32 64 96 128 192 256 512 1024 2048 4096 | pages, 2^order
 *
 * 96 and 192 are there because with powers of two alone, half of the waste
 * comes from sizes just above 64 and 128, which are common.
 *
 * A larger request gets a block of pages. `private` of its head says that
 * kmalloc() allocated it, so that a kfree() of other pages is noticed. */
#include "kernel/panic.h"
#include "kernel/printk.h"
#include "kernel/string.h"
#include "mm/page_alloc.h"
#include "slab_cache.h"

/* In `private`, above the size asked for: the block is kmalloc()'s. */
#define KMALLOC_TAG   0x6b6d616cULL /* "kmal" */
#define PRIVATE(size) (KMALLOC_TAG << 32 | (uint32_t)(size))

struct kmem_cache *kmalloc_caches[KMALLOC_CACHES];

/* ---- Pages --------------------------------------------------------------- */

static bool is_kmalloc_block(const struct page *head)
{
	return page_state(head) == PG_ALLOCATED &&
	       head->private >> 32 == KMALLOC_TAG;
}

static size_t block_bytes(const struct page *head)
{
	return (size_t)PAGE_SIZE << page_order(head);
}

/* A block of pages for a size that no cache has, or NULL. */
static void *alloc_block(size_t size, gfp_t gfp)
{
	struct page *page;

	if (size > KMALLOC_MAX_SIZE) {
		pr_err("kmalloc: %zu bytes asked for, %llu is the most\n", size,
		       (unsigned long long)KMALLOC_MAX_SIZE);
		return NULL;
	}
	if (gfp & __GFP_HIGHMEM) {
		pr_err("kmalloc: high pages have no address; ask for them with "
		       "alloc_pages() and map them\n");
		return NULL;
	}
	page = alloc_pages(gfp, get_order(size));
	if (!page)
		return NULL;
	page->private = PRIVATE(size);
	return lowmem_page_address(page);
}

void kmalloc_free_pages(struct page *head, const void *ptr)
{
	if (!is_kmalloc_block(head))
		slab_not_slab("kfree", head, ptr);
	if (ptr != lowmem_page_address(head))
		panic("kfree: %p is inside an allocation of %lu bytes that "
		      "begins at %p: free the address that was allocated",
		      ptr, (unsigned long)(uint32_t)head->private,
		      lowmem_page_address(head));
	head->private = 0;
	__free_pages(head, page_order(head));
}

/* ---- Sizes --------------------------------------------------------------- */

/* kmalloc() for `caller`. */
static inline void *alloc_any(size_t size, gfp_t gfp, const void *caller)
{
	if (unlikely(!size))
		return ZERO_SIZE_PTR;
	if (unlikely(size > KMALLOC_MAX_CACHE_SIZE || gfp & __GFP_DMA))
		return alloc_block(size, gfp);
	return slab_alloc(kmalloc_caches[kmalloc_index(size)], gfp, size,
			  caller);
}

void *__kmalloc(size_t size, gfp_t gfp)
{
	return alloc_any(size, gfp, __builtin_return_address(0));
}

void *kmalloc_array(size_t n, size_t size, gfp_t gfp)
{
	size_t bytes;

	if (__builtin_mul_overflow(n, size, &bytes)) {
		pr_err("kmalloc_array: %zu times %zu bytes is more than there "
		       "are addresses\n",
		       n, size);
		return NULL;
	}
	return alloc_any(bytes, gfp, __builtin_return_address(0));
}

/* The bytes of an allocation: all that may be used, or, if `asked_for` and that
 * is known, those that were asked for. Panics if `ptr` could not be freed. */
static size_t size_of(const char *who, const void *ptr, bool asked_for)
{
	const struct page *head = slab_head(who, ptr);
	const struct kmem_cache *cache;

	if (!PageSlab(head)) {
		if (!is_kmalloc_block(head))
			slab_not_slab(who, head, ptr);
		return asked_for ? (uint32_t)head->private : block_bytes(head);
	}
	cache = slab_cache(head);
	if (!slab_begins_at(cache, slab_offset(cache, ptr)))
		slab_not_object(who, head, ptr);
	if (CHECK && asked_for)
		return slab_check_size(cache, ptr);
	return cache->object_size;
}

/* From now on, `size` bytes of the allocation are in use. */
static void resize(void *ptr, size_t size)
{
	struct page *head = slab_head("krealloc", ptr);

	if (!PageSlab(head))
		head->private = PRIVATE(size);
	else if (CHECK)
		slab_check_resize(slab_cache(head), ptr, size);
}

size_t ksize(const void *ptr)
{
	size_t all;

	if (ZERO_OR_NULL_PTR(ptr))
		return 0;
	all = size_of(__func__, ptr, false);
	resize((void *)ptr, all);
	return all;
}

void *krealloc(const void *ptr, size_t size, gfp_t gfp)
{
	const void *caller = __builtin_return_address(0);
	size_t old;
	void *copy;

	if (ZERO_OR_NULL_PTR(ptr))
		return alloc_any(size, gfp, caller);
	if (!size) {
		kfree(ptr);
		return ZERO_SIZE_PTR;
	}
	old = size_of(__func__, ptr, true);
	if (size <= size_of(__func__, ptr, false)) {
		resize((void *)ptr, size);
		if (gfp & __GFP_ZERO && size > old)
			memset((char *)ptr + old, 0, size - old);
		return (void *)ptr;
	}
	copy = alloc_any(size, gfp, caller);
	if (copy) {
		memcpy(copy, ptr, old);
		kfree(ptr);
	}
	return copy;
}

/* ---- Boot ---------------------------------------------------------------- */

void kmalloc_init(void)
{
	static const char *const names[KMALLOC_CACHES] = {
		NULL,	       "kmalloc-96",  "kmalloc-192",  "kmalloc-8",
		"kmalloc-16",  "kmalloc-32",  "kmalloc-64",   "kmalloc-128",
		"kmalloc-256", "kmalloc-512", "kmalloc-1024", "kmalloc-2048",
		"kmalloc-4096"};

	for (unsigned i = KMALLOC_96; i < KMALLOC_CACHES; i++) {
		size_t size = i == KMALLOC_96	 ? 96
			      : i == KMALLOC_192 ? 192
						 : (size_t)1 << i;
		size_t align = i < KMALLOC_LOWEST ? SLAB_MIN_ALIGN : size;

		kmalloc_caches[i] = kmem_cache_create(names[i], size, align,
						      SLAB_PANIC, NULL);
	}
}
