/* SPDX-License-Identifier: MIT */
/* The slab allocator: objects smaller than a page, or of any size that a page
 * is not.
 *
 *	struct task *t = kmalloc(sizeof(*t), GFP_KERNEL);
 *
 *	if (!t)
 *		return -ENOMEM;
 *	...
 *	kfree(t);
 *
 * A cache holds objects of one size; kmalloc() has one cache for each of a few
 * sizes, 8 to 4096 bytes, and pages for what is larger. Objects are in lowmem,
 * always: an object is a pointer, and high pages have none. So __GFP_HIGHMEM is
 * refused.
 *
 * And the classic mistakes, each of which ends in a panic that says which: to
 * free an address that is no object's beginning, or that nobody allocated, or
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

/* What an object is aligned to at least. */
#define SLAB_MIN_ALIGN 8

/* Makes a cache for objects of `size` bytes, at multiples of `align`, a power
 * of two up to a page (0: SLAB_MIN_ALIGN). `ctor`, if not NULL, is called for
 * each object once, when its memory comes from the page allocator: an object
 * is freed as it wants to be found. `name` stays. NULL, with a sentence in the
 * log, for what cannot be, and when there are SLAB_CACHES already. */
struct kmem_cache *kmem_cache_create(const char *name, size_t size,
				     size_t align, unsigned flags,
				     void (*ctor)(void *object));

/* An object, or NULL. What it holds is undefined, but for caches with a
 * constructor, and for __GFP_ZERO, which those refuse. */
void *kmem_cache_alloc(struct kmem_cache *cache, gfp_t gfp);

static __always_inline void *kmem_cache_zalloc(struct kmem_cache *cache,
					       gfp_t gfp)
{
	return kmem_cache_alloc(cache, gfp | __GFP_ZERO);
}

/* Gives an object back to the cache that it came from. */
void kmem_cache_free(struct kmem_cache *cache, void *object);

/* Gives the memory of all objects that are free back to the page allocator.
 * Returns 0 if that was all that the cache had, and 1 if not. */
int kmem_cache_shrink(struct kmem_cache *cache);

/* Ends a cache. One with objects in use stays as it is, with a line in the log
 * (CHECK=1: and one for each caller that allocated some): -EBUSY. Linux returns
 * nothing, and leaves a cache that cannot be used. NULL is nothing to end. */
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

/* What kmalloc(0) returns: no object, but no failure either. It may be passed
 * to kfree(), ksize() and krealloc(); to touch it is a page fault. */
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

/* Makes an allocation `size` bytes long: where it is, if there is room for
 * that, or elsewhere, with what it holds. NULL is failure, and leaves it as it
 * was. No `ptr` is kmalloc(); `size` 0 is kfree(), and gives ZERO_SIZE_PTR. */
void *krealloc(const void *ptr, size_t size, gfp_t gfp);

/* Frees what any function of this part gave, or an object of any cache. NULL
 * and ZERO_SIZE_PTR are nothing to free. */
void kfree(const void *ptr);

/* How many bytes there are, all of which may be used: the size asked for or
 * more. 0 for NULL and ZERO_SIZE_PTR. */
size_t ksize(const void *ptr);

/* ---- Boot ---------------------------------------------------------------- */

/* Makes kmalloc()'s caches; after page_alloc_init(), once. */
void slab_init(void);

#endif
