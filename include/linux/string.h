/* SPDX-License-Identifier: MIT */
/* Strings and memory. */
#ifndef LINUX_STRING_H
#define LINUX_STRING_H

#include <linux/types.h>
#include "kernel/string.h"
#include "mm/kmemdup.h"

static inline void memzero_explicit(void *p, size_t n)
{
	memset(p, 0, n);
	barrier();
}

static inline bool str_has_prefix_(const char *s, const char *prefix)
{
	return !strncmp(s, prefix, strlen(prefix));
}

/* The length of the prefix, or 0. */
#define str_has_prefix(s, prefix) \
	(str_has_prefix_(s, prefix) ? strlen(prefix) : 0)
#define strstarts(s, prefix) str_has_prefix_(s, prefix)

#endif
