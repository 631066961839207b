/* SPDX-License-Identifier: MIT */
/* Waiting: the first task to wait is the first to go on, no task is woken for
 * nothing, and no wake-up is lost, however tasks and CPUs meet.
 *
 * Notices: wait_queue_last_first, wake_up_keeps_waiter, exclusive_all_woken,
 * wake_up_not_passed_on, state_after_condition, completion_not_taken,
 * complete_lost_early, completion_waiter_no_lock, timeout_forgets_condition,
 * timeout_looks_again, woken_loses_place. */
#include "kernel/ktest.h"

#include "crew.h"
#include "kernel/completion.h"
#include "kernel/string.h"

static struct crew crew;
static DEFINE_WAIT_QUEUE(queue);

/* Tasks in a wait queue. */
static unsigned waiters(struct wait_queue_head *wait)
{
	const struct list_head *node;
	unsigned long flags;
	unsigned count = 0;

	spin_lock_irqsave(&wait->lock, flags);
	for (node = wait->waiting.next; node != &wait->waiting;
	     node = node->next)
		count++;
	spin_unlock_irqrestore(&wait->lock, flags);
	return count;
}

/* ---- Queues -------------------------------------------------------------- */

static atomic_t gone; /* how many have gone on */
static unsigned gone_order[CREW_MAX];
static unsigned allowed; /* how many may */

static void note_gone(struct worker *w)
{
	gone_order[atomic_inc_return(&gone) - 1] = w->number;
}

/* Joins the queue when all before it have; goes on when it is its turn. */
static int queue_up_exclusive(struct worker *w)
{
	while (waiters(&queue) != w->number)
		sleep_a_tick();
	wait_event_exclusive(queue, READ_ONCE(allowed) > w->number);
	note_gone(w);
	return 0;
}

KTEST(wait, "exclusive waiters go one by one, in the order in which they came")
{
	unsigned count = 5, out_of_order = 0;

	atomic_set(&gone, 0);
	allowed = 0;
	crew_start(&crew, count, CREW_ANYWHERE, queue_up_exclusive);
	EXPECT(EVENTUALLY(waiters(&queue) == count && crew_sleeps(&crew)));
	for (unsigned i = 0; i < count; i++) {
		WRITE_ONCE(allowed, i + 1);
		wake_up(&queue);
		EXPECT(EVENTUALLY(atomic_read(&gone) == (int)i + 1));
		EXPECT_EQ(waiters(&queue), count - i - 1);
		out_of_order += gone_order[i] != i;
	}
	EXPECT_EQ(out_of_order, 0);
	crew_join(&crew);
}

/* The even ones only want to know, the others want to have. */
static int queue_up_mixed(struct worker *w)
{
	while (waiters(&queue) != w->number)
		sleep_a_tick();
	if (w->number % 2)
		wait_event_exclusive(queue, READ_ONCE(allowed));
	else
		wait_event(queue, READ_ONCE(allowed));
	note_gone(w);
	return 0;
}

KTEST(wait, "a wake-up reaches all that are not exclusive, and as many as it "
	    "says that are")
{
	atomic_set(&gone, 0);
	allowed = 0;
	EXPECT_EQ(wake_up_nr(&queue, 1), 0);
	crew_start(&crew, 8, CREW_ANYWHERE, queue_up_mixed);
	EXPECT(EVENTUALLY(waiters(&queue) == 8 && crew_sleeps(&crew)));
	EXPECT(waitqueue_active(&queue));
	WRITE_ONCE(allowed, 1);
	EXPECT_EQ(wake_up_nr(&queue, 1), 5);
	EXPECT(EVENTUALLY(atomic_read(&gone) == 5));
	EXPECT_EQ(waiters(&queue), 3);
	EXPECT_EQ(wake_up_nr(&queue, 2), 2);
	EXPECT(EVENTUALLY(atomic_read(&gone) == 7));
	wake_up_all(&queue);
	crew_join(&crew);
	EXPECT_EQ(atomic_read(&gone), 8);
	EXPECT(!waitqueue_active(&queue));
}

