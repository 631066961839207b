/* SPDX-License-Identifier: MIT */
/* Translations that the CPU remembers, and how to make it forget. A change to
 * a live page-table entry is not over before this has been called.
 * Source: Intel SDM vol. 3, section 4.10.4. */
#ifndef ARCH_TLB_H
#define ARCH_TLB_H

#include "kernel/types.h"

/* Forgets the page of `virt` on this CPU, global or not. Any context. */
static inline void flush_tlb_page_local(uint32_t virt)
{
	__asm__ volatile("invlpg (%0)" ::"r"(virt) : "memory");
}

/* Forgets everything on this CPU, global pages too. Any context. */
void flush_tlb_all_local(void);

/* Does what another CPU's shootdown asks of this one, if one does: for loops
 * that wait with interrupts off, or they might wait for each other. */
void flush_tlb_serve(void);

#endif
