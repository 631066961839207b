/* SPDX-License-Identifier: MIT */
/* Copies in newly allocated memory, which kfree() frees. Each returns NULL if
 * memory is short. Names and behaviour are those of Linux. Context: as
 * kmalloc(). */
#ifndef MM_KMEMDUP_H
#define MM_KMEMDUP_H

#include <stdarg.h>

#include "kernel/compiler.h"
#include "kernel/types.h"
#include "mm/gfp.h"

/* A copy of `size` bytes; with a NUL behind them. */
void *kmemdup(const void *src, size_t size, gfp_t gfp);
char *kmemdup_nul(const char *s, size_t size, gfp_t gfp);

/* A copy of a string; of `max` bytes of it at most. NULL of NULL. */
char *kstrdup(const char *s, gfp_t gfp);
char *kstrndup(const char *s, size_t max, gfp_t gfp);

/* Formatted text, of any length. */
char *kasprintf(gfp_t gfp, const char *fmt, ...) __printf(2, 3);
char *kvasprintf(gfp_t gfp, const char *fmt, va_list args) __printf(2, 0);

/* Clears an allocation and frees it. */
void kfree_sensitive(const void *ptr);

#endif
