/* SPDX-License-Identifier: MIT */
/* PAE page tables: what an entry holds, and the one place that writes them.
 *
 *   31 30 29        21 20        12 11         0
 *  +-----+------------+------------+------------+
 *  |PDPTE|    PDE     |    PTE     |   offset   |   a virtual address
 *  +-----+------------+------------+------------+
 *     4       512          512         4 KiB
 *
 * CR3 -> 4 PDPTEs -> page directory -> page table -> frame. An entry is eight
 * bytes: bit 63 forbids execution, bits 12-35 are the frame, the low bits say
 * what may be done there. A PDE with PTE_LARGE set maps 2 MiB by itself.
 * Source: Intel SDM vol. 3, section 4.4.
 *
 * The CPU may read an entry at any moment, and a 32-bit CPU writes it in two
 * halves. The present bit is in the low half. Therefore an entry is set high
 * half first, and cleared low half first. In between it is not present, and the
 * CPU never combines half of one entry with half of another. */
#ifndef ARCH_PGTABLE_H
#define ARCH_PGTABLE_H

#include "arch/layout.h"
#include "arch/page.h"
#include "arch/percpu.h"
#include "kernel/compiler.h"
#include "kernel/types.h"

#define PTE_PRESENT  ((pte_t)1 << 0)
#define PTE_WRITE    ((pte_t)1 << 1)
#define PTE_USER     ((pte_t)1 << 2)
#define PTE_PWT	     ((pte_t)1 << 3)
#define PTE_PCD	     ((pte_t)1 << 4)
#define PTE_ACCESSED ((pte_t)1 << 5)
#define PTE_DIRTY    ((pte_t)1 << 6)
#define PTE_LARGE    ((pte_t)1 << 7)
#define PTE_GLOBAL   ((pte_t)1 << 8)
#define PTE_NX	     ((pte_t)1 << 63)
#define PTE_FRAME    ((pte_t)0x0000000FFFFFF000)

/* Protections of mappings. Accessed and dirty are set from the start, so that
 * the CPU need not set them: Loft does not read them for kernel pages. */
#define PROT_BASE	   (PTE_PRESENT | PTE_ACCESSED | PTE_DIRTY)
#define PAGE_KERNEL	   (PROT_BASE | PTE_WRITE | PTE_NX | PTE_GLOBAL)
#define PAGE_KERNEL_RO	   (PROT_BASE | PTE_NX | PTE_GLOBAL)
#define PAGE_KERNEL_EXEC   (PROT_BASE | PTE_GLOBAL)
#define PAGE_KERNEL_DEVICE (PAGE_KERNEL | PTE_PCD | PTE_PWT)
/* Write-combining if the CPU has a PAT (page attribute table); else
 * write-through. */
#define PAGE_KERNEL_WC	   (PAGE_KERNEL | PTE_PWT)
/* For an entry that points to a lower table: the entries there restrict
 * access. */
#define PAGE_TABLE	   (PTE_PRESENT | PTE_WRITE | PTE_ACCESSED)

#define PTRS_PER_TABLE 512
#define PTRS_PER_PDPT  4

#define pdpt_index(virt) ((uint32_t)(virt) >> 30)
#define pde_index(virt)	 ((uint32_t)(virt) >> PMD_SHIFT & (PTRS_PER_TABLE - 1))
#define pte_index(virt)	 ((uint32_t)(virt) >> PAGE_SHIFT & (PTRS_PER_TABLE - 1))

/* The boot CPU's page directory of the kernel's gigabyte, with every PDE that
 * the kernel will ever use filled in by direct_map_init(). */
extern pte_t kernel_pd[PTRS_PER_TABLE];

/* This CPU's directory: a copy of kernel_pd, except for the entry of the CPU
 * window. */
DECLARE_PER_CPU(pte_t *, kernel_directory);

/* Copies kernel_pd to a page directory of zeros, and registers it, so that
 * later changes reach it. Called on the boot CPU for a CPU that is about to
 * start. */
void kernel_directory_copy(pte_t *directory);

/* `prot` without the bits that this CPU does not support, NX and global: they
 * would be reserved bits. Any context, after cpu_detect(). */
pte_t prot_supported(pte_t prot);

/* Sets an entry. The caller has checked that it is not present: no TLB holds
 * it, so no flush is needed. */
static inline void pte_set_halves(pte_t *slot, uint32_t high, uint32_t low)
{
	volatile uint32_t *half = (volatile uint32_t *)slot;

	half[1] = high;
	half[0] = low;
}

static inline void pte_set(pte_t *slot, pte_t value)
{
	pte_set_halves(slot, (uint32_t)(value >> 32),
		       (uint32_t)(value & 0xFFFFFFFF));
}

/* The same for frame `pfn`, computed in 32-bit halves, which is faster than in
 * 64 bits. */
