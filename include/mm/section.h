/* SPDX-License-Identifier: MIT */
/* Sections: blocks of 128 MiB of frames whose struct pages are initialised when
 * the first of their frames is needed. Boot therefore costs the same with 1 GiB
 * as with 64.
 *
 *	frames     |  section 0  |  section 1  |  section 2  |  section 3  |
 *	state      |    READY    |   WAITING   |   ABSENT    |   WAITING   |
 *	mem_map    | struct page |  undefined  | other data! |  undefined  |
 *
 * WAITING: the section has RAM, memblock knows which of it is free, and the
 * zones count that as free. READY: every frame has a struct page with its
 * state, and the free frames are in the free lists. ABSENT: the section has no
 * RAM, and its part of the array was given back to memblock.
 *
 * Idle CPUs make sections ready ahead of need.
 *
 * All of lowmem is made ready at boot, so every address in the direct map has a
 * valid struct page. */
#ifndef MM_SECTION_H
#define MM_SECTION_H

#include "mm/zone.h"

#define PAGES_PER_SECTION ((pfn_t)1 << (27 - PAGE_SHIFT))
#define SECTIONS_MAX	  512 /* 64 GiB */

/* Allocates the array: removes RAM that it cannot describe from memblock, frees
 * parts of the array that describe no RAM, and returns the number of frames
 * that it covers, a multiple of the largest block. Panics if there is no room
 * even for lowmem. */
pfn_t mem_map_init(void);

/* Bytes of lowmem that the array takes. */
size_t mem_map_size(void);

/* Marks as waiting each section of the `frames` frames that has RAM. */
void sections_init(pfn_t frames);

/* Whether the frame's section has RAM. */
bool section_present(pfn_t pfn);

/* Makes the section of frame `pfn` ready if it waits. Any context but NMI. */
void section_make_ready(pfn_t pfn);

/* Makes the next waiting section of `zone` ready. Returns false if none waits.
 * Returns true also if another CPU has just made it ready: the caller looks at
 * the free lists again. */
bool section_make_next_ready(const struct zone *zone);

/* The same for any zone, highest first. Idle CPUs call it. Clears half a MiB
 * with interrupts off. */
bool section_make_any_ready(void);

#endif
