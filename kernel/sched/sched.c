/* SPDX-License-Identifier: MIT */
/* The scheduler of a CPU: which task is next, and the switch to it.
 *
 *	schedule() ──> lock the queue ──> pick ──> switch stacks ──┐
 *	                                                            │ as another
 *	... <── unlock the queue <── what became of the old task? <─┘ task
 *
 * The old task takes the queue's lock and the new one releases it, so that code
 * with the lock never sees a task in the middle of a switch: see
 * kernel/sched/run_queue.h.
 *
 * At the switch the preemption word is 2 for all tasks: one for the scheduler
 * and one for the lock. */
#include "kernel/sched.h"

#include "arch/clock.h"
#include "arch/sections.h"
#include "arch/tlb.h"
#include "kernel/panic.h"
#include "run_queue.h"

/* Ticks between looks at other CPUs' queues, at least, while this CPU works. */
#define BALANCE_TICKS 16

DEFINE_PER_CPU(struct task *, current_task);

struct task main_task = {
	.stack = boot_stack.stack,
	.name = "main",
};

/* arch/i386/cpu/switch.asm: saves the registers that a call must preserve on
 * this stack, and the stack pointer in `*esp`. Then restores those of the stack
 * at `next_esp`. */
void switch_stacks(uint32_t *esp, uint32_t next_esp);

/* ---- The switch ---------------------------------------------------------- */

/* Finishes the switch for the task that was switched from, which has left its
 * stack only now. */
static void finish_switch(void)
{
	struct run_queue *rq = this_cpu_ptr(&run_queues);
	struct task *prev = rq->prev, *stray = rq->stray;
	bool dead = prev->state == TASK_DEAD;

	rq->stray = NULL;
	if (stray)
		stray->cpu = choose_cpu(stray);
	spin_unlock(&rq->lock);
	if (stray)
		queue_task(stray);
	if (dead)
		task_ended(prev);
}

void schedule_tail(void)
{
	finish_switch();
	local_irq_enable();
	preempt_enable();
}

static void switch_to(struct run_queue *rq, struct task *prev,
		      struct task *next)
{
	rq->running = next;
	rq->prev = prev;
	next->switches++;
	this_cpu_write(current_task, next);
	kmap_switch(&prev->kmap, &next->kmap);
	switch_stacks(&prev->esp, next->esp);
	/* Continues here later, perhaps on another CPU. */
	finish_switch();
}

/* ---- Choosing ------------------------------------------------------------ */

/* Queues a task that can go on again; or, if it may not run on this CPU any
 * more, puts it aside as `stray`. */
static void put_back(struct run_queue *rq, struct task *prev)
{
	if (likely(may_run(prev, smp_processor_id())))
		rq_add(rq, prev);
	else
		rq->stray = prev;
}

/* Takes the first task out of the queue. If the queue is empty, `prev` goes on
 * if it may, else the idle task runs. The new slice is given here and not when
 * the task is queued: a task that is moved to another queue before its turn
 * waits at the end of that queue as well. */
static struct task *pick(struct run_queue *rq, struct task *prev, bool goes_on)
{
	struct task *next = rq->idle;

	if (!list_empty(&rq->queue)) {
		next = list_first_entry(&rq->queue, struct task, run_node);
		rq_remove(rq, next);
	} else if (goes_on && may_run(prev, smp_processor_id())) {
		next = prev;
	}
	if (!next->slice)
		next->slice = SLICE_TICKS;
	return next;
}

/* Gives the CPU to the next task. Interrupts are off, the preemption word is 1.
 * A preempted task stays runnable, even if it was about to sleep: it has not
 * called schedule() yet. */
static void reschedule(bool preempted)
{
	struct run_queue *rq = this_cpu_ptr(&run_queues);
	struct task *prev = current, *next;
	bool goes_on;

	spin_lock(&rq->lock);
	this_cpu_or(preempt_word, PREEMPT_NO_RESCHED);
	goes_on =
		prev != rq->idle && (preempted || prev->state == TASK_RUNNING);
	prev->runnable = goes_on;
	next = pick(rq, prev, goes_on);
	if (next == prev) {
		spin_unlock(&rq->lock);
		return;
	}
	if (goes_on)
		put_back(rq, prev);
	switch_to(rq, prev, next);
}