static inline void pte_set_frame(pte_t *slot, pfn_t pfn, pte_t prot)
{
	pte_set_halves(slot,
		       (uint32_t)(pfn >> (32 - PAGE_SHIFT)) |
			       (uint32_t)(prot >> 32),
		       (uint32_t)(pfn << PAGE_SHIFT) | (uint32_t)prot);
}

/* The frame that an entry leads to. */
static inline pfn_t pte_pfn(const pte_t *slot)
{
	const uint32_t *half = (const uint32_t *)slot;

	return (pfn_t)(half[0] >> PAGE_SHIFT |
		       (half[1] & (uint32_t)(PTE_FRAME >> 32))
			       << (32 - PAGE_SHIFT));
}

/* Clears an entry. TLBs may hold it until the caller has flushed. */
static inline void pte_clear(pte_t *slot)
{
	volatile uint32_t *half = (volatile uint32_t *)slot;

	half[0] = 0;
	half[1] = 0;
}

/* The same with one store: without the present bit the upper half has no
 * meaning. */
static inline void pte_kill(pte_t *slot)
{
	*(volatile uint32_t *)slot = 0;
}

/* An entry in its table, where it does not cross a cache line. The ABI of i386
 * aligns other numbers of 64 bits by 4 bytes only. */
typedef pte_t aligned_pte_t __aligned(sizeof(pte_t));

/* Replaces an entry, also a present one, in one atomic step, and returns the
 * old one. TLBs may hold the old one until the caller has flushed. */
static inline pte_t pte_exchange(pte_t *slot, pte_t value)
{
	pte_t old = *slot;

	while (!__sync_bool_compare_and_swap((aligned_pte_t *)slot, old, value))
		old = *slot;
	return old;
}

/* One walk through the tables, with each entry that was read. */
struct page_walk {
	uint32_t virt;
	unsigned levels;  /* entries read: 1 PDPTE, 2 + PDE, 3 + PTE */
	pte_t entry[3];	  /* top down */
	bool present;	  /* every level was present, and led to the next */
	phys_addr_t phys; /* where `virt` leads, if present */
};

/* Walks the tables under the running CPU's CR3; `walk->present` says whether
 * the walk reached a frame. Only reads memory; any context with paging on. */
void page_walk(uint32_t virt, struct page_walk *walk);

/* Prints the walk of `virt`, decoded, one line a level: for panics. */
void page_walk_print(uint32_t virt);

/* The name of the region of the address map that `virt` lies in. */
const char *layout_region(uint32_t virt);

/* The kernel PTE that maps `virt` with a 4 KiB page, or NULL where there is
 * no table (nothing mapped, or a large page). In the CPU window: this CPU's.
 * Any context. */
pte_t *kernel_pte(uint32_t virt);

/* The entries of the vmalloc area: its page tables lie one behind the other. */
extern pte_t *vmalloc_ptes;

/* The entry that maps `virt`, an address of the vmalloc area, with a 4 KiB
 * page. Any context. */
static inline pte_t *vmalloc_pte(uint32_t virt)
{
	return &vmalloc_ptes[(virt - VMALLOC_START) >> PAGE_SHIFT];
}

/* ---- Large pages in the vmalloc area -------------------------------------
 *
 * Each 2 MiB of the area have a page table. A large page replaces the table in
 * the directory. The table, with no entry present, is kept until the large page
 * is unmapped:
 *
 *	directory    table                    directory    table
 *	| ... |     +-------+  large_map()    | ... |     +-------+
 *	| PDE | --> | empty |  ---------->    | PDE | -.  | empty |
 *	| ... |     +-------+  <----------    | ... |  |  +-------+
 *	                       large_unmap()           `--> 2 MiB of memory
 *
 * Each CPU has a directory of its own: all are changed. No table is freed,
 * because a CPU may have cached the entry that points to it. The caller owns
 * the 2 MiB of addresses. Tasks only. */

/* The entry of the large page that maps an address of the vmalloc area, or 0.
 * Any context. */
static inline pte_t large_pde(uint32_t virt)
{
	pte_t pde = kernel_pd[pde_index(virt)];

	return pde & PTE_LARGE ? pde : 0;
}

/* Maps the 2 MiB at `virt` to those from frame `pfn` on, both at a multiple of
 * 2 MiB. No small entry there may be present. CPUs may have cached the
 * directory entry of their table, so the caller flushes before the page is
 * used. A flush of any page is enough, because INVLPG flushes all cached
 * directory entries (SDM vol. 3, 4.10.4.1). `prot` is what this CPU
 * supports. */
void large_map(uint32_t virt, pfn_t pfn, pte_t prot);

/* Unmaps a large page. TLBs may hold it until all CPUs have flushed. */
void large_unmap(uint32_t virt);

/* Maps the same 2 MiB by small entries, so that they can be changed one by one,
 * and flushes. Does nothing if no large page is there. */
void large_split(uint32_t virt);

/* Called by direct_map_init(), once: afterwards the conversions of arch/page.h
 * cover `end` bytes, and not only the image. */
void direct_map_set_end(phys_addr_t end);

#endif