KTEST(wait, "a task woken for nothing goes on waiting")
{
	atomic_set(&gone, 0);
	allowed = 0;
	crew_start(&crew, 2, CREW_ANYWHERE, queue_up_mixed);
	EXPECT(EVENTUALLY(waiters(&queue) == 2));
	for (unsigned i = 0; i < 3; i++) {
		wake_up_all(&queue);
		EXPECT(EVENTUALLY(waiters(&queue) == 2));
	}
	EXPECT_EQ(atomic_read(&gone), 0);
	WRITE_ONCE(allowed, 1);
	wake_up_all(&queue);
	crew_join(&crew);
}

KTEST(wait, "a task that is woken and finds nothing keeps its place")
{
	atomic_set(&gone, 0);
	allowed = 0;
	crew_start(&crew, 3, CREW_ANYWHERE, queue_up_exclusive);
	EXPECT(EVENTUALLY(waiters(&queue) == 3 && crew_sleeps(&crew)));
	wake_up(&queue);
	EXPECT(EVENTUALLY(waiters(&queue) == 3 && crew_sleeps(&crew)));
	WRITE_ONCE(allowed, 3);
	wake_up(&queue);
	EXPECT(EVENTUALLY(atomic_read(&gone) == 1));
	EXPECT_EQ(gone_order[0], 0);
	wake_up_nr(&queue, 2);
	crew_join(&crew);
}

static int wait_exclusive(struct worker *w)
{
	wait_event_exclusive(queue, READ_ONCE(allowed));
	note_gone(w);
	return 0;
}

KTEST(wait, "a task that leaves when it was chosen passes the wake-up on")
{
	struct wait_entry entry = {.task = NULL};

	atomic_set(&gone, 0);
	allowed = 0;
	prepare_to_wait_exclusive(&queue, &entry, TASK_UNINTERRUPTIBLE);
	set_current_state(TASK_RUNNING);
	crew_start(&crew, 1, CREW_ANYWHERE, wait_exclusive);
	EXPECT(EVENTUALLY(waiters(&queue) == 2 && crew_sleeps(&crew)));
	WRITE_ONCE(allowed, 1);
	EXPECT_EQ(wake_up_nr(&queue, 1), 1);
	EXPECT_EQ(waiters(&queue), 1);
	finish_wait(&queue, &entry);
	EXPECT(EVENTUALLY(atomic_read(&gone) == 1));
	wake_up_all(&queue);
	crew_join(&crew);
}

KTEST(wait, "a wait with a timeout ends when it is over, or before")
{
	unsigned long began = jiffies;
	bool condition = false;

	EXPECT_EQ(wait_event_timeout(queue, READ_ONCE(condition), 3), 0);
	EXPECT(jiffies - began >= 3);
	EXPECT(!waitqueue_active(&queue));
	condition = true;
	EXPECT_EQ(wait_event_timeout(queue, READ_ONCE(condition), 3), 3);
	/* True, and no time: true. */
	EXPECT_EQ(wait_event_timeout(queue, READ_ONCE(condition), 0), 1);
	EXPECT_EQ(wait_event_timeout(queue, !READ_ONCE(condition), 0), 0);
}

/* True from the third look on. */
static bool third_look(unsigned *looks)
{
	return ++*looks >= 3;
}

KTEST(wait, "a condition that held is not looked at again")
{
	unsigned looks = 2;

	EXPECT_EQ(wait_event_timeout(queue, third_look(&looks), 0), 1);
	EXPECT_EQ(looks, 3);
	looks = 2;
	EXPECT_EQ(wait_event_timeout(queue, third_look(&looks), 5), 5);
	EXPECT_EQ(looks, 3);
	/* In time, and too late. */
	looks = 1;
	EXPECT_EQ(wait_event_timeout(queue, third_look(&looks), 1), 1);
	EXPECT_EQ(looks, 3);
	looks = 0;
	EXPECT_EQ(wait_event_timeout(queue, third_look(&looks), 1), 0);
	EXPECT_EQ(looks, 2);
}

