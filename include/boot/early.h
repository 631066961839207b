/* SPDX-License-Identifier: MIT */
/* Code that runs before paging, called once from boot/entry.asm. */
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

/* Checks loader and CPU, copies the loader's information, builds the image's
 * page tables and turns paging on. Entered with shifted segments and paging
 * off; returns with paging on. Panics if the kernel cannot run on this
 * machine. */
void early_start(uint32_t magic, uint32_t info_phys);

/* Unmaps the text screen at the address that early_start() has mapped it at.
 * Once, after it was moved. */
void early_screen_unmap(void);

/* The pointer to a byte of physical memory below 4 GiB, while paging is off:
 * the shifted segments subtract PAGE_OFFSET again. */
static inline void *early_phys(uint32_t phys)
{
	return (void *)(phys + PAGE_OFFSET);
}

/* Converts the PVH start information at physical address `start_info` to a
 * multiboot2 information block in boot_block, with the symbols of the kernel's
 * own ELF file, if that is among the modules. Returns its length in bytes.
 * Panics if the start information is invalid. While paging is off. */
uint32_t pvh_to_multiboot2(uint32_t start_info);

#endif
