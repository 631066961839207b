/* SPDX-License-Identifier: MIT */
/* Hung tasks: tasks that sleep and are not woken. See hung_task.h. */
#include "hung_task.h"

#include "kernel/backtrace.h"
#include "kernel/printk.h"
#include "kernel/task_list.h"
#include "kernel/timer.h"

/* How often a task is checked in the time after which it is reported. */
#define LOOKS 8

unsigned hung_task_patience = 120 * HZ;
unsigned hung_task_reports;

/* The stack of a task that does not run, as switch_stacks() leaves it. */
struct switched_stack {
	uint32_t edi, esi, ebx, ebp, eip;
};

static void report_task(const struct task *task)
{
	const struct switched_stack *stack = (const void *)task->esp;

	pr_err("watchdog: task %s has slept for %lu s and was not woken\n",
	       task->name, (jiffies - task->sleep.since) / HZ);
	backtrace_print(stack->eip, stack->ebp);
	hung_task_reports++;
}

/* Whether a task that has begun sleeps. */
static bool sleeps(const struct task *task)
{
	return READ_ONCE(task->state) == TASK_UNINTERRUPTIBLE &&
	       !READ_ONCE(task->runnable) && (!task->run || task->switches);
}

/* If a task has run since the last check, its sleep is a new one. */
static void look(struct task *task)
{
	struct task_sleep *sleep = &task->sleep;

	if (!sleeps(task) || task->switches != sleep->switches) {
		*sleep = (struct task_sleep){
			.switches = task->switches,
			.since = jiffies,
		};
	} else if (!sleep->reported &&
		   jiffies - sleep->since >= hung_task_patience) {
		sleep->reported = true;
		report_task(task);
	}
}

void hung_task_tick(void)
{
	if (!(jiffies % (hung_task_patience / LOOKS)))
		for_each_task(look);
}
