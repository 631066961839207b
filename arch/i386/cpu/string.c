/* SPDX-License-Identifier: MIT */
/* memcpy, memmove and memset by string instructions: four bytes at a time, then
 * the rest. On the processors that this kernel runs on, and in emulators, one
 * `rep` is faster than a loop in C. It can be interrupted, and resumes where it
 * stopped.
 *
 * Rules: the direction flag is clear on entry, as the i386 ABI promises to
 * every function, and on return. Within memmove() it may be set: entries from
 * interrupts and exceptions clear it.
 *
 * Sources: Intel SDM vol. 2, REP/MOVS/STOS; System V ABI i386, "Registers".
 */
#include "arch/string.h"

#include "kernel/types.h"

/* In parentheses, because memcpy() is also a macro (arch/string.h). */
void *(memcpy)(void *dst, const void *src, size_t n)
{
	void *to = dst;
	size_t words = n / 4, bytes = n % 4;

	__asm__ volatile("rep movsl"
			 : "+D"(to), "+S"(src), "+c"(words)
			 :
			 : "memory");
	__asm__ volatile("rep movsb"
			 : "+D"(to), "+S"(src), "+c"(bytes)
			 :
			 : "memory");
	return dst;
}

/* Copies backward if the target starts inside the source: a forward copy would
 * overwrite bytes before it reads them. */
void *memmove(void *dst, const void *src, size_t n)
{
	const char *from;
	char *to;

	if ((uintptr_t)dst - (uintptr_t)src >= n)
		return memcpy(dst, src, n);
	from = (const char *)src + n - 1;
	to = (char *)dst + n - 1;
	__asm__ volatile("std\n\t"
			 "rep movsb\n\t"
			 "cld"
			 : "+D"(to), "+S"(from), "+c"(n)
			 :
			 : "memory", "cc");
	return dst;
}

void *memset(void *dst, int byte, size_t n)
{
	void *to = dst;
	size_t words = n / 4, bytes = n % 4;
	uint32_t word = (uint8_t)byte * UINT32_C(0x01010101);

	__asm__ volatile("rep stosl"
			 : "+D"(to), "+c"(words)
			 : "a"(word)
			 : "memory");
	__asm__ volatile("rep stosb"
			 : "+D"(to), "+c"(bytes)
			 : "a"(word)
			 : "memory");
	return dst;
}
