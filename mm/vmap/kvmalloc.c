/* SPDX-License-Identifier: MIT */
/* Memory of any size. See mm/kvmalloc.h. */
#include "mm/kvmalloc.h"

#include "mm/slab.h"
#include "mm/vmalloc.h"

/* A failed block is not logged, because vmalloc() is tried next. */
void *kvmalloc(size_t size, gfp_t gfp)
{
	void *ptr;

	if (size <= PAGE_SIZE)
		return kmalloc(size, gfp);
	ptr = size <= KMALLOC_MAX_SIZE ? kmalloc(size, gfp | __GFP_NOWARN)
				       : NULL;
	return ptr ? ptr : __vmalloc(size, gfp);
}

void *kvmalloc_array(size_t n, size_t size, gfp_t gfp)
{
	size_t bytes;

	if (__builtin_mul_overflow(n, size, &bytes))
		return NULL;
	return kvmalloc(bytes, gfp);
}

void kvfree(const void *ptr)
{
	if (is_vmalloc_addr(ptr))
		vfree(ptr);
	else
		kfree(ptr);
}
