/* SPDX-License-Identifier: MIT */
/* Non-maskable interrupts: Loft sends them to its own CPUs, to see where one
 * hangs, or to stop all of them in a panic. An NMI that Loft has not sent comes
 * from the hardware and reports a failure.
 *
 * The handler may have interrupted any code, so it takes no lock and prints
 * nothing. It leaves a snapshot for the CPU that asked. */
#include "arch/nmi.h"

#include "arch/cpu.h"
#include "arch/irq.h"
#include "arch/lapic.h"
#include "arch/smp.h"
#include "kernel/atomic.h"
#include "kernel/panic.h"
#include "kernel/preempt.h"
#include "kernel/task.h"

/* How often the asking CPU looks for an answer before it gives up. */
#define POLLS_AT_MOST 20000000u

static DEFINE_PER_CPU(struct cpu_snapshot, snapshot);
static cpumask_t asked; /* CPUs that owe a snapshot */
static bool stopping;

void nmi_handler(struct trap_frame *frame)
{
	cpumask_t me = cpumask_of(smp_processor_id());
	struct cpu_snapshot *mine = this_cpu_ptr(&snapshot);

	this_cpu_add(preempt_word, NMI_OFFSET);
	if (!(READ_ONCE(asked) & me))
		panic("non-maskable interrupt at %pS: the hardware reports a "
		      "failure that it does not name",
		      (void *)frame->eip);
	mine->eip = frame->eip;
	mine->ebp = frame->ebp;
	mine->task = current->name;
	mine->taken = true;
	__atomic_and_fetch(&asked, ~me, __ATOMIC_SEQ_CST);
	while (READ_ONCE(stopping))
		cpu_relax();
	this_cpu_sub(preempt_word, NMI_OFFSET);
}

/* Sends an NMI to each CPU of `mask`, and waits until all have answered or
 * POLLS_AT_MOST is used up. */
static void ask(cpumask_t mask)
{
	__atomic_or_fetch(&asked, mask, __ATOMIC_SEQ_CST);
	for_each_cpu(cpu, mask)
		lapic_send_nmi(cpu_apic_id(cpu));
	for (unsigned n = 0; READ_ONCE(asked) & mask && n < POLLS_AT_MOST; n++)
		cpu_relax();
}

bool cpu_ask(unsigned cpu, struct cpu_snapshot *result)
{
	struct cpu_snapshot *its = per_cpu_ptr(&snapshot, cpu);

	its->taken = false;
	ask(cpumask_of(cpu));
	*result = *its;
	return its->taken;
}

void cpus_stop(void)
{
	cpumask_t others = cpu_online_mask & ~cpumask_of(smp_processor_id());

	for_each_cpu(cpu, others)
		per_cpu_ptr(&snapshot, cpu)->taken = false;
	stopping = true;
	ask(others);
}

const struct cpu_snapshot *cpu_stopped(unsigned cpu)
{
	return per_cpu_ptr(&snapshot, cpu);
}
