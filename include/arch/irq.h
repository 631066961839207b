/* SPDX-License-Identifier: MIT */
/* Interrupts: which handler a vector calls, and what happens around it.
 *
 *	interrupt ──> preemption word says "in a handler" ──> handler
 *	                                                          │
 *	iret <── no ── does the scheduler want this CPU? <── end of interrupt
 *	                              │ yes
 *	                              v
 *	                      another task; this one goes on later
 *
 * Handlers run with interrupts off, on the stack of the interrupted task, and
 * must not sleep. Source: Intel SDM vol. 3, section 6.8. */
#ifndef ARCH_IRQ_H
#define ARCH_IRQ_H

#include "arch/traps.h"

/* `frame` holds the registers of the interrupted code. */
typedef void (*interrupt_handler_t)(struct trap_frame *frame);

/* Installs `handler` for `vector`, TRAP_COUNT or more, on every CPU. Panics if
 * the vector has a handler already. */
void interrupt_set_handler(unsigned vector, interrupt_handler_t handler);

/* trap_handler() calls the first for every vector that is no exception, and the
 * second for NMIs, which arrive even while interrupts are off (arch/nmi.h). */
void interrupt_handler(struct trap_frame *frame);
void nmi_handler(struct trap_frame *frame);

#endif
