/* SPDX-License-Identifier: MIT */
/* Linux's, by Loft's name. */
#ifndef MM_PAGE_ALLOC_H
#define MM_PAGE_ALLOC_H

#include <linux/gfp.h>
#include <linux/mm.h>

/* Linux fills what is NULL in the array, and may stop before its end. */
static inline unsigned long alloc_pages_bulk(gfp_t gfp, unsigned long count,
					     struct page **array)
{
	unsigned long have = 0, before;

	do {
		before = have;
		have = alloc_pages_bulk_array(gfp, count, array);
	} while (have < count && have > before);
	return have;
}

#endif
