/* SPDX-License-Identifier: MIT */
/* From what the loader said to memory that can be allocated. */
#ifndef BOOT_BOOT_INIT_H
#define BOOT_BOOT_INIT_H

#include "boot/boot_info.h"

/* Reads the loader's information block and logs what is in it. Panics with the
 * parser's sentence on a block that is damaged. Once, first of all parsing. */
void boot_info_init(void);

/* Gives memblock the firmware's memory map, and reserves what is in use: the
 * image, the loader's modules, the symbols. `nomap=SIZE@BASE` on the command
 * line marks that RAM NOMAP. Panics on a map that cannot be used. After
 * boot_info_init(), before the first allocation. */
void memory_init(void);

#endif
