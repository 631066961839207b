/* SPDX-License-Identifier: MIT */
/* Which CPU a task waits on: choosing, moving, balancing. What a CPU does with
 * its own queue is in kernel/sched/sched.c.
 *
 * To move a task, a CPU removes it from one queue, under that queue's lock,
 * writes task->cpu, and adds it to the other queue, under the other's lock. In
 * between the task is in flight, and runs nowhere. No CPU holds two of these
 * locks at once. */
#include "run_queue.h"

#include "arch/ipi.h"
#include "kernel/errno.h"
#include "kernel/panic.h"
#include "kernel/task_list.h"

DEFINE_PER_CPU(struct run_queue, run_queues);

void run_queue_init(unsigned cpu)
{
	struct run_queue *rq = cpu_rq(cpu);

	spin_lock_init_ranked(&rq->lock, "run queue", RANK_RUNQUEUE);
	INIT_LIST_HEAD(&rq->queue);
	rq->last_first = &rq->queue;
}

struct run_queue *lock_task(struct task *task, unsigned long *flags)
{
	for (;;) {
		unsigned cpu = READ_ONCE(task->cpu);
		struct run_queue *rq = cpu_rq(cpu);

		spin_lock_irqsave(&rq->lock, *flags);
		if (task->cpu == cpu)
			return rq;
		spin_unlock_irqrestore(&rq->lock, *flags);
	}
}

void rq_add(struct run_queue *rq, struct task *task)
{
	lockdep_assert_held(&rq->lock);
	ASSERT(!task->queued);
	task->queued = true;
	rq->queued++;
	if (task->slice) {
		list_add(&task->run_node, rq->last_first);
		rq->last_first = &task->run_node;
		return;
	}
	list_add_tail(&task->run_node, &rq->queue);
}

void rq_remove(struct run_queue *rq, struct task *task)
{
	lockdep_assert_held(&rq->lock);
	ASSERT(task->queued && rq->queued);
	task->queued = false;
	rq->queued--;
	if (rq->last_first == &task->run_node)
		rq->last_first = task->run_node.prev;
	list_del_init(&task->run_node);
}

void resched_cpu(unsigned cpu)
{
	if (cpu == smp_processor_id())
		this_cpu_and(preempt_word, ~PREEMPT_NO_RESCHED);
	else
		smp_send_reschedule(cpu);
}

bool may_run(const struct task *task, unsigned cpu)
{
	if (task->migrate_disabled)
		return cpu == task->cpu;
	return task->allowed & cpu_online_mask & cpumask_of(cpu);
}

/* Whether the CPU seems idle; read without its lock. */
static bool is_idle(unsigned cpu)
{
	const struct run_queue *rq = cpu_rq(cpu);

	return READ_ONCE(rq->running) == rq->idle && !READ_ONCE(rq->queued);
}

unsigned choose_cpu(const struct task *task)
{
	cpumask_t mask = task->allowed & cpu_online_mask;
	unsigned shortest;

	if (unlikely(!mask))
		panic("sched: task %s may run on no CPU that is there: it was "
		      "bound to CPU %d",
		      task->name, __builtin_ctzl(task->allowed));
	shortest = (unsigned)__builtin_ctzl(mask);
	if (may_run(task, task->cpu) &&
	    (task->migrate_disabled || is_idle(task->cpu)))
		return task->cpu;
	for_each_cpu(cpu, mask) {
		if (is_idle(cpu))
			return cpu;
		if (cpu_queued(cpu) < cpu_queued(shortest))
			shortest = cpu;
	}
	return may_run(task, task->cpu) ? task->cpu : shortest;
}

void queue_task(struct task *task)
{
	for (;;) {
		unsigned cpu = task->cpu; /* nobody else writes it */
		struct run_queue *rq = cpu_rq(cpu);
		bool fits;

		spin_lock(&rq->lock);
		fits = may_run(task, cpu);
		if (fits)
			rq_add(rq, task);
		else
			task->cpu = choose_cpu(task);
		spin_unlock(&rq->lock);
		if (fits) {
			resched_cpu(cpu);
			return;
		}
	}
}

