/* SPDX-License-Identifier: MIT */
/* The slab allocator: objects smaller than a page, or of any size.
 *
 *	struct task *t = kmalloc(sizeof(*t), GFP_KERNEL);
 *
 *	if (!t)
 *		return -ENOMEM;
 *	...
 *	kfree(t);
 *
 * A cache holds objects of one size. kmalloc() has one cache for each of a few
 * sizes, 8 to 4096 bytes, and allocates pages for larger ones. Objects are
 * always in lowmem, because callers use them by their address, which high pages
 * do not have; __GFP_HIGHMEM is refused.
 *
 * The classic mistakes, each of which panics with a sentence: to free an
 * address that is not the beginning of an object, or that was not allocated, or
 * to the wrong cache. To free an object twice is always noticed when it is the
 * one freed last, and with CHECK=1 whichever it is. CHECK=1 also finds a write
 * past an object's end, and one after it was freed.
 *
 * Context: any but NMI; nothing sleeps. kmem_cache_create(), _destroy() and
 * _shrink(): tasks. Names are those of Linux 6.1; where behaviour differs, it
 * is said. */
#ifndef MM_SLAB_H
#define MM_SLAB_H

#include "kernel/compiler.h"
#include "kernel/types.h"
#include "mm/gfp.h"

struct kmem_cache;

/* ---- Caches -------------------------------------------------------------- */

#define SLAB_HWCACHE_ALIGN 0x1u /* no object shares a cache line in vain */
#define SLAB_CACHE_DMA	   0x2u /* objects lie below 16 MiB */
#define SLAB_PANIC	   0x4u /* failing to create it is a panic */

/* The largest object of a cache. */
#define KMEM_CACHE_MAX_SIZE 8192

/* The least alignment of an object. */
#define SLAB_MIN_ALIGN 8

/* Makes a cache for objects of `size` bytes, at multiples of `align`, a power
 * of two up to a page (0: SLAB_MIN_ALIGN). `ctor`, if not NULL, is called once
 * for each object, when its memory comes from the page allocator; callers free
 * objects in the state that `ctor` has made. `name` must stay in memory.
 * Returns NULL, with a sentence in the log, for invalid arguments, and if there
 * are SLAB_CACHES already. */
struct kmem_cache *kmem_cache_create(const char *name, size_t size,
				     size_t align, unsigned flags,
				     void (*ctor)(void *object));

/* An object, or NULL. Its contents are undefined, except in a cache with a
 * constructor, and with __GFP_ZERO, which such a cache refuses. */
void *kmem_cache_alloc(struct kmem_cache *cache, gfp_t gfp);

static __always_inline void *kmem_cache_zalloc(struct kmem_cache *cache,
					       gfp_t gfp)
{
	return kmem_cache_alloc(cache, gfp | __GFP_ZERO);
}

/* Frees an object to the cache that it came from. */
void kmem_cache_free(struct kmem_cache *cache, void *object);

/* Frees the empty slabs of a cache to the page allocator, with the objects in
 * CPUs' lists. Returns 0 if the cache has no slab left, and 1 if it has. */
int kmem_cache_shrink(struct kmem_cache *cache);

/* Destroys a cache. If it has objects in use, it stays, with a line in the log
 * (CHECK=1: and one for each caller that allocated some), and the result is
 * -EBUSY. Linux returns nothing, and leaves a cache that cannot be used. Does
 * nothing for NULL. */
int kmem_cache_destroy(struct kmem_cache *cache);

/* Prints a line for each cache: name, objects in use and in all, bytes of an
 * object, objects in a slab, slabs. */
void slabinfo(void);

/* Prints how many objects of a cache are in use; with CHECK=1 also the callers
 * that allocated them. */
void kmem_cache_show_users(struct kmem_cache *cache);

/* ---- Any size ------------------------------------------------------------ */

#define KMALLOC_MAX_CACHE_SIZE 4096
#define KMALLOC_MAX_SIZE       MiB(4)

/* The result of kmalloc(0): no object, and no failure. It may be passed to
 * kfree(), ksize() and krealloc(); an access is a page fault. */
#define ZERO_SIZE_PTR	    ((void *)16)
#define ZERO_OR_NULL_PTR(x) ((uintptr_t)(x) <= (uintptr_t)ZERO_SIZE_PTR)

/* Caches of 96 and 192 bytes, and of 2^i bytes at i = 3 .. 12. */
#define KMALLOC_96     1
#define KMALLOC_192    2
#define KMALLOC_LOWEST 3
#define KMALLOC_CACHES 13
extern struct kmem_cache *kmalloc_caches[KMALLOC_CACHES];

/* The cache for `size` bytes, 1 to KMALLOC_MAX_CACHE_SIZE. */
static inline unsigned kmalloc_index(size_t size)
{
	if (size <= 8)
		return KMALLOC_LOWEST;
	if (size > 64 && size <= 96)
		return KMALLOC_96;
	if (size > 128 && size <= 192)
		return KMALLOC_192;
	return (unsigned)(8 * sizeof(long)) -
	       (unsigned)__builtin_clzl((unsigned long)size - 1);
}

/* kmalloc() for a size that the compiler does not know. */
void *__kmalloc(size_t size, gfp_t gfp);

/* `size` bytes, or NULL: at a multiple of `size` if that is a power of two,
 * and of 8 in any case; at pages of their own if `size` is over
 * KMALLOC_MAX_CACHE_SIZE, or with __GFP_DMA. More than KMALLOC_MAX_SIZE is
 * refused with a sentence. */
static __always_inline void *kmalloc(size_t size, gfp_t gfp)
{
	if (!CHECK && __builtin_constant_p(size) && size &&
	    size <= KMALLOC_MAX_CACHE_SIZE && !(gfp & __GFP_DMA))
		return kmem_cache_alloc(kmalloc_caches[kmalloc_index(size)],
					gfp);
	return __kmalloc(size, gfp);
}

/* The same, cleared. */
static __always_inline void *kzalloc(size_t size, gfp_t gfp)
{
	return kmalloc(size, gfp | __GFP_ZERO);
}

/* `n` times `size` bytes. A product that does not fit is refused with a
 * sentence. kcalloc() clears them. */
void *kmalloc_array(size_t n, size_t size, gfp_t gfp);

static __always_inline void *kcalloc(size_t n, size_t size, gfp_t gfp)
{
	return kmalloc_array(n, size, gfp | __GFP_ZERO);
}

/* Changes the size of an allocation to `size` bytes: in place if there is room,
 * or by a copy. Returns NULL on failure, and the allocation is unchanged. With
 * `ptr` NULL it is kmalloc(); with `size` 0 it is kfree(), and returns
 * ZERO_SIZE_PTR. */
void *krealloc(const void *ptr, size_t size, gfp_t gfp);

/* Frees memory from any function of this part, or an object of any cache. Does
 * nothing for NULL and ZERO_SIZE_PTR. */
void kfree(const void *ptr);

/* The number of bytes that may be used: the size asked for or more. 0 for NULL
 * and ZERO_SIZE_PTR. */
size_t ksize(const void *ptr);

/* ---- Boot ---------------------------------------------------------------- */

/* Makes kmalloc()'s caches; after page_alloc_init(), once. */
void slab_init(void);

#endif
