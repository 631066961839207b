/* SPDX-License-Identifier: MIT */
/* CPUs that no longer answer.
 *
 * Notices: watchdog_sleeps, nmi_never_answered. */
#include "kernel/ktest.h"

#include "arch/irqflags.h"
#include "arch/nmi.h"
#include "crew.h"
#include "kernel/string.h"
#include "kernel/watchdog.h"

/* More turns than any CPU needs to be noticed: then it is not. */
#define TURNS_MOST 4000000000u

static atomic_t deaf;

/* Takes no interrupt until somebody has noticed. */
static int go_deaf(void *reports)
{
	unsigned before = (unsigned)(uintptr_t)reports;

	local_irq_disable();
	atomic_inc(&deaf);
	for (unsigned n = 0;
	     READ_ONCE(watchdog_reports) == before && n < TURNS_MOST; n++)
		cpu_relax();
	local_irq_enable();
	return READ_ONCE(watchdog_reports) == before;
}

KTEST(watchdog, "a CPU that takes no tick is reported, once")
{
	unsigned patience = watchdog_patience, before = watchdog_reports;
	unsigned cpu = num_online_cpus() - 1;
	struct task *task;

	if (one_cpu() || no_tick())
		return;
	set_cpus_allowed(current, cpumask_of(0));
	watchdog_patience = HZ / 5;
	task = kthread_create(go_deaf, (void *)(uintptr_t)before, "deaf");
	kthread_bind(task, cpu);
	wake_up_process(task);
	EXPECT_EQ(kthread_join(task), 0);
	EXPECT_EQ(watchdog_reports, before + 1);
	watchdog_patience = patience;
	set_cpus_allowed(current, CPUMASK_ALL);
}

/* Takes no interrupt until told. */
static int stay_deaf(void *stop)
{
	local_irq_disable();
	atomic_inc(&deaf);
	while (!READ_ONCE(*(bool *)stop))
		cpu_relax();
	local_irq_enable();
	return 0;
}

KTEST(watchdog, "a CPU with interrupts off says where it is")
{
	unsigned cpu = num_online_cpus() - 1;
	struct cpu_snapshot snapshot = {.taken = false};
	bool stop = false;
	struct task *task;

	if (one_cpu())
		return;
	set_cpus_allowed(current, cpumask_of(0));
	atomic_set(&deaf, 0);
	task = kthread_create(stay_deaf, &stop, "stays deaf");
	kthread_bind(task, cpu);
	wake_up_process(task);
	EXPECT(EVENTUALLY(atomic_read(&deaf)));
	EXPECT(cpu_ask(cpu, &snapshot));
	EXPECT_STREQ(snapshot.task, "stays deaf");
	EXPECT(snapshot.eip - (uint32_t)stay_deaf < 0x80);
	WRITE_ONCE(stop, true);
	EXPECT_EQ(kthread_join(task), 0);
	set_cpus_allowed(current, CPUMASK_ALL);
}