/* CHECK=1: panics if `task` has the words of none, as memory that was freed. */
static void check_task(const char *api, const struct task *task,
		       const void *caller)
{
	if (READ_ONCE(task->state) > TASK_DEAD || task->cpu >= NR_CPUS)
		panic_no_task(api, task, caller);
}

bool wake_up_process(struct task *task)
{
	unsigned long flags;
	struct run_queue *rq;
	bool sleeps;

	if (CHECK)
		check_task(__func__, task, __builtin_return_address(0));
	rq = lock_task(task, &flags);
	sleeps = task->state == TASK_UNINTERRUPTIBLE;
	if (sleeps)
		task->state = TASK_RUNNING;
	if (!sleeps || task->runnable) {
		spin_unlock_irqrestore(&rq->lock, flags);
		return sleeps;
	}
	task->runnable = true;
	task->cpu = choose_cpu(task);
	if (cpu_rq(task->cpu) == rq) {
		rq_add(rq, task);
		resched_cpu(task->cpu);
		spin_unlock_irqrestore(&rq->lock, flags);
		return true;
	}
	spin_unlock_in_section(&rq->lock);
	queue_task(task);
	local_irq_restore(flags);
	preempt_enable();
	return true;
}

int set_cpus_allowed(struct task *task, cpumask_t allowed)
{
	unsigned long flags;
	struct run_queue *rq;
	bool move;

	if (!(allowed & cpu_online_mask))
		return -EINVAL;
	if (CHECK)
		check_task(__func__, task, __builtin_return_address(0));
	rq = lock_task(task, &flags);
	task->allowed = allowed;
	if (rq->running == task && !(allowed & cpumask_of(task->cpu))) {
		/* It moves when it has left its stack. If it may not leave this
		 * CPU now, it moves in migrate_enable(). */
		resched_cpu(task->cpu);
		spin_unlock_irqrestore(&rq->lock, flags);
		return 0;
	}
	move = task->queued && !may_run(task, task->cpu);
	if (move) {
		rq_remove(rq, task);
		task->cpu = choose_cpu(task);
	}
	spin_unlock_in_section(&rq->lock);
	if (move)
		queue_task(task);
	local_irq_restore(flags);
	preempt_enable();
	return 0;
}

void migrate_disable(void)
{
	WRITE_ONCE(current->migrate_disabled, current->migrate_disabled + 1);
	barrier();
}

void migrate_enable(void)
{
	struct task *task = current;

	barrier();
	WRITE_ONCE(task->migrate_disabled, task->migrate_disabled - 1);
	barrier();
	/* Moves the task if set_cpus_allowed() could not do so before. A later
	 * set_cpus_allowed() interrupts this CPU. */
	if (unlikely(!may_run(task, smp_processor_id()))) {
		preempt_disable();
		resched_cpu(smp_processor_id());
		preempt_enable();
	}
}

/* The CPU with the most tasks waiting. */
static unsigned busiest_cpu(void)
{
	unsigned busiest = smp_processor_id();

	for_each_cpu(cpu, cpu_online_mask)
		if (cpu_queued(cpu) > cpu_queued(busiest))
			busiest = cpu;
	return busiest;
}

/* The task that has waited least in a queue, among those that may run here. */
static struct task *find_movable(struct run_queue *rq, unsigned here)
{
	for (struct list_head *node = rq->queue.prev; node != &rq->queue;
	     node = node->prev) {
		struct task *task = list_entry(node, struct task, run_node);

		if (may_run(task, here))
			return task;
	}
	return NULL;
}

bool pull_task(void)
{
	unsigned here = smp_processor_id(), from = busiest_cpu();
	struct run_queue *rq = cpu_rq(from);
	struct task *task;

	if (cpu_queued(from) <= cpu_queued(here))
		return false;
	spin_lock(&rq->lock);
	task = find_movable(rq, here);
	if (task) {
		rq_remove(rq, task);
		task->cpu = here;
	}
	spin_unlock_in_section(&rq->lock);
	if (task)
		queue_task(task);
	preempt_enable();
	return task;
}

struct task *cpu_current(unsigned cpu)
{
	return READ_ONCE(cpu_rq(cpu)->running);
}

unsigned cpu_queued(unsigned cpu)
{
	return READ_ONCE(cpu_rq(cpu)->queued);
}
