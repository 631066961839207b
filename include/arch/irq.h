/* SPDX-License-Identifier: MIT */
/* Interrupts: who handles which vector, and what happens around a handler.
 *
 *	interrupt ──> preemption word says "in a handler" ──> handler
 *	                                                          │
 *	iret <── no ── does the scheduler want this CPU? <── end of interrupt
 *	                              │ yes
 *	                              v
 *	                      another task; this one goes on later
 *
 * Handlers run with interrupts off, on the stack of what they interrupt, and
 * do not sleep. Source: Intel SDM vol. 3, section 6.8. */
#ifndef ARCH_IRQ_H
#define ARCH_IRQ_H

#include "arch/traps.h"

/* `frame` is what was interrupted. */
typedef void (*interrupt_handler_t)(struct trap_frame *frame);

/* From here on `handler` is called for `vector`, TRAP_COUNT or more, on every
 * CPU. A vector has one handler; a second is a bug. */
void interrupt_set_handler(unsigned vector, interrupt_handler_t handler);

/* Called by trap_handler(): for all vectors that are no exceptions; and for
 * NMIs, which come also while interrupts are off (arch/nmi.h). */
void interrupt_handler(struct trap_frame *frame);
void nmi_handler(struct trap_frame *frame);

#endif
