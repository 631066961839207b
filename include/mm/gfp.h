/* SPDX-License-Identifier: MIT */
/* Flags of a request for pages ("get free pages"): which memory it may use, and
 * how much of the reserves.
 *
 *	alloc_page(GFP_KERNEL);      kernel data: has a permanent address
 *	alloc_page(GFP_HIGHUSER);    data that is accessed through kmap
 *	alloc_page(GFP_ATOMIC);      from an interrupt: may use the reserve
 *
 * The classic mistake: __GFP_HIGHMEM in a request for an address;
 * __get_free_pages() refuses it.
 *
 * Names and meaning are those of Linux 6.1 (include/linux/gfp_types.h). Loft
 * lacks the rest of its flags: there is no reclaim yet that a request could
 * forbid in part (__GFP_IO, __GFP_FS, __GFP_KSWAPD_RECLAIM), no retry policy
 * (__GFP_NORETRY, __GFP_NOFAIL ...), and one node. */
#ifndef MM_GFP_H
#define MM_GFP_H

#include "kernel/compiler.h"

typedef unsigned gfp_t;

/* The highest zone that the request can use; without either, ZONE_NORMAL. If
 * both are set, the lower one counts. */
#define __GFP_DMA     ((gfp_t)0x01)
#define __GFP_HIGHMEM ((gfp_t)0x02)
#define GFP_ZONES     (__GFP_DMA | __GFP_HIGHMEM)

/* Urgent: may use half of what the min watermark keeps back. */
#define __GFP_HIGH ((gfp_t)0x04)

/* The caller may sleep until memory is free. No allocation sleeps yet. */
#define __GFP_DIRECT_RECLAIM ((gfp_t)0x08)

/* May use all free pages, down to the last: for a caller that is about to free
 * more memory than it allocates. */
#define __GFP_MEMALLOC ((gfp_t)0x10)

/* The pages are cleared. */
#define __GFP_ZERO ((gfp_t)0x20)

/* No line in the log if the allocation fails. */
#define __GFP_NOWARN ((gfp_t)0x40)

/* "One block, one head": true for every block in Loft, so the flag has no
 * effect. It is here for code that is written for Linux. */
#define __GFP_COMP ((gfp_t)0x80)

#define GFP_KERNEL   __GFP_DIRECT_RECLAIM
#define GFP_ATOMIC   __GFP_HIGH
#define GFP_NOWAIT   ((gfp_t)0)
#define GFP_USER     __GFP_DIRECT_RECLAIM
#define GFP_HIGHUSER (GFP_USER | __GFP_HIGHMEM)
#define GFP_DMA	     __GFP_DMA

/* Lowest first. A zone's number is its place in the array of zones. */
enum zone_type {
	ZONE_DMA,     /* below 16 MiB: what ISA devices reach */
	ZONE_NORMAL,  /* the rest of lowmem */
	ZONE_HIGHMEM, /* what the direct map does not reach */
	MAX_NR_ZONES
};

/* The highest zone that a request may use: two bits of a table for each of the
 * four values of the zone flags. */
static inline enum zone_type gfp_zone(gfp_t gfp)
{
	const unsigned table = ZONE_NORMAL | ZONE_DMA << 2 * __GFP_DMA |
			       ZONE_HIGHMEM << 2 * __GFP_HIGHMEM |
			       ZONE_DMA << 2 * (__GFP_DMA | __GFP_HIGHMEM);

	return (enum zone_type)(table >> 2 * (gfp & GFP_ZONES) & 3);
}

#endif
