/* SPDX-License-Identifier: MIT */
/* What a request for pages allows ("get free pages"): from which memory, and
 * how far into the reserves.
 *
 *	alloc_page(GFP_KERNEL);      kernel data: has a permanent address
 *	alloc_page(GFP_HIGHUSER);    anybody's data: kmap it to see it
 *	alloc_page(GFP_ATOMIC);      from an interrupt: may use the reserve
 *
 * And the classic mistake: __GFP_HIGHMEM where an address is wanted;
 * __get_free_pages() refuses it.
 *
 * Names and meaning are those of Linux 6.1 (include/linux/gfp_types.h). Of
 * the rest of its flags Loft has none: there is no reclaim that a request
 * could forbid in part (__GFP_IO, __GFP_FS, __GFP_KSWAPD_RECLAIM), no retry
 * policy (__GFP_NORETRY, __GFP_NOFAIL ...), and one node. */
#ifndef MM_GFP_H
#define MM_GFP_H

#include "kernel/compiler.h"

typedef unsigned gfp_t;

/* The highest zone that will do; without either, ZONE_NORMAL. If both are
 * given, the narrower one counts. */
#define __GFP_DMA     ((gfp_t)0x01)
#define __GFP_HIGHMEM ((gfp_t)0x02)
#define GFP_ZONES     (__GFP_DMA | __GFP_HIGHMEM)

/* Urgent: may use half of what the min watermark keeps back. */
#define __GFP_HIGH ((gfp_t)0x04)

/* May sleep until memory is free. Nothing sleeps yet: it says what the caller
 * could bear. */
#define __GFP_DIRECT_RECLAIM ((gfp_t)0x08)

/* May use all free pages, down to the last: for a caller that is about to free
 * more memory than it allocates. */
#define __GFP_MEMALLOC ((gfp_t)0x10)

/* The pages are cleared. */
#define __GFP_ZERO ((gfp_t)0x20)

/* No line in the log if there is nothing to give. */
#define __GFP_NOWARN ((gfp_t)0x40)

/* "One block, one head": true of every block in Loft, so it changes nothing.
 * It is here so that code of the field says what it means. */
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