static int allow_a_tick_later(void *unused)
{
	(void)unused;
	while (!waitqueue_active(&queue))
		sleep_a_tick();
	sleep_a_tick();
	WRITE_ONCE(allowed, 1);
	wake_up(&queue);
	return 0;
}

KTEST(wait, "a wake-up ends a wait with a timeout, and its time is left")
{
	unsigned long left;
	struct task *task;

	allowed = 0;
	task = kthread_run(allow_a_tick_later, NULL, "allow");
	left = wait_event_timeout(queue, READ_ONCE(allowed), 1000000);
	EXPECT(left > 0 && left < 1000000);
	kthread_join(task);
}

/* ---- Lost wake-ups ------------------------------------------------------- */

/* The workers hand a token round, `TOKEN_ROUNDS` times: one wake-up lost, and
 * all of them sleep. Nothing else wakes them. */
#define TOKEN_ROUNDS 800

static unsigned long token;
static struct wait_queue_head token_queue[4];

static int pass_token(struct worker *w)
{
	unsigned count = w->crew->count, next = (w->number + 1) % count;

	for (unsigned long i = w->number; i < TOKEN_ROUNDS; i += count) {
		wait_event(token_queue[w->number], READ_ONCE(token) == i);
		/* A little later each time, to meet the other everywhere. */
		for (unsigned n = random_below(&w->random, 64); n; n--)
			barrier();
		WRITE_ONCE(token, i + 1);
		wake_up(&token_queue[next]);
	}
	return 0;
}

static void pass_token_among(unsigned count, unsigned where)
{
	for (unsigned i = 0; i < ARRAY_SIZE(token_queue); i++)
		init_waitqueue_head(&token_queue[i]);
	token = 0;
	crew_run(&crew, count, where, pass_token);
	EXPECT_EQ(token, TOKEN_ROUNDS);
}

KTEST(wait, "no wake-up is lost between two tasks, three, and four")
{
	pass_token_among(2, CREW_SPREAD);
	pass_token_among(3, CREW_ANYWHERE);
	pass_token_among(4, CREW_SPREAD);
}

KTEST(wait, "no wake-up is lost while every CPU is asked to switch")
{
	pester_begin();
	pass_token_among(2, CREW_SPREAD);
	pass_token_among(4, CREW_ANYWHERE);
	pester_end();
}

/* Half of the workers make things, the others take them. */
#define THINGS 600

static atomic_t things;

static bool take_thing(void)
{
	int n = atomic_read(&things), was;

	for (; n > 0; n = was) {
		was = atomic_cmpxchg(&things, n, n - 1);
		if (was == n)
			return true;
	}
	return false;
}

static int make_or_take(struct worker *w)
{
	for (unsigned i = 0; i < THINGS; i++) {
		if (w->number % 2) {
			wait_event_exclusive(queue, take_thing());
			continue;
		}
		atomic_inc(&things);
		wake_up(&queue);
		if (!random_below(&w->random, 8))
			yield();
	}
	return 0;
}

KTEST(wait, "as many as there are things for are woken")
{
	atomic_set(&things, 0);
	crew_run(&crew, 4, CREW_ANYWHERE, make_or_take);
	EXPECT_EQ(atomic_read(&things), 0);
	crew_run(&crew, 2 * num_online_cpus(), CREW_SPREAD, make_or_take);
	EXPECT_EQ(atomic_read(&things), 0);
}

/* ---- Completions --------------------------------------------------------- */

static DECLARE_COMPLETION(done);

KTEST(wait, "a completion counts")
{
	init_completion(&done);
	EXPECT(!wait_for_completion_timeout(&done, 0));
	EXPECT(!wait_for_completion_timeout(&done, 2));
	complete(&done);
	complete(&done);
	wait_for_completion(&done);
	EXPECT(wait_for_completion_timeout(&done, 0));
	EXPECT(!wait_for_completion_timeout(&done, 1));
	EXPECT(!waitqueue_active(&done.wait));
}

