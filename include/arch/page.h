/* SPDX-License-Identifier: MIT */
/* Pages, frames and the direct map: conversions between physical addresses and
 * pointers. Each architecture implements them; `arch/host` by arithmetic on an
 * array. */
#ifndef ARCH_PAGE_H
#define ARCH_PAGE_H

#include "arch/layout.h"
#include "kernel/compiler.h"
#include "kernel/types.h"

/* An entry of a page table: see arch/pgtable.h. */
typedef uint64_t pte_t;

/* In the type of the operand, so that 64-bit addresses keep their upper
 * half. */
#define PAGE_ALIGN(x)  ALIGN(x, PAGE_SIZE)
#define PFN_UP(phys)   ((pfn_t)(((phys) + PAGE_SIZE - 1) >> PAGE_SHIFT))
#define PFN_DOWN(phys) ((pfn_t)((phys) >> PAGE_SHIFT))
#define PFN_PHYS(pfn)  ((phys_addr_t)(pfn) << PAGE_SHIFT)

/* Bytes of physical memory that the direct map covers: 0 to here is lowmem,
 * the rest highmem. */
phys_addr_t lowmem_end(void);

/* The permanent address of a byte of lowmem. Panics for a physical address
 * outside the direct map, which has none, with a sentence that says what to
 * call instead. Any context. */
void *phys_to_virt(phys_addr_t phys);

/* The physical address of a pointer into the direct map (the kernel image
 * included). Panics for any other pointer. Any context. */
phys_addr_t virt_to_phys(const volatile void *ptr);

#endif
