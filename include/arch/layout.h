/* SPDX-License-Identifier: MIT */
/* The address map, 3G/1G. No other file has these addresses: linker.ld and the
 * assembly files are built from this file, too. It may therefore contain plain
 * numbers only.
 *
 *  0xFFFFFFFF  +-----------------------------+
 *              | last page, never mapped     | so that error pointers fault
 *  0xFFE00000  | fixmap                2 MiB | shared by all CPUs
 *  0xFFC00000  | CPU window            2 MiB | private to each CPU
 *  0xFFA00000  | pkmap                 2 MiB | 512 slots of kmap(), shared
 *  0xF8200000  | vmalloc / vmap      120 MiB | its last page is a guard
 *  0xF8000000  | hole                  2 MiB | runs off the direct map fault
 *  0xC0000000  | direct map   up to  896 MiB | physical 0 up
 *  0x00000000  | user                  3 GiB |
 *              +-----------------------------+
 */
#ifndef ARCH_LAYOUT_H
#define ARCH_LAYOUT_H

#define PAGE_SHIFT 12
#define PAGE_SIZE  0x1000

/* A page-directory entry maps 2 MiB: one large page, or 512 pages. */
#define PMD_SHIFT 21
#define PMD_SIZE  0x200000

/* Physical 0 appears here; the kernel is linked for this plus its load
 * address. */
#define PAGE_OFFSET 0xC0000000

/* Where loaders put the image. The 1 MiB below it belongs to firmware. */
#define KERNEL_LOAD_PHYS 0x100000
/* Page tables for the image in the image itself: it ends below 16 MiB. */
#define IMAGE_TABLES	 8

/* Bytes of the direct map at most: 896 MiB. */
#define LOWMEM_MAX     0x38000000
#define DIRECT_MAP_END 0xF8000000

/* Each area in it ends with a page that is never mapped (mm/vmap/vmap.c).
 * Therefore an access behind the last area faults and does not reach pkmap. */
#define VMALLOC_START 0xF8200000
#define VMALLOC_END   0xFFA00000

#define PKMAP_BASE  0xFFA00000
#define PKMAP_SLOTS 512

/* From below: kmap_local's slots, kmap_atomic's, one that stays unmapped, and
 * the window's own page table, in which the running CPU changes the other
 * entries. */
#define CPU_WINDOW_BASE	 0xFFC00000
#define KMAP_ATOMIC_BASE 0xFFD40000
#define KMAP_ATOMIC_END	 0xFFDFE000
#define CPU_WINDOW_TABLE 0xFFDFF000

#define FIXMAP_BASE  0xFFE00000
/* The last page stays unmapped, so the fixmap has 511 slots. */
#define FIXMAP_SLOTS 511

/* A task's kernel stack, and the exception stack for double faults. */
#define STACK_SIZE 0x4000

#endif
