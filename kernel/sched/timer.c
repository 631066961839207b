/* SPDX-License-Identifier: MIT */
/* Timers: for each CPU a wheel (Varghese and Lauck 1987, scheme 6). See
 * kernel/timer.h.
 *
 *	tick     ... 126  127  128  129 ...
 *	slot     ...  62   63    0    1 ...      tick % TIMER_SLOTS
 *	timers        |         |
 *	             126       128, 64128        expires
 *
 * To add a timer and to delete it takes the same time however many wait: each
 * is in the list of the slot of its tick. A tick looks at the list of one slot,
 * and leaves timers there whose time comes after further rounds.
 *
 * The timers of a slot that has come move to a list of their own, where they
 * still wait and can be deleted. A tick fires some of them, and an interrupt
 * that it asks for the next: interrupts are never off for all of a thousand. */
#include "kernel/timer.h"

#include "arch/cpu.h"
#include "arch/smp.h"
#include "arch/tlb.h"
#include "kernel/panic.h"
#include "kernel/sched.h"
#include "kernel/spinlock.h"
#include "mm/kmap_task.h"

#define TIMER_SLOTS 64u

struct timer_queue {
	spinlock_t lock;      /* interrupts off */
	unsigned long passed; /* the tick whose timers became due last */
	struct list_head slot[TIMER_SLOTS];
	struct list_head due;
	struct timer *firing; /* what timers_fire() has called, or NULL */
};

static DEFINE_PER_CPU(struct timer_queue, timer_queues);

volatile unsigned long jiffies;

void timers_init(unsigned cpu)
{
	struct timer_queue *queue = per_cpu_ptr(&timer_queues, cpu);

	spin_lock_init_ranked(&queue->lock, "timers", RANK_TIMER);
	queue->passed = jiffies;
	INIT_LIST_HEAD(&queue->due);
	for (unsigned i = 0; i < TIMER_SLOTS; i++)
		INIT_LIST_HEAD(&queue->slot[i]);
}

/* Whether tick `a` comes after `b`. */
static bool after(unsigned long a, unsigned long b)
{
	return (long)(a - b) > 0;
}

static struct list_head *slot_of(struct timer_queue *queue, unsigned long tick)
{
	return &queue->slot[tick % TIMER_SLOTS];
}

/* Puts the timer behind all others of its tick; behind those of the next tick
 * if its time is past. */
static void insert(struct timer_queue *queue, struct timer *timer)
{
	unsigned long tick = timer->expires;

	if (!after(tick, queue->passed))
		tick = queue->passed + 1;
	list_add_tail(&timer->node, slot_of(queue, tick));
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

/* Fires some of the timers whose slot has come. Those whose tick comes after
 * further rounds go back to their slot. The queue is locked. */
static void fire_some(struct timer_queue *queue)
{
	for (unsigned n = 0; n < TIMERS_AT_ONCE && !list_empty(&queue->due);
	     n++) {
		struct timer *timer =
			list_first_entry(&queue->due, struct timer, node);

		if (after(timer->expires, queue->passed))
			list_move_tail(&timer->node,
				       slot_of(queue, timer->expires));
		else
			fire(queue, timer);
	}
	if (!list_empty(&queue->due))
		clock_ask_rest();
}

void timers_fire(void)
{
	struct timer_queue *queue = this_cpu_ptr(&timer_queues);

	spin_lock(&queue->lock);
	fire_some(queue);
	spin_unlock(&queue->lock);
}

/* A CPU that has missed ticks takes the slots of all of them. A timer that sets
 * itself again for now is due at the next tick: its tick has passed before any
 * fires. */
void timers_tick(void)
{
	struct timer_queue *queue = this_cpu_ptr(&timer_queues);
	unsigned long now = jiffies, ticks = now - queue->passed;

	spin_lock(&queue->lock);
	queue->passed = now;
	for (ticks = min(ticks, (unsigned long)TIMER_SLOTS); ticks--;)
		list_splice_tail_init(slot_of(queue, now - ticks), &queue->due);
	if (!list_empty(&queue->due))
		fire_some(queue);
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
