/* SPDX-License-Identifier: MIT */
/* Timers, ticks and delays as code for Linux uses them. See kernel/linux.md.
 *
 * Notices: timer_mod_keeps_place, timer_fires_locked,
 * timer_due_in_one_tick, timeout_has_an_end. */
#include <linux/atomic.h>
#include <linux/delay.h>
#include <linux/jiffies.h>
#include <linux/ktime.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/timer.h>

#include "crew.h"
#include "kernel/ktest.h"

struct device {
	struct timer_list timer;
	atomic_t fired;
	unsigned long at;
	unsigned long period;
	spinlock_t lock;
};

static void device_timeout(struct timer_list *t)
{
	struct device *dev = from_timer(dev, t, timer);

	dev->at = jiffies;
	atomic_inc(&dev->fired);
}

static int fired(struct device *dev)
{
	return atomic_read(&dev->fired);
}

KTEST(linux_timer, "timer_setup() and mod_timer(): it fires once, not early")
{
	struct device dev = {.fired = ATOMIC_INIT(0)};
	unsigned long expires = jiffies + msecs_to_jiffies(12);

	if (no_tick())
		return;
	timer_setup(&dev.timer, device_timeout, 0);
	EXPECT(!timer_pending(&dev.timer));
	EXPECT_EQ(mod_timer(&dev.timer, expires), 0);
	EXPECT(timer_pending(&dev.timer));
	EXPECT(EVENTUALLY(fired(&dev) == 1));
	EXPECT(time_after_eq(dev.at, expires));
	EXPECT(!timer_pending(&dev.timer));
	EXPECT_EQ(del_timer_sync(&dev.timer), 0);
}

KTEST(linux_timer, "mod_timer() moves a timer that waits, both ways")
{
	struct device dev = {.fired = ATOMIC_INIT(0)}, between = dev;

	if (no_tick())
		return;
	timer_setup(&dev.timer, device_timeout, 0);
	timer_setup(&between.timer, device_timeout, 0);
	mod_timer(&between.timer, jiffies + 500 * HZ);
	mod_timer(&dev.timer, jiffies + 1000 * HZ);
	EXPECT_EQ(mod_timer(&dev.timer, jiffies + 2), 1);
	EXPECT(EVENTUALLY(fired(&dev) == 1));
	mod_timer(&dev.timer, jiffies + 1000 * HZ);
	EXPECT_EQ(mod_timer_pending(&dev.timer, jiffies + 900 * HZ), 1);
	EXPECT_EQ(del_timer(&dev.timer), 1);
	EXPECT_EQ(mod_timer_pending(&dev.timer, jiffies), 0);
	EXPECT_EQ(del_timer(&between.timer), 1);
	EXPECT_EQ(fired(&dev) + fired(&between), 1);
}

KTEST(linux_timer, "add_timer() and del_timer() by expires")
{
	struct device dev = {.fired = ATOMIC_INIT(0)};

	timer_setup(&dev.timer, device_timeout, 0);
	dev.timer.expires = jiffies + 10 * HZ;
	add_timer(&dev.timer);
	EXPECT_PANIC("must not be", add_timer(&dev.timer));
	EXPECT_EQ(del_timer(&dev.timer), 1);
	EXPECT_EQ(del_timer(&dev.timer), 0);
	EXPECT_EQ(fired(&dev), 0);
}

static void device_poll(struct timer_list *t)
{
	struct device *dev = from_timer(dev, t, timer);

	if (atomic_inc_return(&dev->fired) < 5)
		mod_timer(&dev->timer, jiffies + dev->period);
}

KTEST(linux_timer, "a timer sets itself again")
{
	struct device dev = {.period = 1};

	if (no_tick())
		return;
	timer_setup(&dev.timer, device_poll, 0);
	mod_timer(&dev.timer, jiffies + 1);
	EXPECT(EVENTUALLY(fired(&dev) == 5));
	EXPECT_EQ(del_timer_sync(&dev.timer), 0);
	EXPECT_EQ(fired(&dev), 5);
}

static void device_forever(struct timer_list *t)
{
	struct device *dev = from_timer(dev, t, timer);

	atomic_inc(&dev->fired);
	mod_timer(t, jiffies);
}

KTEST(linux_timer, "del_timer_sync() ends a timer that sets itself again")
{
	struct device *dev = kzalloc(sizeof(*dev), GFP_KERNEL);
	int count;

	if (no_tick() || !EXPECT(dev != NULL))
		return kfree(dev);
	timer_setup(&dev->timer, device_forever, 0);
	mod_timer(&dev->timer, jiffies + 1);
	EXPECT(EVENTUALLY(fired(dev) > 2));
	del_timer_sync(&dev->timer);
	count = fired(dev);
	msleep(12);
	EXPECT_EQ(fired(dev), count);
	EXPECT(!timer_pending(&dev->timer));
	kfree(dev);
}

static void device_free(struct timer_list *t)
{
	struct device *dev = from_timer(dev, t, timer);
	atomic_t *count = (atomic_t *)dev->period;

	kfree(dev);
	atomic_inc(count);
}

KTEST(linux_timer, "a timer function may free what the timer is in")
{
	struct device *dev = kzalloc(sizeof(*dev), GFP_KERNEL);
	atomic_t count = ATOMIC_INIT(0);

	if (no_tick() || !EXPECT(dev != NULL))
		return kfree(dev);
	dev->period = (unsigned long)&count;
	timer_setup(&dev->timer, device_free, 0);
	mod_timer(&dev->timer, jiffies + 1);
	EXPECT(EVENTUALLY(atomic_read(&count) == 1));
}

static atomic_t static_fired;