static int wait_done(struct worker *w)
{
	while (waiters(&done.wait) != w->number)
		sleep_a_tick();
	wait_for_completion(&done);
	note_gone(w);
	return 0;
}

KTEST(wait, "each complete() lets one go, the first to come first")
{
	unsigned out_of_order = 0;

	init_completion(&done);
	atomic_set(&gone, 0);
	crew_start(&crew, 4, CREW_ANYWHERE, wait_done);
	EXPECT(EVENTUALLY(waiters(&done.wait) == 4));
	for (unsigned i = 0; i < 4; i++) {
		complete(&done);
		EXPECT(EVENTUALLY(atomic_read(&gone) == (int)i + 1));
		out_of_order += gone_order[i] != i;
	}
	EXPECT_EQ(out_of_order, 0);
	crew_join(&crew);
	EXPECT_EQ(done.done, 0);
}

KTEST(wait, "complete_all() lets all go, now and later")
{
	init_completion(&done);
	atomic_set(&gone, 0);
	crew_start(&crew, 4, CREW_ANYWHERE, wait_done);
	EXPECT(EVENTUALLY(waiters(&done.wait) == 4));
	complete_all(&done);
	crew_join(&crew);
	complete(&done);
	for (unsigned i = 0; i < 3; i++)
		wait_for_completion(&done);
	EXPECT(wait_for_completion_timeout(&done, 0));
}

/* One worker of each pair waits on its stack, and writes over the completion
 * as soon as it may. The other must not touch it any more. */
#define LENDINGS 500

static struct completion *lent[CREW_MAX];

static int lend(struct worker *w)
{
	struct completion **slot = &lent[w->number / 2];
	int errors = 0;

	for (unsigned i = 0; i < LENDINGS; i++) {
		uint8_t bytes[sizeof(struct completion)] __aligned(4);

		init_completion((struct completion *)bytes);
		smp_store_release(slot, (struct completion *)bytes);
		wait_for_completion((struct completion *)bytes);
		memset(bytes, 0xa5, sizeof(bytes));
		for (unsigned n = random_below(&w->random, 100); n; n--)
			barrier();
		for (unsigned n = 0; n < sizeof(bytes); n++)
			errors += READ_ONCE(bytes[n]) != 0xa5;
	}
	return errors;
}

static int lend_or_complete(struct worker *w)
{
	struct completion **slot = &lent[w->number / 2];

	if (w->number % 2 == 0)
		return lend(w);
	for (unsigned i = 0; i < LENDINGS; i++) {
		struct completion *x;

		while (!(x = __atomic_exchange_n(slot, NULL, __ATOMIC_SEQ_CST)))
			yield();
		complete(x);
	}
	return 0;
}

KTEST(wait, "a completion is its waiter's again when the waiting is over")
{
	EXPECT_EQ(crew_run(&crew, 2, CREW_SPREAD, lend_or_complete), 0);
	EXPECT_EQ(crew_run(&crew, 2 * num_online_cpus(), CREW_ANYWHERE,
			   lend_or_complete),
		  0);
}

/* The first worker gives as much as the others take; those wait for a tick at a
 * time, and so leave the queue all the time. */
#define TAKEN 30

static int give_or_take(struct worker *w)
{
	unsigned others = w->crew->count - 1;
	int got = 0;

	while (w->number && got < TAKEN)
		got += wait_for_completion_timeout(&done, 1);
	if (w->number)
		return 0;
	for (unsigned i = 0; i < TAKEN * others; i++) {
		complete(&done);
		if (!random_below(&w->random, others))
			sleep_a_tick();
	}
	return 0;
}

KTEST(wait, "nothing given is lost when waiters give up")
{
	init_completion(&done);
	EXPECT_EQ(crew_run(&crew, 5, CREW_ANYWHERE, give_or_take), 0);
	EXPECT_EQ(done.done, 0);
	EXPECT(!waitqueue_active(&done.wait));
}
