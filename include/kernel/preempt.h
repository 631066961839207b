/* SPDX-License-Identifier: MIT */
/* Whether the running code may be preempted, and may sleep. One word for each
 * CPU:
 *
 *	31            20       16                             0
 *	+---+---------+--------+------------------------------+
 *	| N |   NMI   |  irqs  |   preempt_disable() depth    |
 *	+---+---------+--------+------------------------------+
 *
 *	irqs, NMI   interrupts being handled, one inside the other
 *	N           0 if the scheduler wants this CPU, 1 if not
 *
 * N is inverted so that the word is 0 exactly if the task should be preempted
 * and may be. preempt_enable() is therefore one decrement and one jump.
 *
 * The word belongs to the CPU and not to the task. At each switch of tasks it
 * is 2, before and after: one for the scheduler, one for the lock of the run
 * queue. Only its own CPU changes it, by single instructions, so that
 * interrupts need not be off. Names are those of Linux. */
#ifndef KERNEL_PREEMPT_H
#define KERNEL_PREEMPT_H

#include "arch/irqflags.h"
#include "arch/percpu.h"

#define PREEMPT_OFFSET	   0x00000001u
#define PREEMPT_MASK	   0x0000ffffu
#define HARDIRQ_OFFSET	   0x00010000u
#define HARDIRQ_MASK	   0x000f0000u
#define NMI_OFFSET	   0x00100000u
#define NMI_MASK	   0x00f00000u
#define PREEMPT_NO_RESCHED 0x80000000u

DECLARE_PER_CPU(unsigned, preempt_word);

/* The depth of preempt_disable(), and the interrupts being handled; 0 if a task
 * runs and may be preempted. */
static inline unsigned preempt_count(void)
{
	return this_cpu_read(preempt_word) & ~PREEMPT_NO_RESCHED;
}

/* Turns preemption off until the matching preempt_enable(). The calls nest. Any
 * context. */
static inline void preempt_disable(void)
{
	this_cpu_inc(preempt_word);
	barrier();
}

/* Calls the scheduler, if it wants the CPU and interrupts are on. */
void preempt_schedule(void);

/* The same at the end of an interrupt, with interrupts off. */
void preempt_schedule_irq(void);

/* CHECK=1: panics because there was one preempt_enable() too many. */
void preempt_enable_panic(void) __noreturn __cold;

static inline void preempt_check_enable(void)
{
	if (CHECK && unlikely(!this_cpu_test(preempt_word, PREEMPT_MASK)))
		preempt_enable_panic();
}

static inline void preempt_enable(void)
{
	barrier();
	preempt_check_enable();
	if (unlikely(this_cpu_dec_and_test(preempt_word)))
		preempt_schedule();
}

/* The same without a call of the scheduler: the caller makes it at once. */
static inline void preempt_enable_no_resched(void)
{
	barrier();
	preempt_check_enable();
	this_cpu_dec(preempt_word);
}

/* Whether an interrupt, or an NMI, is being handled. */
static inline bool in_interrupt(void)
{
	return this_cpu_test(preempt_word, HARDIRQ_MASK | NMI_MASK);
}

static inline bool in_nmi(void)
{
	return preempt_count() & NMI_MASK;
}

/* Whether sleeping is forbidden, ignoring disabled interrupts. */
static inline bool in_atomic(void)
{
	return this_cpu_test(preempt_word, ~PREEMPT_NO_RESCHED);
}

static inline bool preemptible(void)
{
	return !in_atomic() && !irqs_disabled();
}

/* Why nothing may sleep now, to be said after "called": "by an interrupt
 * handler", "with preemption off". */
const char *atomic_reason(void) __cold;

#endif
