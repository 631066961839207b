/* SPDX-License-Identifier: MIT */
/* The watchdog. See kernel/watchdog.h.
 *
 *	tick of CPU n ──> was the scheduler requested here, and did not run?
 *	             ├──> does CPU n+1 still tick?  no ──> NMI: where is it?
 *	             └──> no other CPU: sets the alarm
 *	alarm, by NMI ──> still no tick?
 *
 * All waits are counted in ticks that this CPU has taken. If the host stops the
 * whole emulator, no ticks are taken, and nothing looks late. But the host may
 * stop one CPU and let another run. */
#include "kernel/watchdog.h"

#include "arch/nmi.h"
#include "arch/smp.h"
#include "arch/traps.h"
#include "kernel/backtrace.h"
#include "kernel/panic.h"
#include "kernel/preempt.h"
#include "kernel/printk.h"
#include "kernel/sched.h"
#include "kernel/timer.h"

/* Ticks between requests to the scheduler on a CPU where no task waits. */
#define ASK_TICKS 256u

/* Ticks between settings of the alarm: several in the time of one alarm, so
 * that one tick may be late. */
#define ALARM_TICKS 4u
STATIC_ASSERT(ALARM_TICKS * 3 * 1000 / HZ < NMI_ALARM_MS);

unsigned watchdog_patience = 10 * HZ;
unsigned watchdog_reports;
unsigned softlockup_patience = 20 * HZ;
unsigned softlockup_reports;

/* What a CPU records of itself, and of the next CPU. */
struct watch {
	unsigned ticks;	  /* its own */
	unsigned ignored; /* in a row, that have found the scheduler wanted */
	unsigned seen;	  /* the next one's, when they last had changed */
	unsigned waited;  /* own ticks since then */
	bool answered;	  /* the next one has, when it was asked */
};

static DEFINE_PER_CPU(struct watch, watches);

/* ---- This CPU ------------------------------------------------------------ */

static void report_task(const struct trap_frame *interrupted)
{
	pr_err("watchdog: task %s has kept CPU %u for %u ms with preemption "
	       "off (count 0x%x)\n",
	       current->name, smp_processor_id(),
	       softlockup_patience * 1000 / HZ,
	       preempt_count() - HARDIRQ_OFFSET);
	if (interrupted)
		backtrace_print(interrupted->eip, interrupted->ebp);
	softlockup_reports++;
}

/* A request to reschedule that was made before this tick is still there only if
 * preemption was off since: the end of an interrupt and preempt_enable() would
 * have called the scheduler, and that takes the request back. If no task waits
 * for the CPU there is no request; then one is made now and then, which changes
 * nothing else. */
static void watch_task(struct watch *mine, const struct trap_frame *interrupted)
{
	if (!(this_cpu_read(preempt_word) & PREEMPT_NO_RESCHED)) {
		if (++mine->ignored == softlockup_patience)
			report_task(interrupted);
		return;
	}
	mine->ignored = 0;
	if (!(mine->ticks % ASK_TICKS) && !cpu_queued(smp_processor_id()))
		this_cpu_and(preempt_word, ~PREEMPT_NO_RESCHED);
}

/* ---- The next CPU -------------------------------------------------------- */

static void report_cpu(unsigned cpu, unsigned ticks)
{
	struct cpu_snapshot snapshot;

	pr_err("watchdog: CPU %u has taken no tick for %u ms\n", cpu,
	       ticks * 1000 / HZ);
	if (!cpu_ask(cpu, &snapshot)) {
		pr_err("watchdog: and does not answer\n");
	} else {
		pr_err("watchdog: it runs task %s\n", snapshot.task);
		backtrace_print(snapshot.eip, snapshot.ebp);
	}
	watchdog_reports++;
}

/* A CPU that its host has stopped looks like one that hangs, until it goes on:
 * then it answers, and soon ticks. So one that has answered is given some ticks
 * more, and one that has not as many again. */
static void suspect(struct watch *mine, unsigned cpu)
{
	unsigned waited = ++mine->waited;
	struct cpu_snapshot unused;

	if (waited == watchdog_patience)
		mine->answered = cpu_ask(cpu, &unused);
	else if (waited == (mine->answered ? watchdog_patience * 5 / 4
					   : watchdog_patience * 2))
		report_cpu(cpu, waited);
}

static void watch_next(struct watch *mine)
{
	unsigned next = (smp_processor_id() + 1) % num_online_cpus();
	unsigned its = READ_ONCE(per_cpu_ptr(&watches, next)->ticks);

	if (its != mine->seen) {
		mine->seen = its;
		mine->waited = 0;
	} else {
		suspect(mine, next);
	}
}

/* ---- The only CPU -------------------------------------------------------- */

/* Counts no bits: each tick asks. */
static bool is_alone(void)
{
	return cpu_online_mask == cpumask_of(0);
}

void watchdog_init(void)
{
	if (is_alone() && !nmi_alarm_start())
		pr_info("watchdog: no NMI from the PIT: a task that keeps "
			"interrupts off is not noticed\n");
}

static void report_alone(const struct trap_frame *interrupted, unsigned ms)
{
	pr_err("watchdog: CPU %u has taken no tick for %u ms; it runs task "
	       "%s\n",
	       smp_processor_id(), ms, current->name);
	backtrace_print(interrupted->eip, interrupted->ebp);
	watchdog_reports++;
}

/* The handler of one alarm sets the next, so a CPU that its host has stopped is
 * charged with one at most. While the console is in use, maybe by what was
 * interrupted, the report waits for the next alarm. */
void watchdog_alarm(const struct trap_frame *interrupted)
{
	static unsigned seen, alarms;
	static bool reported;
	unsigned ticks = this_cpu_ptr(&watches)->ticks;

	if (ticks != seen) {
		seen = ticks;
		alarms = 0;
		reported = false;
		return;
	}
	alarms++;
	if (reported || alarms * NMI_ALARM_MS < watchdog_patience * 1000 / HZ ||
	    console_busy() || panicking())
		return;
	reported = true;
	report_alone(interrupted, alarms * NMI_ALARM_MS);
}

void watchdog_tick(const struct trap_frame *interrupted)
{
	struct watch *mine = this_cpu_ptr(&watches);

	WRITE_ONCE(mine->ticks, mine->ticks + 1);
	watch_task(mine, interrupted);
	if (!is_alone())
		watch_next(mine);
	else if (!(mine->ticks % ALARM_TICKS))
		nmi_alarm_set();
}
