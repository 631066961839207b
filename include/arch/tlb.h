/* SPDX-License-Identifier: MIT */
/* Translations that CPUs remember, and how to make them forget. A change to a
 * live page-table entry is not over before one of these has returned.
 *
 * The forms ending in _local are about this CPU: for its window, which no other
 * CPU sees. The others are about all: they interrupt the other CPUs, and when
 * they return none of them remembers the range. A CPU that idles is left
 * alone: it forgets everything before it does anything else ("lazy").
 *
 * The range may be given in bytes; each page that it touches is forgotten. For
 * more than TLB_PAGES_MAX pages everything is.
 *
 * Context: any but NMI, also with interrupts off and locks held: who waits for
 * a lock serves the flushes of others (kernel/spinlock.c), so that no two CPUs
 * wait for each other. Source: Intel SDM vol. 3, section 4.10. */
#ifndef ARCH_TLB_H
#define ARCH_TLB_H

#include "arch/layout.h"
#include "arch/percpu.h"

#define TLB_PAGES_MAX 32

/* What this CPU did: its flushes, pages one by one or everything; other CPUs
 * that it interrupted, and those it could leave alone. */
struct tlb_stats {
	unsigned long pages, full;
	unsigned long ipis, avoided;
};
DECLARE_PER_CPU(struct tlb_stats, tlb_stats);

/* Forgets the page of `virt` on this CPU, global or not. Not counted. */
static inline void flush_tlb_page_local(uint32_t virt)
{
	__asm__ volatile("invlpg (%0)" ::"r"(virt) : "memory");
}

/* Forgets everything on this CPU, global pages too. */
void flush_tlb_all_local(void);

/* Forgets a range, a page, everything, on all CPUs. */
void flush_tlb_kernel_range(uint32_t start, uint32_t end);
void flush_tlb_page(uint32_t virt);
void flush_tlb_all(void);

/* Does what another CPU's flush asks of this one, if one does. Preemption is
 * off. */
void flush_tlb_serve(void);

/* This CPU idles from here on, and flushes of others may wait. And the way
 * back: every interrupt that has a handler begins with it, and so does the idle
 * task when its halt has ended, be it by an NMI. Interrupts are off. */
void tlb_enter_lazy(void);
void tlb_leave_lazy(void);

/* Forgets all that this CPU remembers from when flushes passed it by. As it
 * comes up, interrupts off, as soon as it is online: from there on flushes are
 * for it, too. */
void tlb_init(void);

#endif
