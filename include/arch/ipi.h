/* SPDX-License-Identifier: MIT */
/* Interrupts from one CPU to another: what they are for, and how work is done
 * on another CPU. */
#ifndef ARCH_IPI_H
#define ARCH_IPI_H

#include "arch/smp.h"

/* Fills in the handlers of the interrupts below. Once. */
void ipi_init(void);

/* Makes another CPU look at its queue of tasks; at its pending flush. */
void smp_send_reschedule(unsigned cpu);
void smp_send_flush(unsigned cpu);

/* Calls `call(arg)` on a CPU that is online, in an interrupt there; on this one
 * with interrupts off. With `wait`, returns when it has; else `arg` must last
 * until then. Task context, interrupts on: two CPUs that call each other with
 * interrupts off would wait for ever. `call` does not sleep. */
void smp_call_function_single(unsigned cpu, void (*call)(void *arg), void *arg,
			      bool wait);

/* The same on each CPU of a set that is online, but this one; on all others;
 * on all. */
void smp_call_function_many(cpumask_t mask, void (*call)(void *arg), void *arg,
			    bool wait);
void smp_call_function(void (*call)(void *arg), void *arg, bool wait);
void on_each_cpu(void (*call)(void *arg), void *arg, bool wait);

#endif
