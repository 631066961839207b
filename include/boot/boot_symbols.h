/* SPDX-License-Identifier: MIT */
/* The kernel's own symbols, which the loader has left in memory. */
#ifndef BOOT_BOOT_SYMBOLS_H
#define BOOT_BOOT_SYMBOLS_H

#include "boot/boot_info.h"

/* Stores the loader's section headers, and reserves the sections that hold
 * symbols, so that nothing is allocated over them. Before memblock's first
 * allocation. Returns 0; -ENOENT if the loader passed no valid ones; or
 * -ENOMEM. */
int symbols_reserve(const struct boot_elf *elf);

/* Makes the array that lookups use. After direct_map_init(). If there are no
 * names, logs the reason. */
void symbols_init(void);

#endif