/* Panics: the caller may not sleep. */
static void panic_unable(void) __noreturn __cold;
static void panic_unable(void)
{
	panic("schedule: called %s (preemption count 0x%x): sleeping is "
	      "forbidden there",
	      atomic_reason(), preempt_count());
}

void schedule(void)
{
	might_sleep();
	if (unlikely(in_atomic() || irqs_disabled()))
		panic_unable();
	preempt_disable();
	local_irq_disable();
	reschedule(false);
	local_irq_enable();
	preempt_enable();
}

/* From the store to the switch nothing may preempt this task, because the
 * switch away from a dead task frees its stack. The store is made with the lock
 * held: a CPU that found the task asleep a moment ago has finished its wake-up
 * by then, and cannot make a dead task runnable. */
void do_task_dead(void)
{
	struct run_queue *rq;

	preempt_disable();
	local_irq_disable();
	rq = this_cpu_ptr(&run_queues);
	spin_lock(&rq->lock);
	current->state = TASK_DEAD;
	spin_unlock(&rq->lock);
	reschedule(false);
	BUG();
}

void yield(void)
{
	current->slice = 0;
	schedule();
}

void preempt_schedule_irq(void)
{
	do {
		preempt_disable();
		reschedule(true);
		preempt_enable_no_resched();
	} while (!this_cpu_read(preempt_word));
}

void preempt_schedule(void)
{
	/* If interrupts are off, the next interrupt will preempt. */
	if (irqs_disabled())
		return;
	local_irq_disable();
	if (!this_cpu_read(preempt_word))
		preempt_schedule_irq();
	local_irq_enable();
}

/* ---- Time ---------------------------------------------------------------- */

/* Whether it is time to pull a task from a longer queue. A difference of one
 * task is enough: otherwise three tasks on two CPUs would get 50, 50 and 100 %.
 * The interval varies. With a fixed one the queue would be in the same state at
 * each look, and the same task would be moved each time. */
static bool is_time_to_balance(struct run_queue *rq)
{
	if (rq->balance_in--)
		return false;
	rq->balance_in = BALANCE_TICKS +
			 (unsigned)((uint32_t)jiffies * 2654435761u >> 28);
	return true;
}

void scheduler_tick(void)
{
	struct run_queue *rq = this_cpu_ptr(&run_queues);
	struct task *task = current;

	task->ticks++;
	if (task == rq->idle)
		return;
	if (task->slice)
		task->slice--;
	if (!task->slice && rq->queued)
		this_cpu_and(preempt_word, ~PREEMPT_NO_RESCHED);
	if (is_time_to_balance(rq))
		pull_task();
}

/* ---- Nothing to do ------------------------------------------------------- */

extern const idle_work_t idle_works_start[], idle_works_end[];

/* Does a part of the first idle work that is pending, or returns false. */
static bool do_idle_work(void)
{
	for (const idle_work_t *work = idle_works_start; work < idle_works_end;
	     work++)
		if ((*work)())
			return true;
	return false;
}

/* Whether a CPU without a task has work: a task in another CPU's queue, a tick
 * that no interrupt brings, idle work. */
static bool found_work(void)
{
	return pull_task() ||
	       !(this_cpu_read(preempt_word) & PREEMPT_NO_RESCHED) ||
	       clock_poll() || do_idle_work();
}

/* Waits for an interrupt, unless there is work. An interrupt handler makes the
 * CPU do its missed flushes first. An NMI and a vector without a handler end
 * the halt as well and do not do so; therefore the idle task repeats it here.
 * Interrupts are off meanwhile: a handler that ran after the CPU stopped being
 * lazy, and before the flush, would take it for a CPU without missed
 * flushes. */
static void halt(void)
{
	local_irq_disable();
	if (found_work()) {
		local_irq_enable();
		return;
	}
	tlb_enter_lazy();
	local_irq_enable_and_halt();
	local_irq_disable();
	tlb_leave_lazy();
	local_irq_enable();
}

void cpu_idle(void)
{
	for (;;) {
		halt();
		if (need_resched())
			schedule();
	}
}

/* ---- The beginning ------------------------------------------------------- */

void sched_prepare(unsigned cpu)
{
	run_queue_init(cpu);
	timers_init(cpu);
}

void sched_start(struct task *task, struct task *idle)
{
	struct run_queue *rq = this_cpu_ptr(&run_queues);

	task->cpu = smp_processor_id();
	task->runnable = true;
	rq->idle = idle;
	rq->running = task;
	this_cpu_write(current_task, task);
}
