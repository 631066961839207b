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

#include "arch/sections.h"
#include "kernel/completion.h"
#include "kernel/panic.h"
#include "kernel/printk.h"
#include "kernel/sched.h"
#include "kernel/string.h"
#include "kernel/task_list.h"
#include "mm/kmap.h"
#include "mm/slab.h"
#include "mm/vmalloc.h"

/* A thread: its task, and the completion on which kthread_join() waits. */
struct kthread {
	struct task task;
	struct completion exited;
};

static struct kthread *to_kthread(struct task *task)
{
	return container_of(task, struct kthread, task);
}

void kthread_begin(void)
{
	struct task *task = current;

	schedule_tail();
	task->result = task->run(task->arg);
	task_exit();
}

void task_ended(struct task *task)
{
	complete(&to_kthread(task)->exited);
}

/* Fills the new stack with what switch_stacks() will pop. */
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
	struct kthread *thread = kmalloc(sizeof(*thread), GFP_KERNEL);
	struct task *task = &thread->task;
	/* Cleared, because data of earlier owners could be taken for
		 * this task's. And if an emulator has run firmware code from
		 * these pages, it checks every store to them, a hundred times
		 * slower, until that code is overwritten. */
	uint8_t *stack = vzalloc(STACK_SIZE);
	char name[TASK_NAME_MAX];
	va_list args;

	if (!thread || !stack) {
		kfree(thread);
		vfree(stack);
		return ERR_PTR(-ENOMEM);
	}
	va_start(args, fmt);
	vsnprintf(name, sizeof(name), fmt, args);
	va_end(args);
	task_fill(task, stack, name);
	init_completion(&thread->exited);
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
	/* The preemption word belongs to the CPU: the next task would inherit
	 * the count that this task has left in it. */
	if (in_atomic())
		panic("task %s exits %s (preemption count 0x%x): does it hold "
		      "a spinlock, or is a preempt_enable() missing?",
		      current->name, atomic_reason(), preempt_count());
	do_task_dead();
}

/* Panics if `task` is no task, or was joined before: its memory may be in use
 * for other data. */
static void check_joinable(const char *api, const struct task *task,
			   const void *caller)
{
	if (!task_is_listed(task))
		panic_no_task(api, task, caller);
}

static int join(struct task *task)
{
	int result;

	wait_for_completion(&to_kthread(task)->exited);
	result = task->result;
	task_unlist(task);
	kmap_task_free(&task->kmap);
	vfree(task->stack);
	kfree(to_kthread(task));
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

/* ---- The first tasks ----------------------------------------------------- */

/* The function of idle tasks; of those that a CPU starts with it is never
 * called. */
static int idle_thread(void *unused)
{
	(void)unused;
	cpu_idle();
}

struct task *kthread_make_idle(unsigned cpu)
{
	struct task *idle = kthread_create(idle_thread, NULL, "idle/%u", cpu);

	if (IS_ERR(idle))
		return NULL;
	kthread_bind(idle, cpu);
	idle->state = TASK_RUNNING;
	return idle;
}

void kthread_init(void)
{
	struct task *idle;

	sched_prepare(0);
	task_fill(&main_task, boot_stack.stack, "main");
	idle = kthread_make_idle(0);
	if (!idle)
		panic("Too little memory: no stack for the first idle task");
	sched_start(&main_task, idle);
}
