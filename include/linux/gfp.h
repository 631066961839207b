/* SPDX-License-Identifier: MIT */
/* What a request for pages allows. */
#ifndef LINUX_GFP_H
#define LINUX_GFP_H

#include <linux/kernel.h>
#include <linux/types.h>
#include "mm/page_alloc.h"

/* There is nothing to reclaim yet, so nothing that a request could forbid or
 * ask for in part: these are names. */
#define __GFP_RECLAIM	     __GFP_DIRECT_RECLAIM
#define __GFP_KSWAPD_RECLAIM ((gfp_t)0)
#define __GFP_IO	     ((gfp_t)0)
#define __GFP_FS	     ((gfp_t)0)
#define __GFP_NORETRY	     ((gfp_t)0)
#define __GFP_RETRY_MAYFAIL  ((gfp_t)0)
#define __GFP_NOMEMALLOC     ((gfp_t)0)
#define __GFP_MOVABLE	     ((gfp_t)0)
#define __GFP_RECLAIMABLE    ((gfp_t)0)
#define __GFP_ACCOUNT	     ((gfp_t)0)
#define __GFP_HARDWALL	     ((gfp_t)0)
#define __GFP_THISNODE	     ((gfp_t)0)
#define __GFP_WRITE	     ((gfp_t)0)
#define __GFP_DMA32	     ((gfp_t)0) /* ZONE_NORMAL, as on any i386 */

#define GFP_NOFS	     GFP_KERNEL
#define GFP_NOIO	     GFP_KERNEL
#define GFP_KERNEL_ACCOUNT   GFP_KERNEL
#define GFP_HIGHUSER_MOVABLE GFP_HIGHUSER
#define GFP_DMA32	     (GFP_KERNEL | __GFP_DMA32)

#define MAX_ORDER		(MAX_PAGE_ORDER + 1)
#define MAX_ORDER_NR_PAGES	(1ul << MAX_PAGE_ORDER)
#define NUMA_NO_NODE		(-1)
#define PAGE_ALLOC_COSTLY_ORDER 3

static inline bool gfpflags_allow_blocking(gfp_t gfp)
{
	return gfp & __GFP_DIRECT_RECLAIM;
}

#define alloc_pages_node(node, gfp, order) \
	((void)(node), alloc_pages(gfp, order))
#define __get_dma_pages(gfp, order) __get_free_pages((gfp) | __GFP_DMA, order)

/* Fills the entries that are NULL, from the first on, up to one for which there
 * is no page. Returns how many lie before that one. */
static inline unsigned long
alloc_pages_bulk_array(gfp_t gfp, unsigned long count, struct page **array)
{
	for (unsigned long i = 0; i < count; i++) {
		if (!array[i])
			array[i] = alloc_page(gfp);
		if (!array[i])
			return i;
	}
	return count;
}

#endif
