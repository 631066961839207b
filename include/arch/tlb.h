/* SPDX-License-Identifier: MIT */
/* TLB flushes. A change to a present page-table entry takes effect on all CPUs
 * only after one of these functions has returned.
 *
 * The functions with names that end in _local flush this CPU only. They are for
 * its CPU window, which no other CPU uses. The others flush all CPUs: they
 * interrupt the other CPUs, and when they return no CPU holds a translation of
 * the range. An idle ("lazy") CPU is not interrupted: it flushes everything
 * before it does anything else.
 *
 * A range is in bytes; every page that it touches is flushed. A range of more
 * than TLB_PAGES_MAX pages flushes the whole TLB.
 *
 * Context: any but NMI, also with interrupts off and locks held: a CPU that
 * waits for a lock serves the flushes of others (kernel/lock/spinlock.c), so
 * two CPUs never wait for each other. Source: Intel SDM vol. 3, section 4.10.
 */
#ifndef ARCH_TLB_H
#define ARCH_TLB_H

#include "arch/layout.h"
#include "arch/percpu.h"

#define TLB_PAGES_MAX 32

/* This CPU's counts: pages flushed one by one, flushes of everything, other
 * CPUs that it interrupted, and lazy CPUs that it did not interrupt. */
struct tlb_stats {
	unsigned long pages, full;
	unsigned long ipis, avoided;
};
DECLARE_PER_CPU(struct tlb_stats, tlb_stats);

/* Flushes the page of `virt` on this CPU, global or not. Not counted. */
static inline void flush_tlb_page_local(uint32_t virt)
{
	__asm__ volatile("invlpg (%0)" ::"r"(virt) : "memory");
}

/* Flushes this CPU's whole TLB, global pages included. */
void flush_tlb_all_local(void);

/* Flush on all CPUs: the range [start, end), the page of `virt`, everything. */
void flush_tlb_kernel_range(uint32_t start, uint32_t end);
void flush_tlb_page(uint32_t virt);
void flush_tlb_all(void);

/* Interrupts another CPU so that it calls flush_tlb_serve().
 * arch/i386/smp/ipi.c defines it. Any context. */
void smp_send_flush(unsigned cpu);

/* Serves the flush request that another CPU has made of this one, if there is
 * one. The caller has preemption off. */
void flush_tlb_serve(void);

/* tlb_enter_lazy() says that this CPU is idle, so other CPUs' flushes need not
 * interrupt it. tlb_leave_lazy() ends that and flushes what this CPU missed:
 * every interrupt with a handler calls it first, and so does the idle task when
 * its halt has ended, even by an NMI. The caller has interrupts off. */
void tlb_enter_lazy(void);
void tlb_leave_lazy(void);

/* Flushes what this CPU may hold from before other CPUs' flushes included it.
 * Each CPU calls it once, with interrupts off, right after it has set its bit
 * in cpu_online_mask. */
void tlb_init(void);

#endif
