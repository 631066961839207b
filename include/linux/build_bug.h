/* SPDX-License-Identifier: MIT */
/* Checks at build time. */
#ifndef LINUX_BUILD_BUG_H
#define LINUX_BUILD_BUG_H

#include <linux/types.h>
#include "kernel/compiler.h"

#define static_assert(condition, ...) \
	_Static_assert(condition, "" #condition " " __VA_ARGS__)
#define BUILD_BUG_ON(condition)		  STATIC_ASSERT(!(condition))
#define BUILD_BUG_ON_MSG(condition, text) _Static_assert(!(condition), text)

/* 0; no program if the condition is true. */
#define BUILD_BUG_ON_ZERO(condition) \
	((int)(sizeof(char[(condition) ? -1 : 1]) - 1))

#endif
