/* SPDX-License-Identifier: MIT */
/* Copying and filling by string instructions. Whole pages, and memory of known
 * length, take one instruction each: the number of words is a constant, and no
 * bytes are left over. Pages are aligned. Any context. */
#ifndef ARCH_STRING_H
#define ARCH_STRING_H

#include "arch/layout.h"
#include "kernel/types.h"

/* ISO C's. If the length is a constant and whole words, memcpy() is done in
 * place, without a call. */
void *memcpy(void *dst, const void *src, size_t n);
void *memmove(void *dst, const void *src, size_t n);
void *memset(void *dst, int byte, size_t n);

static inline void *memcpy_known(void *dst, const void *src, size_t n)
{
	void *to = dst;
	uint32_t words = n / 4;

	if (!__builtin_constant_p(n) || n % 4)
		return memcpy(dst, src, n);
	__asm__ volatile("rep movsl"
			 : "+D"(to), "+S"(src), "+c"(words)
			 :
			 : "memory");
	return dst;
}

#define memcpy(...) memcpy_known(__VA_ARGS__)

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
