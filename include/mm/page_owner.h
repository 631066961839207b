/* SPDX-License-Identifier: MIT */
/* CHECK=1: which callers allocated pages since a test began, for the report of
 * what the test leaves behind. For mm/ itself and kernel/test/ktest_count.c.
 *
 * The table has room for PAGE_OWNERS blocks at a time; more are not recorded.
 * Context: any. */
#ifndef MM_PAGE_OWNER_H
#define MM_PAGE_OWNER_H

#include "mm/page.h"

#define PAGE_OWNERS (CHECK ? 4096u : 1u)

/* Whether owners are recorded. */
extern bool page_owner_noting;

/* Begins recording, with an empty table; ends it. */
void page_owner_start(void);
void page_owner_stop(void);

/* Notes that `caller`, called from `callers`, has the block `page`, if that is
 * not NULL; that no caller has it. */
void page_owner_set(const struct page *page, const void *caller,
		    const void *callers);
void page_owner_clear(const struct page *page);

/* Calls `visit` for each recorded block. */
void page_owner_visit(void (*visit)(pfn_t pfn, const void *caller,
				    const void *callers));

#endif
