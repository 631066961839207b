/* SPDX-License-Identifier: MIT */
/* Waiting, threads and completions as code for Linux does it. See
 * kernel/linux.md.
 *
 * Notices: completion_time_left_lost, add_wait_queue_leaves,
 * reinit_keeps_complete_all. */
#include <linux/completion.h>
#include <linux/delay.h>
#include <linux/err.h>
#include <linux/kthread.h>
#include <linux/percpu.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/smp.h>
#include <linux/string.h>
#include <linux/wait.h>

#include "crew.h"
#include "kernel/ktest.h"

static DECLARE_WAIT_QUEUE_HEAD(wq);
static bool ready;
static atomic_t seen;

/* Starts a thread, or gives up the test's machine. */
static struct task_struct *run(int (*fn)(void *), void *data)
{
	struct task_struct *task = kthread_run(fn, data, "linux-%d", 1);

	BUG_ON(IS_ERR(task));
	return task;
}

static int make_ready(void *unused)
{
	msleep(8);
	WRITE_ONCE(ready, true);
	wake_up(&wq);
	return 0;
}

KTEST(linux_wait, "wait_event() sleeps until another thread wakes it")
{
	struct task_struct *task;

	ready = false;
	task = run(make_ready, NULL);
	wait_event(wq, READ_ONCE(ready));
	EXPECT(ready);
	EXPECT_EQ(kthread_stop(task), 0);
	EXPECT(!waitqueue_active(&wq));
}

KTEST(linux_wait, "wait_event_interruptible() is 0: nothing interrupts")
{
	struct task_struct *task;
	int err;

	ready = false;
	task = run(make_ready, NULL);
	err = wait_event_interruptible(wq, READ_ONCE(ready));
	EXPECT_EQ(err, 0);
	EXPECT_EQ(wait_event_killable(wq, true), 0);
	kthread_stop(task);
}

KTEST(linux_wait, "wait_event_timeout() is 0 at its end, or what is left")
{
	long left = wait_event_timeout(wq, false, msecs_to_jiffies(8));

	EXPECT_EQ(left, 0);
	left = wait_event_timeout(wq, true, 10 * HZ);
	EXPECT(left > 0 && left <= 10 * HZ);
	left = wait_event_interruptible_timeout(wq, true, 1);
	EXPECT_EQ(left, 1);
}

static int wait_by_hand(void *data)
{
	wait_queue_head_t *queue = data;
	DEFINE_WAIT(wait);

	for (;;) {
		prepare_to_wait(queue, &wait, TASK_INTERRUPTIBLE);
		if (READ_ONCE(ready))
			break;
		if (signal_pending(current))
			break;
		schedule();
	}
	finish_wait(queue, &wait);
	atomic_inc(&seen);
	return 3;
}

KTEST(linux_wait, "prepare_to_wait() and finish_wait() by hand")
{
	wait_queue_head_t queue;
	struct task_struct *task;

	init_waitqueue_head(&queue);
	ready = false;
	task = run(wait_by_hand, &queue);
	EXPECT(EVENTUALLY(wq_has_sleeper(&queue)));
	ready = true;
	wake_up_interruptible(&queue);
	EXPECT_EQ(kthread_stop(task), 3);
}

static int wait_in_queue(void *data)
{
	DECLARE_WAITQUEUE(wait, current);
	int rounds = 0;

	add_wait_queue(&wq, &wait);
	for (;;) {
		set_current_state(TASK_UNINTERRUPTIBLE);
		if (READ_ONCE(ready))
			break;
		schedule();
		rounds++;
		atomic_inc(&seen);
	}
	__set_current_state(TASK_RUNNING);
	remove_wait_queue(&wq, &wait);
	return rounds;
}

