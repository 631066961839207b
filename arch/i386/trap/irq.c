/* SPDX-License-Identifier: MIT */
/* From the vector to its handler. See arch/irq.h. */
#include "arch/irq.h"

#include "arch/cpu.h"
#include "arch/lapic.h"
#include "arch/tlb.h"
#include "kernel/panic.h"
#include "kernel/preempt.h"
#include "mm/kmap_task.h"

static interrupt_handler_t handlers[VECTOR_COUNT];

void interrupt_set_handler(unsigned vector, interrupt_handler_t handler)
{
	BUG_ON(vector < TRAP_COUNT || vector >= VECTOR_COUNT ||
	       handlers[vector]);
	handlers[vector] = handler;
	idt_open(vector);
}

/* A handler must unmap what it has mapped: the interrupted task would find the
 * mapping on top of its own. */
static void __noreturn __cold panic_left(interrupt_handler_t handler)
{
	panic("the interrupt handler %pS leaves mappings, the last in the list "
	      "below. Unmap what was mapped",
	      (void *)handler);
}

void interrupt_handler(struct trap_frame *frame)
{
	interrupt_handler_t handler = handlers[frame->vector];
	unsigned local = kmap_local_slots(), atomic = kmap_atomic_slots();

	/* A spurious interrupt has no handler and needs no EOI
	 * (arch/vectors.h). */
	if (unlikely(!handler))
		return;
	this_cpu_add(preempt_word, HARDIRQ_OFFSET);
	tlb_leave_lazy();
	handler(frame);
	if (unlikely(kmap_local_slots() != local ||
		     kmap_atomic_slots() != atomic))
		panic_left(handler);
	lapic_eoi();
	this_cpu_sub(preempt_word, HARDIRQ_OFFSET);
	if (!this_cpu_read(preempt_word) && frame->eflags & EFLAGS_IF)
		preempt_schedule_irq();
}
