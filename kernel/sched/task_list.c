/* SPDX-License-Identifier: MIT */
/* The list of all tasks. See kernel/task_list.h. */
#include "kernel/task_list.h"

#include "kernel/compiler.h"
#include "kernel/panic.h"
#include "kernel/printk.h"
#include "kernel/spinlock.h"
#include "kernel/string.h"

/* All tasks that were made and not joined, in the order of their making; and
 * the lock of that list. Taken with interrupts off, so that show_tasks() may be
 * called in any context; only the console's lock is taken while it is held. */
static struct list_head all_tasks = LIST_HEAD_INIT(all_tasks);
static DEFINE_SPINLOCK(all_tasks_lock, RANK_TASKS);
static int next_pid; /* the same lock's */

void task_fill(struct task *task, uint8_t *stack, const char *name)
{
	unsigned long flags;

	memset(task, 0, sizeof(*task));
	task->stack = stack;
	task->allowed = CPUMASK_ALL;
	kmap_task_init(&task->kmap);
	snprintf(task->name, sizeof(task->name), "%s", name);
	INIT_LIST_HEAD(&task->run_node);
	spin_lock_irqsave(&all_tasks_lock, flags);
	task->pid = next_pid++;
	list_add_tail(&task->all_node, &all_tasks);
	spin_unlock_irqrestore(&all_tasks_lock, flags);
}

void task_unlist(struct task *task)
{
	unsigned long flags;

	spin_lock_irqsave(&all_tasks_lock, flags);
	list_del_init(&task->all_node);
	spin_unlock_irqrestore(&all_tasks_lock, flags);
}

bool task_is_listed(const struct task *task)
{
	const struct task *each;
	bool found = false;
	unsigned long flags;

	spin_lock_irqsave(&all_tasks_lock, flags);
	list_for_each_entry(each, &all_tasks, all_node)
		found |= each == task;
	spin_unlock_irqrestore(&all_tasks_lock, flags);
	return found;
}

void panic_no_task(const char *api, const struct task *task, const void *caller)
{
	panic("%s: %p, given at %pS, is no task: was it joined before? One "
	      "kthread_join() or kthread_stop() frees it",
	      api, (const void *)task, caller);
}

void for_each_task(void (*visit)(struct task *task))
{
	struct task *task;
	unsigned long flags;

	spin_lock_irqsave(&all_tasks_lock, flags);
	list_for_each_entry(task, &all_tasks, all_node)
		visit(task);
	spin_unlock_irqrestore(&all_tasks_lock, flags);
}

/* The name of a state, which may be damaged. */
static const char *state_name(unsigned state)
{
	static const char *const names[] = {"runs", "sleeps", "dead"};

	return state < ARRAY_SIZE(names) ? names[state] : "?";
}

static void show_task(struct task *task)
{
	pr_info("task %-*s %-6s on CPU %u, %lu ticks, %lu switches\n",
		TASK_NAME_MAX, task->name, state_name(task->state), task->cpu,
		task->ticks, task->switches);
}

void show_tasks(void)
{
	for_each_task(show_task);
}
