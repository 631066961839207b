/* SPDX-License-Identifier: MIT */
/* Kernel threads: from kthread_create() to kthread_join(). See
 * kernel/kthread.h.
 *
 * The stack of a task that has not run yet, as switch_stacks() wants it:
 *
 *	top  | 0 | 0 | kthread_begin | ebp 0 | ebx | esi | edi |  <- task->esp
 *
 * The zeros are where a caller would have its frame: backtraces end there. */
#include "kernel/kthread.h"

#include <stdarg.h>

#include "kernel/pagefault.h"
#include "kernel/panic.h"
#include "kernel/printk.h"
#include "kernel/string.h"
#include "mm/kmap.h"
#include "mm/slab.h"
#include "mm/vmalloc.h"

/* All tasks that were made and not joined, in the order of their making; and
 * the lock of that list. With interrupts off, so that show_tasks() may be
 * called from anywhere; nothing is locked with it but the console. */
static struct list_head all_tasks = LIST_HEAD_INIT(all_tasks);
static DEFINE_SPINLOCK(all_tasks_lock, RANK_TASKS);
static int next_pid; /* the same lock's */

void task_fill(struct task *task, uint8_t *stack, const char *name)
{
	unsigned long flags;

	memset(task, 0, sizeof(*task));
	task->stack = stack;
	task->allowed = CPUMASK_ALL;
	snprintf(task->name, sizeof(task->name), "%s", name);
	INIT_LIST_HEAD(&task->run_node);
	init_completion(&task->exited);
	spin_lock_irqsave(&all_tasks_lock, flags);
	task->pid = next_pid++;
	list_add_tail(&task->all_node, &all_tasks);
	spin_unlock_irqrestore(&all_tasks_lock, flags);
}

/* What switch_stacks() will find. */
static void fill_stack(struct task *task)
{
	uint32_t *top = (uint32_t *)(task->stack + STACK_SIZE);

	*--top = 0;
	*--top = 0;
	*--top = (uint32_t)kthread_begin;
	top -= 4;
	memset(top, 0, 4 * sizeof(*top));
	task->esp = (uint32_t)top;
}

struct task *kthread_create(int (*run)(void *arg), void *arg, const char *fmt,
			    ...)
{
	struct task *task = kmalloc(sizeof(*task), GFP_KERNEL);
	/* Cleared: what earlier owners left could pass for this task's. And an
	 * emulator that once ran firmware's code from these pages would watch
	 * every store to them until that code is overwritten, a hundred times
	 * slower. */
	uint8_t *stack = vzalloc(STACK_SIZE);
	char name[TASK_NAME_MAX];
	va_list args;

	if (!task || !stack) {
		kfree(task);
		vfree(stack);
		return ERR_PTR(-ENOMEM);
	}
	va_start(args, fmt);
	vsnprintf(name, sizeof(name), fmt, args);
	va_end(args);
	task_fill(task, stack, name);
	fill_stack(task);
	task->state = TASK_UNINTERRUPTIBLE;
	task->run = run;
	task->arg = arg;
	task->cpu = smp_processor_id();
	return task;
}

void kthread_bind(struct task *task, unsigned cpu)
{
	BUG_ON(task->switches);
	task->allowed = cpumask_of(cpu);
	task->cpu = cpu;
}

void task_exit(void)
{
	if (current->held_mutexes)
		panic("task %s exits with mutex %s locked", current->name,
		      current->held_mutex[0]->name);
	kmap_local_assert_none("exits");
	/* The word is the CPU's: whoever runs next would inherit what this
	 * task has left in it. */
	if (in_atomic())
		panic("task %s exits %s (preemption count 0x%x): does it hold "
		      "a spinlock, or is a preempt_enable() missing?",
		      current->name, atomic_reason(), preempt_count());
	do_task_dead();
}

/* Panics if `task` is none, or none any more: its memory may be another's. */
static void check_joinable(const char *api, const struct task *task,
			   const void *caller)
{
	const struct task *each;
	bool found = false;
	unsigned long flags;

	spin_lock_irqsave(&all_tasks_lock, flags);
	list_for_each_entry(each, &all_tasks, all_node)
		found |= each == task;
	spin_unlock_irqrestore(&all_tasks_lock, flags);
	if (!found)
		panic("%s: %p, given at %pS, is no task: was it joined before? "
		      "One kthread_join() or kthread_stop() frees it",
		      api, (const void *)task, caller);
}

static int join(struct task *task)
{
	unsigned long flags;
	int result;

	wait_for_completion(&task->exited);
	result = task->result;
	spin_lock_irqsave(&all_tasks_lock, flags);
	list_del_init(&task->all_node);
	spin_unlock_irqrestore(&all_tasks_lock, flags);
	vfree(task->stack);
	kfree(task);
	return result;
}

int kthread_join(struct task *task)
{
	check_joinable(__func__, task, __builtin_return_address(0));
	return join(task);
}

int kthread_stop(struct task *task)
{
	check_joinable(__func__, task, __builtin_return_address(0));
	WRITE_ONCE(task->should_stop, true);
	wake_up_process(task);
	return join(task);
}

bool kthread_should_stop(void)
{
	return READ_ONCE(current->should_stop);
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

/* Of a task whose record may be damaged. */
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
