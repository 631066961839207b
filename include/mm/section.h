/* SPDX-License-Identifier: MIT */
/* Sections: 128 MiB of frames, whose struct pages are made when they are first
 * wanted. Boot therefore costs the same with 1 GiB as with 64.
 *
 *	frames     |  section 0  |  section 1  |  section 2  |  section 3  |
 *	state      |    READY    |   WAITING   |   ABSENT    |   WAITING   |
 *	mem_map    | struct page |  anything   | another's!  |  anything   |
 *
 * WAITING: there is RAM, memblock knows what of it is free, and the zones count
 * it as such. READY: every frame has a struct page that tells its state, and
 * what is free lies in the free lists. ABSENT: no RAM, and the part of the
 * array that would describe it has been given away.
 *
 * CPUs that idle make sections ready that nobody has wanted yet.
 *
 * Lowmem is made ready at boot, all of it: so every address in the direct map
 * has a struct page that can be trusted, however wild the pointer. */
#ifndef MM_SECTION_H
#define MM_SECTION_H

#include "mm/zone.h"

#define PAGES_PER_SECTION ((pfn_t)1 << (27 - PAGE_SHIFT))
#define SECTIONS_MAX	  512 /* 64 GiB */

/* Sizes, allocates and describes the array: takes RAM that it cannot cover
 * away from memblock, gives parts of it that describe no RAM back, and
 * returns the number of frames it covers, a multiple of the largest block.
 * Panics if there is no room even for lowmem. */
pfn_t mem_map_init(void);

/* Bytes of lowmem that the array takes. */
size_t mem_map_size(void);

/* Marks as waiting each section of the `frames` frames that has RAM. */
void sections_init(pfn_t frames);

/* Whether the frame's section has RAM. */
bool section_present(pfn_t pfn);

/* Makes the frame's section ready, if it waits. */
void section_make_ready(pfn_t pfn);

/* Makes the next waiting section of a zone ready; false if there is none. True
 * also if another CPU did so just now: look again. */
bool section_make_next_ready(const struct zone *zone);

/* The same for any zone: what a CPU does that has nothing else to do. Takes as
 * long as clearing half a MiB, with interrupts off. */
bool section_make_any_ready(void);

#endif
