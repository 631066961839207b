/* SPDX-License-Identifier: MIT */
/* From the vector to its handler. See arch/irq.h. */
#include "arch/irq.h"

#include "arch/cpu.h"
#include "arch/lapic.h"
#include "arch/tlb.h"
#include "kernel/panic.h"
#include "kernel/preempt.h"
#include "kernel/sched.h"

static interrupt_handler_t handlers[VECTOR_COUNT];

void interrupt_set_handler(unsigned vector, interrupt_handler_t handler)
{
	BUG_ON(vector < TRAP_COUNT || vector >= VECTOR_COUNT ||
	       handlers[vector]);
	handlers[vector] = handler;
	idt_open(vector);
}

void interrupt_handler(struct trap_frame *frame)
{
	interrupt_handler_t handler = handlers[frame->vector];

	/* What a controller took back wants no answer (arch/vectors.h). */
	if (unlikely(!handler))
		return;
	this_cpu_add(preempt_word, HARDIRQ_OFFSET);
	tlb_leave_lazy();
	handler(frame);
	lapic_eoi();
	this_cpu_sub(preempt_word, HARDIRQ_OFFSET);
	if (!this_cpu_read(preempt_word) && frame->eflags & EFLAGS_IF)
		preempt_schedule_irq();
}
