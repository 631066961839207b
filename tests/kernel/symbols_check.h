/* SPDX-License-Identifier: MIT */
/* What a sentence says of functions, on a machine whose loader passed no
 * symbols: numbers. */
#ifndef TESTS_KERNEL_SYMBOLS_CHECK_H
#define TESTS_KERNEL_SYMBOLS_CHECK_H

#include "boot/boot_init.h"

/* `words`, which name a function; or, where functions have no names, none: a
 * part of any sentence. */
static inline const char *if_named(const char *words)
{
	return boot_info.elf.count ? words : "";
}

#endif
