/* SPDX-License-Identifier: MIT */
/* The kernel's page tables, except those of the image, all made at boot. */
#ifndef BOOT_DIRECT_MAP_H
#define BOOT_DIRECT_MAP_H

/* Maps lowmem and makes the page tables of the kernel's areas. Sets the end of
 * lowmem (`lowmem=SIZE` on the command line makes it smaller), and allocates
 * all kernel page tables: later none is added. Once, at boot, after
 * memory_init(). */
void direct_map_init(void);

/* How many pages of page tables direct_map_init() has allocated. */
unsigned kernel_page_tables(void);

#endif
