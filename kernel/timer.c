/* SPDX-License-Identifier: MIT */
/* Timers: for each CPU a list, sorted by when they fire. The tick looks at the
 * first. See kernel/timer.h. */
#include "kernel/timer.h"

#include "arch/smp.h"
#include "kernel/sched.h"
#include "kernel/spinlock.h"

struct timer_list {
	spinlock_t lock; /* interrupts off */
	struct list_head timers;
};

static DEFINE_PER_CPU(struct timer_list, timer_lists);

volatile unsigned long jiffies;

void timers_init(unsigned cpu)
{
	struct timer_list *list = per_cpu_ptr(&timer_lists, cpu);

	spin_lock_init(&list->lock, "timers", RANK_TIMER);
	INIT_LIST_HEAD(&list->timers);
}

/* Whether tick `a` comes after `b`. */
static bool after(unsigned long a, unsigned long b)
{
	return (long)(a - b) > 0;
}

/* Puts the timer behind all that fire no later. */
static void insert(struct timer_list *list, struct timer *timer)
{
	struct list_head *node = list->timers.prev;

	while (node != &list->timers &&
	       after(list_entry(node, struct timer, node)->expires,
		     timer->expires))
		node = node->prev;
	list_add(&timer->node, node);
}

void timer_add(struct timer *timer)
{
	struct timer_list *list;
	unsigned long flags;

	local_irq_save(flags);
	timer->cpu = smp_processor_id();
	list = this_cpu_ptr(&timer_lists);
	spin_lock(&list->lock);
	insert(list, timer);
	spin_unlock_irqrestore(&list->lock, flags);
}

bool timer_del(struct timer *timer)
{
	struct timer_list *list = per_cpu_ptr(&timer_lists, timer->cpu);
	unsigned long flags;
	bool waits;

	spin_lock_irqsave(&list->lock, flags);
	waits = !list_empty(&timer->node);
	list_del_init(&timer->node);
	spin_unlock_irqrestore(&list->lock, flags);
	return waits;
}

void timers_tick(void)
{
	struct timer_list *list = this_cpu_ptr(&timer_lists);
	struct timer *timer;

	spin_lock(&list->lock);
	while (!list_empty(&list->timers)) {
		timer = list_first_entry(&list->timers, struct timer, node);
		if (after(timer->expires, jiffies))
			break;
		list_del_init(&timer->node);
		timer->fire(timer);
	}
	spin_unlock(&list->lock);
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

	sleeper.timer.expires = jiffies + min(ticks, TICKS_MAX);
	timer_add(&sleeper.timer);
	schedule();
	timer_del(&sleeper.timer);
	left = (long)(sleeper.timer.expires - jiffies);
	return left > 0 ? (unsigned long)left : 0;
}

void msleep(unsigned ms)
{
	/* One more, since this tick is part over. */
	unsigned long left = msecs_to_jiffies(ms) + 1;

	while (left) {
		set_current_state(TASK_UNINTERRUPTIBLE);
		left = schedule_timeout(left);
	}
}
