/* SPDX-License-Identifier: MIT */
/* The kernel's page tables beyond the image's, all made at boot. */
#ifndef BOOT_DIRECT_MAP_H
#define BOOT_DIRECT_MAP_H

/* Maps RAM and the kernel's areas, when memblock knows the machine. Sets the
 * end of lowmem (`lowmem=SIZE` on the command line makes it smaller), and
 * allocates every kernel page table there will ever be. Once, at boot. */
void direct_map_init(void);

/* How many pages of page tables that allocated. */
unsigned kernel_page_tables(void);

#endif
