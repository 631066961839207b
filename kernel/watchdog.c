/* SPDX-License-Identifier: MIT */
/* The watchdog. See kernel/watchdog.h.
 *
 *	tick of CPU n ──> is the scheduler wanted here, and does not come?
 *	             └──> does CPU n+1 still tick?  no ──> NMI: where is it?
 *
 * All waits are counted in ticks that this CPU has taken. A host that does
 * something else takes the ticks along with the rest, so its absence counts
 * for nothing; but it may take one CPU's and leave another's. */
#include "kernel/watchdog.h"

#include "arch/nmi.h"
#include "arch/smp.h"
#include "arch/traps.h"
#include "kernel/backtrace.h"
#include "kernel/preempt.h"
#include "kernel/printk.h"
#include "kernel/sched.h"
#include "kernel/timer.h"

/* How often the scheduler is asked for on a CPU where no task waits. */
#define ASK_TICKS 256u

unsigned watchdog_patience = 10 * HZ;
unsigned watchdog_reports;
unsigned softlockup_patience = 20 * HZ;
unsigned softlockup_reports;

/* What a CPU knows of itself, and of the next. */
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
	} else if (next != smp_processor_id()) {
		suspect(mine, next);
	}
}

void watchdog_tick(const struct trap_frame *interrupted)
{
	struct watch *mine = this_cpu_ptr(&watches);

	WRITE_ONCE(mine->ticks, mine->ticks + 1);
	watch_task(mine, interrupted);
	watch_next(mine);
}
