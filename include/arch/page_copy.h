/* SPDX-License-Identifier: MIT */
/* Whole pages, by one string instruction each: its length is known, so there
 * is nothing to divide, and no rest. Both ends are aligned. */
#ifndef ARCH_PAGE_COPY_H
#define ARCH_PAGE_COPY_H

#include "arch/layout.h"
#include "kernel/types.h"

static inline void clear_page(void *page)
{
	uint32_t words = PAGE_SIZE / 4;

	__asm__ volatile("rep stosl"
			 : "+D"(page), "+c"(words)
			 : "a"(0)
			 : "memory");
}

static inline void copy_page(void *to, const void *from)
{
	uint32_t words = PAGE_SIZE / 4;

	__asm__ volatile("rep movsl"
			 : "+D"(to), "+S"(from), "+c"(words)
			 :
			 : "memory");
}

#endif