KTEST(linux_wait, "add_wait_queue() stays in the queue over wake-ups")
{
	struct task_struct *task;
	int i;

	atomic_set(&seen, 0);
	ready = false;
	task = run(wait_in_queue, NULL);
	EXPECT(EVENTUALLY(waitqueue_active(&wq)));
	for (i = 1; i <= 3; i++) {
		EXPECT(EVENTUALLY(READ_ONCE(task->state) != TASK_RUNNING));
		wake_up(&wq);
		EXPECT(EVENTUALLY(atomic_read(&seen) == i));
	}
	EXPECT(waitqueue_active(&wq));
	ready = true;
	wake_up(&wq);
	EXPECT(kthread_stop(task) >= 3);
	EXPECT(!waitqueue_active(&wq));
}

static int wait_alone(void *unused)
{
	wait_event_interruptible_exclusive(wq, READ_ONCE(ready));
	atomic_inc(&seen);
	return 0;
}

KTEST(linux_wait, "wake_up() wakes one exclusive waiter, wake_up_all() all")
{
	struct task_struct *task[3];
	int i;

	atomic_set(&seen, 0);
	ready = false;
	for (i = 0; i < 3; i++)
		task[i] = run(wait_alone, NULL);
	EXPECT(EVENTUALLY(list_count_nodes(&wq.waiting) == 3));
	ready = true;
	wake_up(&wq);
	EXPECT(EVENTUALLY(atomic_read(&seen) == 1));
	wake_up_all(&wq);
	for (i = 0; i < 3; i++)
		kthread_stop(task[i]);
	EXPECT_EQ(atomic_read(&seen), 3);
}

KTEST(linux_wait, "wait_event_lock_irq() looks at its condition locked")
{
	static DEFINE_SPINLOCK(lock);
	struct task_struct *task;

	ready = false;
	task = run(make_ready, NULL);
	spin_lock_irq(&lock);
	wait_event_lock_irq(wq, spin_is_locked(&lock) && ready, lock);
	EXPECT(spin_is_locked(&lock) && irqs_disabled());
	spin_unlock_irq(&lock);
	kthread_stop(task);
}

static int finish_work(void *data)
{
	msleep(8);
	complete(data);
	return 0;
}

KTEST(linux_wait, "a completion on the stack")
{
	DECLARE_COMPLETION_ONSTACK(done);
	struct task_struct *task = run(finish_work, &done);

	wait_for_completion(&done);
	kthread_stop(task);
	EXPECT(!completion_done(&done));
}

KTEST(linux_wait, "wait_for_completion_timeout() returns the jiffies left")
{
	struct completion done;
	struct task_struct *task;
	unsigned long left;

	init_completion(&done);
	EXPECT_EQ(wait_for_completion_timeout(&done, 2), 0);
	task = run(finish_work, &done);
	left = wait_for_completion_timeout(&done, 100 * HZ);
	EXPECT(left > 1 && left < 100 * HZ);
	complete(&done);
	EXPECT_EQ(wait_for_completion_timeout(&done, 77), 77);
	complete(&done);
	EXPECT_EQ(wait_for_completion_timeout(&done, 0), 1);
	kthread_stop(task);
}

KTEST(linux_wait, "reinit_completion() forgets complete_all()")
{
	struct completion done;

	init_completion(&done);
	complete_all(&done);
	EXPECT(completion_done(&done));
	EXPECT(try_wait_for_completion(&done));
	EXPECT(try_wait_for_completion(&done));
	reinit_completion(&done);
	EXPECT(!completion_done(&done));
	EXPECT(!try_wait_for_completion(&done));
	complete(&done);
	EXPECT(try_wait_for_completion(&done));
	EXPECT(!try_wait_for_completion(&done));
	EXPECT_EQ(wait_for_completion_interruptible_timeout(&done, 1), 0);
}

static int loop_until_stopped(void *data)
{
	int *rounds = data;

	while (!kthread_should_stop()) {
		(*rounds)++;
		schedule_timeout_interruptible(msecs_to_jiffies(4));
	}
	return *rounds;
}

KTEST(linux_wait, "kthread_run(), kthread_should_stop() and kthread_stop()")
{
	int rounds = 0;
	struct task_struct *task = run(loop_until_stopped, &rounds);

	EXPECT_STREQ(task->comm, "linux-1");
	EXPECT(EVENTUALLY(READ_ONCE(rounds) > 1));
	EXPECT(kthread_stop(task) > 1);
}

