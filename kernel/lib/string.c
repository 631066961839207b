/* SPDX-License-Identifier: MIT */
/* Comparing and searching memory and strings, one byte at a time: nothing here
 * is on a fast path. The functions that are (memcpy, memmove, memset) are
 * implemented by each architecture.
 *
 * Bytes compare as unsigned, as ISO C says, so that the order is the same on
 * every compiler.
 */
#include "kernel/string.h"

#include "kernel/compiler.h"
#include "kernel/errno.h"

int memcmp(const void *a, const void *b, size_t n)
{
	const unsigned char *x = a, *y = b;

	for (size_t i = 0; i < n; i++)
		if (x[i] != y[i])
			return x[i] < y[i] ? -1 : 1;
	return 0;
}

size_t strlen(const char *s)
{
	const char *end = s;

	while (*end)
		end++;
	return (size_t)(end - s);
}

size_t strnlen(const char *s, size_t max)
{
	size_t n = 0;

	while (n < max && s[n])
		n++;
	return n;
}

int strcmp(const char *a, const char *b)
{
	while (*a && *a == *b) {
		a++;
		b++;
	}
	return (unsigned char)*a - (unsigned char)*b;
}

int strncmp(const char *a, const char *b, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!a[i] || a[i] != b[i])
			return (unsigned char)a[i] - (unsigned char)b[i];
	return 0;
}

/* The NUL counts as part of the string, so strchr(s, 0) is its end. */
char *strchr(const char *s, int c)
{
	for (; *s != (char)c; s++)
		if (!*s)
			return NULL;
	return (char *)s;
}

char *strrchr(const char *s, int c)
{
	const char *last = NULL;

	do {
		if (*s == (char)c)
			last = s;
	} while (*s++);
	return (char *)last;
}

void *memchr(const void *p, int c, size_t n)
{
	const unsigned char *byte = p;

	for (; n > 0; n--, byte++)
		if (*byte == (unsigned char)c)
			return (void *)byte;
	return NULL;
}

void *memchr_inv(const void *p, int c, size_t n)
{
	const unsigned char *byte = p;

	for (; n > 0; n--, byte++)
		if (*byte != (unsigned char)c)
			return (void *)byte;
	return NULL;
}

char *strcpy(char *dst, const char *src)
{
	return memcpy(dst, src, strlen(src) + 1);
}

long strscpy(char *dst, const char *src, size_t size)
{
	size_t n;

	if (!size)
		return -E2BIG;
	n = strnlen(src, size);
	memcpy(dst, src, min(n, size - 1));
	dst[min(n, size - 1)] = '\0';
	return n < size ? (long)n : -E2BIG;
}

/* An empty part is found at the start. */
char *strstr(const char *s, const char *part)
{
	size_t n = strlen(part);

	for (; strncmp(s, part, n) != 0; s++)
		if (!*s)
			return NULL;
	return (char *)s;
}
