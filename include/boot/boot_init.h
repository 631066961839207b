/* SPDX-License-Identifier: MIT */
/* The first steps of the boot: the loader's information, and memblock. */
#ifndef BOOT_BOOT_INIT_H
#define BOOT_BOOT_INIT_H

#include "boot/boot_info.h"

/* Reads the loader's information block and logs its contents. Panics with the
 * parser's sentence if the block is damaged. Once, before all code that uses
 * boot_info. */
void boot_info_init(void);

/* Adds the RAM of the firmware's memory map to memblock, and reserves what is
 * in use: the image, the loader's modules, the symbols. `nomap=SIZE@BASE` on
 * the command line marks that RAM NOMAP. Panics on a map that cannot be used.
 * After boot_info_init(), before the first allocation. */
void memory_init(void);

#endif
