/* SPDX-License-Identifier: MIT */
/* CHECK=1: free pages hold a pattern. A write to a page after it was freed is
 * found when the page is allocated next. For mm/ itself. */
#ifndef MM_PAGE_POISON_H
#define MM_PAGE_POISON_H

#include "mm/page.h"

#define PAGE_POISON  0xaa
/* Slab's patterns in objects, Linux's values (include/linux/poison.h): here,
 * so that a panic tells all patterns apart. */
#define POISON_INUSE 0x5a /* not yet written to; between objects */
#define POISON_FREE  0x6b /* freed */

/* Fills the pages of a block that is being freed. */
void page_poison(struct page *page, unsigned order);

/* Panics if a page of a block that is being allocated was filled and holds
 * anything else now. Pages that never were allocated hold no pattern. */
void page_check_poison(struct page *page, unsigned order);

#endif
