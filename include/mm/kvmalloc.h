/* SPDX-License-Identifier: MIT */
/* Memory of any size that need not be one block of frames: from kmalloc() if
 * there is a block, else from vmalloc().
 *
 *	table = kvmalloc_array(n, sizeof(*table), GFP_KERNEL);
 *	...
 *	kvfree(table);
 *
 * The classic mistake: to free it with kfree(). Names and behaviour are those
 * of Linux: a page or less is always kmalloc()'s, more than KMALLOC_MAX_SIZE
 * always vmalloc()'s. Task context. */
#ifndef MM_KVMALLOC_H
#define MM_KVMALLOC_H

#include "kernel/types.h"
#include "mm/gfp.h"

/* `size` bytes, or NULL; __GFP_HIGHMEM is refused as by kmalloc(). */
void *kvmalloc(size_t size, gfp_t gfp);

static inline void *kvzalloc(size_t size, gfp_t gfp)
{
	return kvmalloc(size, gfp | __GFP_ZERO);
}

/* `n` times `size` bytes; NULL if the product does not fit. kvcalloc() clears
 * them. */
void *kvmalloc_array(size_t n, size_t size, gfp_t gfp);

static inline void *kvcalloc(size_t n, size_t size, gfp_t gfp)
{
	return kvmalloc_array(n, size, gfp | __GFP_ZERO);
}

/* Frees memory from any of these functions, from kmalloc() or from vmalloc().
 * Does nothing for NULL. */
void kvfree(const void *ptr);

#endif
