/* SPDX-License-Identifier: MIT */
/* The CPUs of a process: one runs, and the test says which. Nothing is
 * preempted, so a lock that is held when it is taken would never be free. */
#include "arch/ipi.h"
#include "arch/irqflags.h"
#include "arch/smp.h"
#include "arch/tlb.h"
#include "kernel/panic.h"
#include "kernel/preempt.h"
#include "kernel/task.h"

unsigned host_cpu;
bool host_irqs_off;

DEFINE_PER_CPU(unsigned, cpu_number) = {
	0,  1,	2,  3,	4,  5,	6,  7,	8,  9,	10, 11, 12, 13, 14, 15,
	16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31,
};
DEFINE_PER_CPU(unsigned, preempt_word);
cpumask_t cpu_online_mask = CPUMASK_ALL;

static struct task host_task;
DEFINE_PER_CPU(struct task *, current_task) = {
	[0 ... NR_CPUS - 1] = &host_task,
};

/* Calls the function once for each CPU, with that CPU as the running one, and
 * with interrupts off, as in the handler of the interrupt that asks for it. */
void on_each_cpu(void (*call)(void *arg), void *arg, bool wait)
{
	unsigned before = host_cpu;
	unsigned long flags;

	(void)wait;
	local_irq_save(flags);
	for (host_cpu = 0; host_cpu < NR_CPUS; host_cpu++)
		call(arg);
	local_irq_restore(flags);
	host_cpu = before;
}

/* No other task wants the CPU. */
void preempt_schedule(void)
{
}

void flush_tlb_serve(void)
{
	panic("host: a spinlock is waited for that no CPU will release");
}

void preempt_enable_panic(void)
{
	panic("host: one preempt_enable() too many");
}

const char *atomic_reason(void)
{
	return "where nothing may sleep";
}
