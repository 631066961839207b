/* SPDX-License-Identifier: MIT */
/* Wait queues and completions. See kernel/wait.h, kernel/completion.h.
 *
 * Why no wake-up is lost: the waiting task is in the queue, and its state says
 * that it sleeps, before it reads the condition; the waking task has made the
 * condition true before it reads the queue. Both write first and read then,
 * with a barrier in between: at least one of them sees the other. */
#include "kernel/wait.h"

#include "kernel/atomic.h"
#include "kernel/completion.h"
#include "kernel/sched.h"

void init_waitqueue_head(struct wait_queue_head *queue)
{
	spin_lock_init_ranked(&queue->lock, "wait queue", RANK_WAIT);
	INIT_LIST_HEAD(&queue->waiting);
}

/* A task that was woken, and found its condition false, is put at the front of
 * the queue again. */
static void enqueue(struct wait_queue_head *queue, struct wait_entry *entry,
		    bool exclusive)
{
	if (!entry->task) {
		entry->task = current;
		entry->exclusive = exclusive;
		list_add_tail(&entry->node, &queue->waiting);
	} else if (list_empty(&entry->node)) {
		list_add(&entry->node, &queue->waiting);
	}
}

void prepare_to_wait_locked(struct wait_queue_head *queue,
			    struct wait_entry *entry, bool exclusive)
{
	lockdep_assert_held(&queue->lock);
	enqueue(queue, entry, exclusive);
	set_current_state(TASK_UNINTERRUPTIBLE);
}

static void prepare(struct wait_queue_head *queue, struct wait_entry *entry,
		    bool exclusive, unsigned state)
{
	unsigned long flags;

	spin_lock_irqsave(&queue->lock, flags);
	enqueue(queue, entry, exclusive);
	set_current_state(state);
	spin_unlock_irqrestore(&queue->lock, flags);
}

void prepare_to_wait(struct wait_queue_head *queue, struct wait_entry *entry,
		     unsigned state)
{
	prepare(queue, entry, false, state);
}

void prepare_to_wait_exclusive(struct wait_queue_head *queue,
			       struct wait_entry *entry, unsigned state)
{
	prepare(queue, entry, true, state);
}

void add_wait_queue(struct wait_queue_head *queue, struct wait_entry *entry)
{
	unsigned long flags;

	spin_lock_irqsave(&queue->lock, flags);
	entry->stays = true;
	enqueue(queue, entry, false);
	spin_unlock_irqrestore(&queue->lock, flags);
}

void remove_wait_queue(struct wait_queue_head *queue, struct wait_entry *entry)
{
	unsigned long flags;

	spin_lock_irqsave(&queue->lock, flags);
	list_del_init(&entry->node);
	entry->task = NULL;
	spin_unlock_irqrestore(&queue->lock, flags);
}

/* Wakes as wake_up_nr() does; the queue is locked. A woken task is removed from
 * the queue, so that the next wake-up is for another task, unless its entry is
 * to stay.
 */
static unsigned wake_locked(struct wait_queue_head *queue, unsigned exclusive)
{
	struct list_head *node = queue->waiting.next;
	unsigned woken = 0;

	lockdep_assert_held(&queue->lock);
	while (node != &queue->waiting) {
		struct wait_entry *entry =
			list_entry(node, struct wait_entry, node);

		node = node->next;
		if (entry->exclusive && !exclusive)
			continue;
		exclusive -= entry->exclusive;
		if (!entry->stays)
			list_del_init(&entry->node);
		wake_up_process(entry->task);
		woken++;
	}
	return woken;
}

/* A task that leaves the queue by itself has found its condition true, or has
 * given up. If a wake-up chose this task before it left, that wake-up is passed
 * on to the next task. */
void finish_wait(struct wait_queue_head *queue, struct wait_entry *entry)
{
	unsigned long flags;

	set_current_state(TASK_RUNNING);
	spin_lock_irqsave(&queue->lock, flags);
	if (entry->exclusive && list_empty(&entry->node))
		wake_locked(queue, 1);
	list_del_init(&entry->node);
	spin_unlock_irqrestore(&queue->lock, flags);
}

unsigned wake_up_nr(struct wait_queue_head *queue, unsigned exclusive)
{
	unsigned long flags;
	unsigned woken;

	smp_mb();
	if (!waitqueue_active(queue))
		return 0;
	spin_lock_irqsave(&queue->lock, flags);
	woken = wake_locked(queue, exclusive);
	spin_unlock_irqrestore(&queue->lock, flags);
	return woken;
}

/* ---- Completions --------------------------------------------------------- */

void init_completion(struct completion *x)
{
	x->done = 0;
	init_waitqueue_head(&x->wait);
}

/* Completes for `count` tasks. All accesses are under the lock, which a waiting
 * task takes before it returns, so the completion may be freed after that. */
static void let_go(struct completion *x, unsigned count)
{
	unsigned long flags;

	spin_lock_irqsave(&x->wait.lock, flags);
	x->done = count > ~0u - x->done ? ~0u : x->done + count;
	wake_locked(&x->wait, count);
	spin_unlock_irqrestore(&x->wait.lock, flags);
}

void complete(struct completion *x)
{
	let_go(x, 1);
}

void complete_all(struct completion *x)
{
	let_go(x, ~0u);
}

/* Consumes one complete(), if there was one; a complete_all() is not consumed.
 * The queue is locked. */
static bool take_completion(struct completion *x)
{
	lockdep_assert_held(&x->wait.lock);
	if (!x->done)
		return false;
	if (x->done != ~0u)
		x->done--;
	return true;
}

/* The same. If there was none, queues this task. */
static bool take_or_queue(struct completion *x, struct wait_entry *entry)
{
	unsigned long flags;
	bool done;

	spin_lock_irqsave(&x->wait.lock, flags);
	done = take_completion(x);
	if (!done)
		prepare_to_wait_locked(&x->wait, entry, true);
	else if (entry->task)
		list_del_init(&entry->node);
	spin_unlock_irqrestore(&x->wait.lock, flags);
	return done;
}

bool try_wait_for_completion(struct completion *x)
{
	unsigned long flags;
	bool done;

	spin_lock_irqsave(&x->wait.lock, flags);
	done = take_completion(x);
	spin_unlock_irqrestore(&x->wait.lock, flags);
	return done;
}

bool completion_done(struct completion *x)
{
	unsigned long flags;
	bool done;

	spin_lock_irqsave(&x->wait.lock, flags);
	done = x->done;
	spin_unlock_irqrestore(&x->wait.lock, flags);
	return done;
}

unsigned long wait_for_completion_timeout(struct completion *x,
					  unsigned long ticks)
{
	struct wait_entry entry = {.task = NULL};
	bool done;

	might_sleep();
	while (!(done = take_or_queue(x, &entry)) && ticks)
		ticks = schedule_timeout(ticks);
	if (done)
		return max(ticks, 1ul);
	finish_wait(&x->wait, &entry);
	return 0;
}

void wait_for_completion(struct completion *x)
{
	struct wait_entry entry = {.task = NULL};

	might_sleep();
	while (!take_or_queue(x, &entry))
		schedule();
}
