/* SPDX-License-Identifier: MIT */
/* Objects. */
#ifndef LINUX_SLAB_H
#define LINUX_SLAB_H

#include <linux/gfp.h>
#include <linux/overflow.h>
#include <linux/kernel.h>
#include <linux/types.h>
#include "mm/kmemdup.h"
#include "mm/kvmalloc.h"
#include "mm/slab.h"

/* Hints, and what CHECK=1 does for all caches. */
#define SLAB_RECLAIM_ACCOUNT	0u
#define SLAB_ACCOUNT		0u
#define SLAB_MEM_SPREAD		0u
#define SLAB_POISON		0u
#define SLAB_RED_ZONE		0u
#define SLAB_STORE_USER		0u
#define SLAB_CONSISTENCY_CHECKS 0u
#define SLAB_TEMPORARY		0u
#define SLAB_NO_MERGE		0u
typedef unsigned slab_flags_t;

#define ARCH_KMALLOC_MINALIGN SLAB_MIN_ALIGN

/* A cache for a structure, of its name, size and alignment. */
#define KMEM_CACHE(type, flags)                       \
	kmem_cache_create(#type, sizeof(struct type), \
			  __alignof__(struct type), flags, NULL)

#define kmalloc_node(size, gfp, node) ((void)(node), kmalloc(size, gfp))
#define kzalloc_node(size, gfp, node) ((void)(node), kzalloc(size, gfp))
#define kmem_cache_alloc_node(cache, gfp, node) \
	((void)(node), kmem_cache_alloc(cache, gfp))
#define kvmalloc_node(size, gfp, node) ((void)(node), kvmalloc(size, gfp))

/* `n` elements of `size` bytes; NULL, and nothing has changed, if it fails. */
static __always_inline void *krealloc_array(void *p, size_t n, size_t size,
					    gfp_t gfp)
{
	size_t bytes;

	if (check_mul_overflow(n, size, &bytes))
		return NULL;
	return krealloc(p, bytes, gfp);
}

static __always_inline void kmem_cache_free_bulk(struct kmem_cache *cache,
						 size_t n, void **objects)
{
	while (n)
		kmem_cache_free(cache, objects[--n]);
}

/* `n` objects, or none: `n`, or 0. */
static __always_inline int kmem_cache_alloc_bulk(struct kmem_cache *cache,
						 gfp_t gfp, size_t n,
						 void **objects)
{
	for (size_t i = 0; i < n; i++) {
		objects[i] = kmem_cache_alloc(cache, gfp);
		if (!objects[i]) {
			kmem_cache_free_bulk(cache, i, objects);
			return 0;
		}
	}
	return (int)n;
}

#endif
