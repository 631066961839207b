/* SPDX-License-Identifier: MIT */
/* Whole pages, in a process. See include/arch/string.h. */
#ifndef ARCH_STRING_H
#define ARCH_STRING_H

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
