/* SPDX-License-Identifier: MIT */
/* Non-maskable interrupts: Loft sends them to its own CPUs, to see where one
 * hangs, or to stop all of them in a panic. The only CPU of a machine has an
 * alarm (arch/i386/trap/nmi_alarm.c). Any other NMI comes from the hardware and
 * reports a failure.
 *
 * The handler may have interrupted any code, so it takes no lock. It leaves a
 * snapshot for the CPU that asked, or hands an alarm to the watchdog. */
#include "arch/nmi.h"

#include "arch/cpu.h"
#include "arch/irq.h"
#include "arch/lapic.h"
#include "arch/smp.h"
#include "kernel/atomic.h"
#include "kernel/panic.h"
#include "kernel/preempt.h"
#include "kernel/task.h"

/* How often the asking CPU tests for an answer before it gives up. */
#define POLLS_AT_MOST 20000000u

static DEFINE_PER_CPU(struct cpu_snapshot, snapshot);
static cpumask_t asked; /* CPUs that owe a snapshot */
static bool stopping;

/* Leaves the snapshot; in a panic, does not return. */
static void answer(const struct trap_frame *frame)
{
	struct cpu_snapshot *mine = this_cpu_ptr(&snapshot);

	mine->eip = frame->eip;
	mine->ebp = frame->ebp;
	mine->task = current->name;
	mine->taken = true;
	__atomic_and_fetch(&asked, ~cpumask_of(smp_processor_id()),
			   __ATOMIC_SEQ_CST);
	while (READ_ONCE(stopping))
		cpu_relax();
}

void nmi_handler(struct trap_frame *frame)
{
	this_cpu_add(preempt_word, NMI_OFFSET);
	if (READ_ONCE(asked) & cpumask_of(smp_processor_id())) {
		answer(frame);
	} else if (nmi_alarm_rang()) {
		watchdog_alarm(frame);
		nmi_alarm_set();
	} else {
		panic("non-maskable interrupt at %pS: the hardware reports a "
		      "failure that it does not name",
		      (void *)frame->eip);
	}
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
