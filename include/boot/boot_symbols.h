/* SPDX-License-Identifier: MIT */
/* The kernel's own symbols, out of what the loader left in memory. */
#ifndef BOOT_BOOT_SYMBOLS_H
#define BOOT_BOOT_SYMBOLS_H

#include "boot/boot_info.h"

/* Remembers the loader's section headers, and reserves the sections that hold
 * symbols where the loader put them, so that nothing is allocated over them:
 * before memblock's first allocation. Returns 0; -ENOENT when the loader passed
 * none that make sense; or -ENOMEM. */
int symbols_reserve(const struct boot_elf *elf);

/* Makes the index that lookups use: once the direct map is there. Says in the
 * log why there are no names, if there are none. */
void symbols_init(void);

#endif
