/* SPDX-License-Identifier: MIT */
/* Timers: for each CPU a list, sorted by when they fire. The tick looks at the
 * first. See kernel/timer.h. */
#include "kernel/timer.h"

#include "arch/cpu.h"
#include "arch/smp.h"
#include "arch/tlb.h"
#include "kernel/panic.h"
#include "kernel/sched.h"
#include "kernel/spinlock.h"
#include "mm/kmap_task.h"

struct timer_queue {
	spinlock_t lock; /* interrupts off */
	struct list_head timers;
	struct timer *firing; /* what timers_tick() has called, or NULL */
};

static DEFINE_PER_CPU(struct timer_queue, timer_queues);

volatile unsigned long jiffies;

void timers_init(unsigned cpu)
{
	struct timer_queue *queue = per_cpu_ptr(&timer_queues, cpu);

	spin_lock_init_ranked(&queue->lock, "timers", RANK_TIMER);
	INIT_LIST_HEAD(&queue->timers);
}

/* Whether tick `a` comes after `b`. */
static bool after(unsigned long a, unsigned long b)
{
	return (long)(a - b) > 0;
}

/* Puts the timer behind all that fire no later. */
static void insert(struct timer_queue *queue, struct timer *timer)
{
	struct list_head *node = queue->timers.prev;

	while (node != &queue->timers &&
	       after(list_entry(node, struct timer, node)->expires,
		     timer->expires))
		node = node->prev;
	list_add(&timer->node, node);
}

void timer_add(struct timer *timer)
{
	struct timer_queue *queue;
	unsigned long flags;

	BUG_ON(timer_pending(timer));
	local_irq_save(flags);
	timer->cpu = smp_processor_id();
	queue = this_cpu_ptr(&timer_queues);
	spin_lock(&queue->lock);
	insert(queue, timer);
	spin_unlock_irqrestore(&queue->lock, flags);
}

/* Removes the timer from its queue, which is locked; true if it was there. */
static bool take_out(struct timer *timer)
{
	bool waits = timer_pending(timer);

	if (waits)
		list_del_init(&timer->node);
	return waits;
}

bool timer_mod(struct timer *timer, unsigned long expires)
{
	struct timer_queue *queue = per_cpu_ptr(&timer_queues, timer->cpu);
	unsigned long flags;
	bool waited;

	spin_lock_irqsave(&queue->lock, flags);
	waited = take_out(timer);
	timer->expires = expires;
	insert(queue, timer);
	spin_unlock_irqrestore(&queue->lock, flags);
	return waited;
}

/* Removes the timer, and sets `*firing` if its function runs at this moment. */
static bool del(struct timer *timer, bool *firing)
{
	struct timer_queue *queue = per_cpu_ptr(&timer_queues, timer->cpu);
	unsigned long flags;
	bool waited;

	spin_lock_irqsave(&queue->lock, flags);
	waited = take_out(timer);
	*firing = queue->firing == timer;
	spin_unlock_irqrestore(&queue->lock, flags);
	return waited;
}

bool timer_del_async(struct timer *timer)
{
	bool firing;

	return del(timer, &firing);
}

/* While this CPU waits, the timer may set itself again, and another CPU may
 * request a TLB flush. */
bool timer_del(struct timer *timer)
{
	bool firing, waited = del(timer, &firing);

	while (firing) {
		cpu_relax();
		flush_tlb_serve();
		waited |= del(timer, &firing);
	}
	return waited;
}

/* Calls the timer's function, which may free the timer. Panics if the function
 * leaves a lock or mapping behind: otherwise the handler of the tick would be
 * blamed. */
static void call_timer(struct timer *timer)
{
	unsigned local = kmap_local_slots(), atomic = kmap_atomic_slots();
	const void *call = (const void *)timer->fire;
	unsigned count = preempt_count();

	timer->fire(timer);
	if (unlikely(kmap_local_slots() != local ||
		     kmap_atomic_slots() != atomic))
		panic("the timer %pS leaves mappings, the last in the list "
		      "below. Unmap what was mapped",
		      call);
	if (unlikely(preempt_count() != count))
		panic("the timer %pS leaves preemption off: does it hold a "
		      "spinlock, or is a preempt_enable() missing?",
		      call);
}

static void fire(struct timer_queue *queue, struct timer *timer)
{
	list_del_init(&timer->node);
	queue->firing = timer;
	spin_unlock(&queue->lock);
	call_timer(timer);
	spin_lock(&queue->lock);
	queue->firing = NULL;
}

/* Moves the timers that are due to the list `due`, where they are still pending
 * and can be deleted. */
static void take_due(struct timer_queue *queue, struct list_head *due)
{
	struct list_head *last = &queue->timers;
	struct timer *timer;

	list_for_each_entry(timer, &queue->timers, node) {
		if (after(timer->expires, jiffies))
			break;
		last = &timer->node;
	}
	list_cut_position(due, &queue->timers, last);
}

/* A timer that sets itself again for the present tick is called at the next
 * one; otherwise this tick might never end. */
void timers_tick(void)
{
	struct timer_queue *queue = this_cpu_ptr(&timer_queues);
	LIST_HEAD(due);

	spin_lock(&queue->lock);
	take_due(queue, &due);
	while (!list_empty(&due))
		fire(queue, list_first_entry(&due, struct timer, node));
	spin_unlock(&queue->lock);
}

/* A task that sleeps, and the timer that ends it. */
struct sleeper {
	struct timer timer;
	struct task *task;
};

static void wake_sleeper(struct timer *timer)
{
	wake_up_process(container_of(timer, struct sleeper, timer)->task);
}

unsigned long schedule_timeout(unsigned long ticks)
{
	struct sleeper sleeper = {
		.timer = {.fire = wake_sleeper},
		.task = current,
	};
	long left;

	if (ticks == MAX_SCHEDULE_TIMEOUT) {
		schedule();
		return ticks;
	}
	sleeper.timer.expires = jiffies + min(ticks, TICKS_MAX);
	timer_add(&sleeper.timer);
	schedule();
	timer_del(&sleeper.timer);
	left = (long)(sleeper.timer.expires - jiffies);
	return left > 0 ? (unsigned long)left : 0;
}

void msleep(unsigned ms)
{
	/* One more, because a part of the present tick is over. */
	unsigned long left = msecs_to_jiffies(ms) + 1;

	while (left) {
		set_current_state(TASK_UNINTERRUPTIBLE);
		left = schedule_timeout(left);
	}
}
