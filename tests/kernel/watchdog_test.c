/* SPDX-License-Identifier: MIT */
/* CPUs that no longer answer, and tasks that no longer go on.
 *
 * Notices: watchdog_sleeps, nmi_never_answered, softlockup_unseen,
 * softlockup_never_asked, softlockup_never_over, hung_task_unseen,
 * hung_task_said_twice, hung_task_counts_all_time, alarm_never_set,
 * alarm_rings_once, alarm_charges_all_time, alarm_says_it_again. */
#include "kernel/ktest.h"

#include "arch/cpu.h"
#include "arch/ioapic.h"
#include "arch/irqflags.h"
#include "arch/nmi.h"
#include "arch/tsc.h"
#include "arch/vectors.h"
#include "crew.h"
#include "kernel/sched/hung_task.h"
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

/* Whether this CPU is alone and has an alarm. */
static bool no_alarm(void)
{
	if (num_online_cpus() > 1)
		ktest_skip("other CPUs watch this one");
	else if (!nmi_alarm_is_on())
		ktest_skip("no NMI from the PIT here");
	return !nmi_alarm_is_on();
}

/* Keeps the CPU, which has interrupts off, for so many milliseconds. Does not
 * use cpu_relax(), at which an emulator leaves its inner loop. */
static void be_deaf(unsigned ms)
{
	uint64_t start = rdtsc();

	while (rdtsc() - start < (uint64_t)tsc_khz() * ms)
		for (unsigned i = 0; i < 1000; i++)
			barrier();
}

/* How many reports come while this CPU takes no interrupt until the first, and
 * then for a while that would bring others. */
static unsigned reports_when_deaf(void)
{
	unsigned before = watchdog_reports;
	unsigned long flags;

	local_irq_save(flags);
	for (unsigned n = 0;
	     READ_ONCE(watchdog_reports) == before && n < TURNS_MOST; n++)
		cpu_relax();
	be_deaf(3 * NMI_ALARM_MS);
	local_irq_restore(flags);
	sleep_a_tick();
	return watchdog_reports - before;
}

KTEST(watchdog, "a CPU that is alone is reported, once each time")
{
	unsigned patience = watchdog_patience;

	if (no_alarm())
		return;
	watchdog_patience = HZ / 5;
	EXPECT_EQ(reports_when_deaf(), 1);
	EXPECT_EQ(reports_when_deaf(), 1);
	watchdog_patience = patience;
}

/* The second alarm of each while is the first that counts. */
KTEST(watchdog, "a CPU that is alone may often take no tick for a short while")
{
	unsigned patience = watchdog_patience, before = watchdog_reports;
	unsigned long flags;

	if (no_alarm())
		return;
	watchdog_patience = HZ / 4;
	for (unsigned i = 0; i < 8; i++) {
		local_irq_save(flags);
		be_deaf(5 * NMI_ALARM_MS / 2);
		local_irq_restore(flags);
		sleep_a_tick();
	}
	EXPECT_EQ(watchdog_reports, before);
	watchdog_patience = patience;
}

