/* SPDX-License-Identifier: MIT */
/* Hung tasks: those that sleep and are never woken. See hung_task.h. */
#include "hung_task.h"

#include "kernel/backtrace.h"
#include "kernel/printk.h"
#include "kernel/task_list.h"
#include "kernel/timer.h"

/* How often tasks are looked at in the time that they are given. */
#define LOOKS 8

unsigned hung_task_patience = 120 * HZ;
unsigned hung_task_reports;

/* What switch_stacks() leaves on the stack of a task that does not run. */
struct switched_stack {
	uint32_t edi, esi, ebx, ebp, eip;
};

static void report(const struct task *task)
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

/* A task that was given a CPU since the last look has slept anew. */
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
		report(task);
	}
}

void hung_task_tick(void)
{
	if (!(jiffies % (hung_task_patience / LOOKS)))
		for_each_task(look);
}
