/* SPDX-License-Identifier: MIT */
/* Interrupts from one CPU to another, and calls of functions on another CPU. */
#ifndef ARCH_IPI_H
#define ARCH_IPI_H

#include "arch/smp.h"

/* Installs the handlers of the interrupts below. Once, on the boot CPU. */
void ipi_init(void);

/* Interrupts another CPU so that it looks at its run queue. Any context. */
void smp_send_reschedule(unsigned cpu);

/* Calls `call(arg)` on the online CPU `cpu`, in an interrupt handler there; on
 * the running CPU directly, with interrupts off. With `wait`, returns after the
 * call has ended; without, `arg` must stay valid until then. `call` must not
 * sleep. Task context with interrupts on: two CPUs that call each other with
 * interrupts off would wait for ever. */
void smp_call_function_single(unsigned cpu, void (*call)(void *arg), void *arg,
			      bool wait);

/* The same on every online CPU of `mask` except the running one; on all other
 * CPUs; on all CPUs. */
void smp_call_function_many(cpumask_t mask, void (*call)(void *arg), void *arg,
			    bool wait);
void smp_call_function(void (*call)(void *arg), void *arg, bool wait);
void on_each_cpu(void (*call)(void *arg), void *arg, bool wait);

#endif
