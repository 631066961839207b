/* SPDX-License-Identifier: MIT */
/* Deaths on several CPUs: what the others were doing is told, wherever they
 * were. Each has a machine of its own (tests/boot/test_death.py). */
#include "kernel/ktest.h"

#include "arch/cpu.h"
#include "arch/irqflags.h"
#include "crew.h"
#include "kernel/panic.h"

static atomic_t there;

static void __noinline count_for_ever(volatile unsigned *n)
{
	for (;;)
		++*n;
}

static int busy(void *unused)
{
	static volatile unsigned n;

	(void)unused;
	atomic_inc(&there);
	count_for_ever(&n);
	return 0;
}

static int deaf(void *n)
{
	local_irq_disable();
	return busy(n);
}

static void start_on(unsigned cpu, int (*run)(void *), const char *name)
{
	struct task *task = kthread_create(run, NULL, "%s", name);

	kthread_bind(task, cpu);
	wake_up_process(task);
}

KTEST(death, "others at work")
{
	set_cpus_allowed(current, cpumask_of(0));
	start_on(1, busy, "busy");
	start_on(2, deaf, "deaf");
	EXPECT(EVENTUALLY(atomic_read(&there) == 2));
	panic("while others work");
}

static int panic_with_all(void *unused)
{
	(void)unused;
	/* The main task, which sleeps, may not come in between. */
	preempt_disable();
	atomic_inc(&there);
	while (atomic_read(&there) < 4)
		cpu_relax();
	panic("one of four at once");
}

KTEST(death, "four at once")
{
	for (unsigned cpu = 0; cpu < 4; cpu++)
		start_on(cpu, panic_with_all, "panics");
	EXPECT(EVENTUALLY(false));
}
