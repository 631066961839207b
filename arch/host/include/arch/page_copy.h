/* SPDX-License-Identifier: MIT */
/* Whole pages, in a process. See include/arch/page_copy.h. */
#ifndef ARCH_PAGE_COPY_H
#define ARCH_PAGE_COPY_H

#include <string.h>

#include "arch/layout.h"

static inline void clear_page(void *page)
{
	memset(page, 0, PAGE_SIZE);
}

static inline void copy_page(void *to, const void *from)
{
	memcpy(to, from, PAGE_SIZE);
}

#endif
