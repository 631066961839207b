/* SPDX-License-Identifier: MIT */
/* struct page. */
#ifndef LINUX_MM_TYPES_H
#define LINUX_MM_TYPES_H

#include <linux/types.h>
#include "mm/folio.h"
#include "mm/page.h"

#define page_private(page) ((unsigned long)(page)->private)

static inline void set_page_private(struct page *page, unsigned long private)
{
	page->private = private;
}

#endif
