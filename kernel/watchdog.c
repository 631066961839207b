/* SPDX-License-Identifier: MIT */
/* The watchdog. See kernel/watchdog.h. */
#include "kernel/watchdog.h"

#include "arch/nmi.h"
#include "arch/smp.h"
#include "kernel/backtrace.h"
#include "kernel/printk.h"
#include "kernel/timer.h"

unsigned watchdog_patience = 10 * HZ;
unsigned watchdog_reports;

/* What a CPU knows of itself, and of the next. */
struct watch {
	unsigned ticks;	 /* its own */
	unsigned seen;	 /* the next one's, when they last had changed */
	unsigned waited; /* own ticks since then */
};

static DEFINE_PER_CPU(struct watch, watches);

static void report(unsigned cpu)
{
	struct cpu_snapshot snapshot;

	pr_err("watchdog: CPU %u has taken no tick for %u ms\n", cpu,
	       watchdog_patience * 1000 / HZ);
	if (!cpu_ask(cpu, &snapshot)) {
		pr_err("watchdog: and does not answer\n");
	} else {
		pr_err("watchdog: it runs task %s\n", snapshot.task);
		backtrace_print(snapshot.eip, snapshot.ebp);
	}
	watchdog_reports++;
}

void watchdog_tick(void)
{
	struct watch *mine = this_cpu_ptr(&watches);
	unsigned next = (smp_processor_id() + 1) % num_online_cpus();
	unsigned its = READ_ONCE(per_cpu_ptr(&watches, next)->ticks);

	WRITE_ONCE(mine->ticks, mine->ticks + 1);
	if (its != mine->seen) {
		mine->seen = its;
		mine->waited = 0;
	} else if (next != smp_processor_id() &&
		   ++mine->waited == watchdog_patience) {
		report(next);
	}
}