static int sleep_until_stopped(void *unused)
{
	set_current_state(TASK_INTERRUPTIBLE);
	while (!kthread_should_stop()) {
		schedule();
		set_current_state(TASK_INTERRUPTIBLE);
	}
	__set_current_state(TASK_RUNNING);
	return 9;
}

KTEST(linux_wait, "kthread_stop() wakes a thread that sleeps")
{
	struct task_struct *task = run(sleep_until_stopped, NULL);

	EXPECT(EVENTUALLY(READ_ONCE(task->state) == TASK_INTERRUPTIBLE));
	EXPECT_EQ(kthread_stop(task), 9);
}

static int where(void *unused)
{
	return in_task() && !irqs_disabled() ? smp_processor_id() : -1;
}

KTEST(linux_wait, "kthread_create(), kthread_bind(), wake_up_process()")
{
	int cpu = num_online_cpus() - 1;
	struct task_struct *task;

	task = kthread_create(where, NULL, "bound/%d", cpu);
	if (!EXPECT(!IS_ERR(task)))
		return;
	kthread_bind(task, cpu);
	EXPECT(wake_up_process(task));
	EXPECT_EQ(kthread_join(task), cpu);
	task = kthread_create_on_cpu(where, NULL, cpu, "on/%u");
	if (!EXPECT(!IS_ERR(task)))
		return;
	EXPECT(!strncmp(task->comm, "on/", 3));
	wake_up_process(task);
	EXPECT_EQ(kthread_join(task), cpu);
}

KTEST(linux_wait, "kthread_run() without memory gives an error pointer")
{
	struct task_struct *task;

	page_alloc_fail_at(1); /* a page of the stack */
	task = kthread_run(where, NULL, "none");
	page_alloc_fail_at(0);
	EXPECT(IS_ERR(task));
	EXPECT_EQ(PTR_ERR(task), -ENOMEM);
}

KTEST(linux_wait, "current has a name and a number")
{
	struct task_struct *me = current;
	char text[40];

	snprintf(text, sizeof(text), "%s[%d]", current->comm,
		 task_pid_nr(current));
	EXPECT(strstr(text, me->comm) == text);
	EXPECT(me->pid >= 0);
	EXPECT_EQ(task_cpu(me), smp_processor_id());
	EXPECT_EQ(get_current_state(), TASK_RUNNING);
	EXPECT(sizeof(me->comm) == TASK_COMM_LEN);
}

KTEST(linux_wait, "cond_resched() in a long loop")
{
	unsigned long sum = 0;
	int i;

	for (i = 0; i < 100; i++) {
		sum += i;
		cond_resched();
	}
	EXPECT_EQ(sum, 4950);
	yield();
	EXPECT(!need_resched() || preemptible());
	if (CHECK) {
		preempt_disable();
		EXPECT_PANIC("with preemption off", cond_resched());
		preempt_enable();
	}
}

static void count_cpu(void *info)
{
	atomic_inc(info);
}

KTEST(linux_wait, "on_each_cpu() and for_each_online_cpu() see all CPUs")
{
	atomic_t count = ATOMIC_INIT(0);
	int cpu, cpus = 0;

	on_each_cpu(count_cpu, &count, 1);
	for_each_online_cpu(cpu)
		cpus++;
	EXPECT_EQ(atomic_read(&count), cpus);
	EXPECT_EQ(cpus, num_online_cpus());
	smp_call_function(count_cpu, &count, true);
	EXPECT_EQ(atomic_read(&count), 2 * cpus - 1);
}

static DEFINE_PER_CPU(unsigned int, hits);

KTEST(linux_wait, "per-CPU counters are added up")
{
	unsigned int sum = 0, before = 0;
	int cpu;

	for_each_online_cpu(cpu)
		before += per_cpu(hits, cpu);
	this_cpu_inc(hits);
	get_cpu_var(hits) += 2;
	put_cpu_var(hits);
	for_each_online_cpu(cpu)
		sum += per_cpu(hits, cpu);
	EXPECT_EQ(sum - before, 3);
	EXPECT(preemptible());
}
