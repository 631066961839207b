/* SPDX-License-Identifier: MIT */
/* What runs before paging: called once from boot/entry.asm, and from nowhere
 * else. */
#ifndef BOOT_EARLY_H
#define BOOT_EARLY_H

#include "arch/pgtable.h"
#include "kernel/types.h"

/* What a multiboot2 loader leaves in eax, and what a PVH loader's start
 * information begins with (multiboot2 specification 3.3; PVH boot ABI). */
#define MB2_LOADER_MAGIC 0x36D76289u
#define PVH_START_MAGIC	 0x336EC578u

/* The loader's information block, copied before anything could overwrite it.
 * It may be this long: */
#define BOOT_BLOCK_MAX 0x10000u

extern uint8_t boot_block[BOOT_BLOCK_MAX];
extern uint32_t boot_block_size;

/* The four top entries of the boot CPU. */
extern pte_t boot_pdpt[PTRS_PER_PDPT];

/* Checks loader and CPU, keeps the loader's information, builds the image's
 * page tables and switches paging on. Entered with shifted segments, paging
 * off; leaves with paging on. Does not return when the machine will not do. */
void early_start(uint32_t magic, uint32_t info_phys);

/* Ends the mapping of the text screen at the address that it has since
 * early_start(). Once, when it has been moved. */
void early_screen_unmap(void);

/* A byte of physical memory below 4 GiB, while paging is off: the shifted
 * segments take PAGE_OFFSET away again. */
static inline void *early_phys(uint32_t phys)
{
	return (void *)(phys + PAGE_OFFSET);
}

/* Writes, to boot_block, the multiboot2 information block that says what the
 * PVH start information at physical `start_info` says, symbols of the kernel's
 * own ELF file among the modules included. Returns its length in bytes;
 * panics on start information that makes no sense. While paging is off. */
uint32_t pvh_to_multiboot2(uint32_t start_info);

#endif
