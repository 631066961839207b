/* SPDX-License-Identifier: MIT */
/* From the vector to its handler. See arch/irq.h. */
#include "arch/irq.h"

#include "arch/cpu.h"
#include "arch/lapic.h"
#include "arch/tlb.h"
#include "arch/vectors.h"
#include "kernel/panic.h"
#include "kernel/preempt.h"
#include "kernel/printk.h"
#include "kernel/sched.h"

static interrupt_handler_t handlers[VECTOR_COUNT];

void interrupt_set_handler(unsigned vector, interrupt_handler_t handler)
{
	BUG_ON(vector < TRAP_COUNT || vector >= VECTOR_COUNT ||
	       handlers[vector]);
	handlers[vector] = handler;
}

/* Calls the handler, and lets the controller send the next. */
static void dispatch(struct trap_frame *frame)
{
	interrupt_handler_t handler = handlers[frame->vector];

	/* The APIC asks for no answer to an interrupt that it took back. */
	if (frame->vector == VECTOR_SPURIOUS)
		return;
	if (handler)
		handler(frame);
	else
		pr_warn("interrupt %lu has no handler\n",
			(unsigned long)frame->vector);
	lapic_eoi();
}

void interrupt_handler(struct trap_frame *frame)
{
	this_cpu_add(preempt_word, HARDIRQ_OFFSET);
	tlb_leave_lazy();
	dispatch(frame);
	this_cpu_sub(preempt_word, HARDIRQ_OFFSET);
	if (!this_cpu_read(preempt_word) && frame->eflags & EFLAGS_IF)
		preempt_schedule_irq();
}
