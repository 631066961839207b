/* SPDX-License-Identifier: MIT */
/* The memory and string functions of the C library that the kernel uses, with
 * memcpy(), memmove() and memset() of arch/string.h. The compiler may call
 * these three and memcmp() by itself, for struct copies, say. Each behaves as
 * ISO C defines it. Any context. */
#ifndef KERNEL_STRING_H
#define KERNEL_STRING_H

#include <stddef.h>

#include "arch/string.h"

int memcmp(const void *a, const void *b, size_t n);

size_t strlen(const char *s);
size_t strnlen(const char *s, size_t max);
int strcmp(const char *a, const char *b);
int strncmp(const char *a, const char *b, size_t n);
char *strchr(const char *s, int c);
char *strrchr(const char *s, int c);
char *strstr(const char *s, const char *part);
void *memchr(const void *p, int c, size_t n);
char *strcpy(char *dst, const char *src);

/* Copies a string into `size` bytes, cut if it is longer; `dst` is a string
 * then in any case, unless `size` is 0. Returns its length; -E2BIG if it was
 * cut. Linux's, as is: */
long strscpy(char *dst, const char *src, size_t size);

/* The first of `n` bytes that is not `c`, or NULL. */
void *memchr_inv(const void *p, int c, size_t n);

#endif
