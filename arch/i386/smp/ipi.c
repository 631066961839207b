/* SPDX-License-Identifier: MIT */
/* Interrupts between CPUs, and calls on other CPUs.
 *
 *	caller                                 CPU n
 *	its record for CPU n is free?
 *	fills it in, busy
 *	puts it into n's list, interrupt  ──>  takes the list
 *	waits, if it wants to                  calls
 *	                                  <──  not busy
 *
 * Each CPU has one record for each other CPU: a second call to the same CPU
 * waits until the first is over, so the calls of one CPU run in their order.
 * Calls of different CPUs run in any order. Nothing is allocated. */
#include "arch/ipi.h"

#include "arch/cpu.h"
#include "arch/irq.h"
#include "arch/lapic.h"
#include "arch/tlb.h"
#include "arch/vectors.h"
#include "kernel/atomic.h"
#include "kernel/panic.h"
#include "kernel/spinlock.h"

struct call {
	struct call *next;
	void (*call)(void *arg);
	void *arg;
	bool busy;
};

struct call_records {
	struct call to[NR_CPUS];
};

/* Calls that wait for a CPU, the newest first. */
static DEFINE_PER_CPU(struct call *, call_list);
static DEFINE_PER_CPU(struct call_records, call_records);

void smp_send_reschedule(unsigned cpu)
{
	lapic_send_ipi(cpu_apic_id(cpu), VECTOR_RESCHEDULE);
}

void smp_send_flush(unsigned cpu)
{
	lapic_send_ipi(cpu_apic_id(cpu), VECTOR_TLB);
}

/* ---- Calls --------------------------------------------------------------- */

/* Puts the record into the CPU's list. Returns true if the list was empty: then
 * the CPU must be interrupted. */
static bool push(unsigned cpu, struct call *call)
{
	struct call **list = per_cpu_ptr(&call_list, cpu);

	call->next = READ_ONCE(*list);
	while (!__atomic_compare_exchange_n(list, &call->next, call, false,
					    __ATOMIC_SEQ_CST, __ATOMIC_RELAXED))
		;
	return !call->next;
}

/* Starts a call on another CPU, once the one before is over. */
static struct call *start_call(unsigned cpu, void (*function)(void *arg),
			       void *arg)
{
	struct call *call = &this_cpu_ptr(&call_records)->to[cpu];

	while (smp_load_acquire(&call->busy))
		cpu_relax();
	call->call = function;
	call->arg = arg;
	call->busy = true;
	if (push(cpu, call))
		lapic_send_ipi(cpu_apic_id(cpu), VECTOR_CALL_FUNCTION);
	return call;
}

static void wait_for_call(const struct call *call)
{
	while (smp_load_acquire(&call->busy))
		cpu_relax();
}

/* The caller may reuse the record as soon as it is not busy. */
static void serve_calls(struct trap_frame *frame)
{
	struct call *call = __atomic_exchange_n(this_cpu_ptr(&call_list), NULL,
						__ATOMIC_SEQ_CST);

	(void)frame;
	while (call) {
		struct call *next = call->next;

		call->call(call->arg);
		smp_store_release(&call->busy, false);
		call = next;
	}
}

static void call_here(void (*function)(void *arg), void *arg)
{
	unsigned long flags;

	local_irq_save(flags);
	function(arg);
	local_irq_restore(flags);
}

static void call_others(cpumask_t mask, void (*function)(void *arg), void *arg,
			bool wait, const void *caller)
{
	struct call *call[NR_CPUS];

	preempt_disable();
	if (irqs_disabled() || in_interrupt())
		panic("smp_call_function: called at %pS with interrupts off: a "
		      "CPU that waits for another must serve interrupts",
		      caller);
	mask &= cpu_online_mask & ~cpumask_of(smp_processor_id());
	for_each_cpu(cpu, mask)
		call[cpu] = start_call(cpu, function, arg);
	if (wait)
		for_each_cpu(cpu, mask)
			wait_for_call(call[cpu]);
	preempt_enable();
}

void smp_call_function_many(cpumask_t mask, void (*function)(void *arg),
			    void *arg, bool wait)
{
	call_others(mask, function, arg, wait, __builtin_return_address(0));
}

void smp_call_function(void (*function)(void *arg), void *arg, bool wait)
{
	call_others(CPUMASK_ALL, function, arg, wait,
		    __builtin_return_address(0));
}

void smp_call_function_single(unsigned cpu, void (*function)(void *arg),
			      void *arg, bool wait)
{
	preempt_disable();
	BUG_ON(!(cpu_online_mask & cpumask_of(cpu)));
	if (cpu == smp_processor_id())
		call_here(function, arg);
	else
		call_others(cpumask_of(cpu), function, arg, wait,
			    __builtin_return_address(0));
	preempt_enable();
}

void on_each_cpu(void (*function)(void *arg), void *arg, bool wait)
{
	preempt_disable();
	call_others(CPUMASK_ALL, function, arg, wait,
		    __builtin_return_address(0));
	call_here(function, arg);
	preempt_enable();
}

/* ---- Handlers ------------------------------------------------------------ */

/* Only asks: interrupt_handler() calls the scheduler on its way out. */
static void serve_reschedule(struct trap_frame *frame)
{
	(void)frame;
	this_cpu_and(preempt_word, ~PREEMPT_NO_RESCHED);
}

static void serve_flush(struct trap_frame *frame)
{
	(void)frame;
	flush_tlb_serve();
}

void ipi_init(void)
{
	interrupt_set_handler(VECTOR_RESCHEDULE, serve_reschedule);
	interrupt_set_handler(VECTOR_CALL_FUNCTION, serve_calls);
	interrupt_set_handler(VECTOR_TLB, serve_flush);
}