static void static_function(struct timer_list *unused)
{
	atomic_inc(&static_fired);
}

static DEFINE_TIMER(static_timer, static_function);

KTEST(linux_timer, "DEFINE_TIMER() makes a timer at build time")
{
	if (no_tick())
		return;
	EXPECT(!timer_pending(&static_timer));
	EXPECT_EQ(timer_delete_sync(&static_timer), 0);
	mod_timer(&static_timer, jiffies);
	EXPECT(EVENTUALLY(atomic_read(&static_fired) == 1));
	timer_delete_sync(&static_timer);
}

static void device_locked(struct timer_list *t)
{
	struct device *dev = from_timer(dev, t, timer);

	spin_lock(&dev->lock);
	dev->at++;
	spin_unlock(&dev->lock);
	atomic_inc(&dev->fired);
}

KTEST(linux_timer, "a timer and a task share a lock, interrupts off")
{
	struct device dev = {.at = 0};
	unsigned long flags;

	if (no_tick())
		return;
	spin_lock_init(&dev.lock);
	timer_setup(&dev.timer, device_locked, 0);
	mod_timer(&dev.timer, jiffies + 1);
	while (!fired(&dev)) {
		spin_lock_irqsave(&dev.lock, flags);
		dev.period = dev.at;
		spin_unlock_irqrestore(&dev.lock, flags);
		cond_resched();
	}
	del_timer_sync(&dev.timer);
	EXPECT_EQ(dev.at, 1);
}

KTEST(linux_timer, "time_after() and time_before() over the wrap")
{
	unsigned long before = -2ul, after = 3;

	EXPECT(time_after(after, before) && time_before(before, after));
	EXPECT(time_after_eq(before, before) && !time_after(before, before));
	EXPECT(time_in_range(0ul, before, after));
	EXPECT(time_is_before_jiffies(jiffies - 1));
	EXPECT(time_is_after_jiffies(jiffies + 1000));
}

KTEST(linux_timer, "jiffies and milliseconds are turned into each other")
{
	EXPECT_EQ(msecs_to_jiffies(1000), HZ);
	EXPECT_EQ(msecs_to_jiffies(1), 1);
	EXPECT_EQ(jiffies_to_msecs(HZ / 2), 500);
	EXPECT_EQ(usecs_to_jiffies(USEC_PER_SEC), HZ);
	EXPECT_EQ(usecs_to_jiffies(1), 1);
	EXPECT_EQ(jiffies_to_usecs(1), 1000000 / HZ);
	EXPECT_EQ(nsecs_to_jiffies(NSEC_PER_SEC), HZ);
}

KTEST(linux_timer, "msleep(), usleep_range() and ssleep() sleep no less")
{
	unsigned long began = jiffies;

	if (no_tick())
		return;
	msleep(20);
	EXPECT(time_after_eq(jiffies, began + msecs_to_jiffies(20)));
	began = jiffies;
	usleep_range(5000, 6000);
	fsleep(5000);
	EXPECT(time_after_eq(jiffies, began + 2 * usecs_to_jiffies(5000)));
	EXPECT_EQ(msleep_interruptible(1), 0);
}

KTEST(linux_timer, "udelay(), ndelay() and mdelay() wait no less")
{
	ktime_t began = ktime_get();

	if (!began)
		return ktest_skip("this machine has no clock to measure with");
	udelay(300);
	EXPECT(ktime_us_delta(ktime_get(), began) >= 300);
	began = ktime_get();
	ndelay(700);
	EXPECT(ktime_to_ns(ktime_sub(ktime_get(), began)) >= 700);
	began = ktime_get();
	mdelay(3);
	EXPECT(ktime_ms_delta(ktime_get(), began) >= 3);
	EXPECT(preemptible());
}

KTEST(linux_timer, "schedule_timeout() returns what is left of the time")
{
	long left;

	if (no_tick())
		return;
	left = schedule_timeout_uninterruptible(2);
	EXPECT_EQ(left, 0);
	set_current_state(TASK_INTERRUPTIBLE);
	left = schedule_timeout(1);
	EXPECT_EQ(left, 0);
	EXPECT_EQ(get_current_state(), TASK_RUNNING);
}

static int sleep_for_ever(void *unused)
{
	set_current_state(TASK_INTERRUPTIBLE);
	return schedule_timeout(MAX_SCHEDULE_TIMEOUT) == MAX_SCHEDULE_TIMEOUT;
}

KTEST(linux_timer, "MAX_SCHEDULE_TIMEOUT is no timeout at all")
{
	struct task_struct *task = kthread_run(sleep_for_ever, NULL, "sleeps");

	if (!EXPECT(!IS_ERR(task)))
		return;
	EXPECT(EVENTUALLY(READ_ONCE(task->state) == TASK_INTERRUPTIBLE));
	EXPECT(wake_up_process(task));
	EXPECT_EQ(kthread_join(task), 1);
}

/* Polls a register until it says so, as drivers do. */
static int wait_for_bit(const volatile u32 *reg, unsigned long timeout_ms)
{
	unsigned long timeout = jiffies + msecs_to_jiffies(timeout_ms);

	while (!(READ_ONCE(*reg) & BIT(0))) {
		if (time_after(jiffies, timeout))
			return -ETIMEDOUT;
		udelay(10);
		cond_resched();
	}
	return 0;
}

KTEST(linux_timer, "a register is polled until a timeout")
{
	u32 reg = 0;

	if (no_tick())
		return;
	EXPECT_EQ(wait_for_bit(&reg, 8), -ETIMEDOUT);
	reg = BIT(0);
	EXPECT_EQ(wait_for_bit(&reg, 8), 0);
}