KTEST(watchdog, "an alarm that was lost is set again by the tick")
{
	unsigned patience = watchdog_patience;
	unsigned long flags;

	if (no_alarm())
		return;
	local_irq_save(flags);
	ioapic_mask(IRQ_PIT);
	be_deaf(3 * NMI_ALARM_MS);
	ioapic_unmask(IRQ_PIT);
	local_irq_restore(flags);
	for (unsigned i = 0; i < 10; i++)
		sleep_a_tick();
	watchdog_patience = HZ / 5;
	EXPECT_EQ(reports_when_deaf(), 1);
	watchdog_patience = patience;
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

/* ---- Tasks --------------------------------------------------------------- */

/* Keeps CPU 0, which is wanted, for 60 ticks, twice. */
static int keep_cpu_shortly(void *unused)
{
	(void)unused;
	for (unsigned i = 0; i < 2; i++) {
		unsigned long until = jiffies + 60;

		preempt_disable();
		this_cpu_and(preempt_word, ~PREEMPT_NO_RESCHED);
		while ((long)(until - jiffies) > 0)
			cpu_relax();
		preempt_enable();
		sleep_a_tick();
	}
	return 0;
}

KTEST(watchdog, "a task that keeps preemption off for less is not reported")
{
	unsigned patience = softlockup_patience, before = softlockup_reports;
	struct task *task;

	if (no_tick())
		return;
	softlockup_patience = 100;
	task = kthread_create(keep_cpu_shortly, NULL, "keeps shortly");
	kthread_bind(task, 0);
	wake_up_process(task);
	kthread_join(task);
	EXPECT_EQ(softlockup_reports, before);
	softlockup_patience = patience;
}

/* Keeps the CPU until that is noticed. */
static int keep_cpu(void *unused)
{
	unsigned before = softlockup_reports;

	(void)unused;
	preempt_disable();
	for (unsigned n = 0;
	     READ_ONCE(softlockup_reports) == before && n < TURNS_MOST; n++)
		cpu_relax();
	/* As long again, and a second report would come. */
	for (unsigned long until = jiffies + 2 * softlockup_patience;
	     (long)(until - jiffies) > 0;)
		cpu_relax();
	preempt_enable();
	return (int)(softlockup_reports - before);
}

KTEST(watchdog, "a task that keeps preemption off is reported, once")
{
	unsigned patience = softlockup_patience;
	struct task *task;

	if (no_tick())
		return;
	softlockup_patience = HZ / 5;
	task = kthread_run(keep_cpu, NULL, "keeps the CPU");
	EXPECT_EQ(kthread_join(task), 1);
	softlockup_patience = patience;
}

/* Works for some ticks, and lets itself be preempted. */
static int work_on(void *unused)
{
	unsigned long until = jiffies + 400;

	(void)unused;
	while ((long)(until - jiffies) > 0) {
		preempt_disable();
		preempt_enable();
	}
	return 0;
}

KTEST(watchdog, "a task that works on and may be preempted is not reported")
{
	unsigned patience = softlockup_patience, before = softlockup_reports;
	struct task *task;

	if (no_tick())
		return;
	softlockup_patience = 20;
	task = kthread_run(work_on, NULL, "works on");
	kthread_join(task);
	EXPECT_EQ(softlockup_reports, before);
	softlockup_patience = patience;
}

/* Sleeps until it is woken. */
static int sleep_on(void *unused)
{
	(void)unused;
	while (!kthread_should_stop()) {
		set_current_state(TASK_UNINTERRUPTIBLE);
		if (!kthread_should_stop())
			schedule();
		set_current_state(TASK_RUNNING);
	}
	return 0;
}

/* Tests of sleeping tasks keep to CPU 0, which counts the time: were it another
 * CPU's tick that wakes them, the host could make that one late. */
KTEST(watchdog, "a task that sleeps for very long is reported, once a sleep")
{
	unsigned patience = hung_task_patience, before = hung_task_reports;
	struct task *task = kthread_run(sleep_on, NULL, "sleeps on");

	set_cpus_allowed(current, cpumask_of(0));
	hung_task_patience = 16;
	EXPECT(EVENTUALLY(READ_ONCE(hung_task_reports) == before + 1));
	for (unsigned i = 0; i < 40; i++)
		sleep_a_tick();
	EXPECT_EQ(hung_task_reports, before + 1);
	wake_up_process(task);
	EXPECT(EVENTUALLY(READ_ONCE(hung_task_reports) == before + 2));
	hung_task_patience = patience;
	EXPECT_EQ(kthread_stop(task), 0);
	set_cpus_allowed(current, CPUMASK_ALL);
}

/* Sleeps again and again, never for long. */
static int nap(void *unused)
{
	(void)unused;
	for (unsigned i = 0; i < 100; i++)
		sleep_a_tick();
	return 0;
}

KTEST(watchdog, "a task that sleeps often, or was not started, is not reported")
{
	unsigned patience = hung_task_patience, before = hung_task_reports;
	struct task *waiting = kthread_create(sleep_on, NULL, "not started");
	struct task *task = kthread_create(nap, NULL, "naps");

	set_cpus_allowed(current, cpumask_of(0));
	kthread_bind(task, 0);
	wake_up_process(task);
	hung_task_patience = 16;
	while (READ_ONCE(task->state) != TASK_DEAD)
		sleep_a_tick();
	EXPECT_EQ(hung_task_reports, before);
	hung_task_patience = patience;
	kthread_join(task);
	EXPECT_EQ(kthread_stop(waiting), 0);
	set_cpus_allowed(current, CPUMASK_ALL);
}
