/* SPDX-License-Identifier: MIT */
/* Linux as tests/kernel/conformance_test.c wants it: what that file needs
 * beside the functions that it is about. Loft's own is
 * tests/kernel/conformance.h. The tests are one source, the rules are Linux's:
 * here they are held against Linux itself. */
#ifndef CONFORMANCE_H
#define CONFORMANCE_H

#include <linux/completion.h>
#include <linux/delay.h>
#include <linux/highmem.h>
#include <linux/irq_work.h>
#include <linux/kthread.h>
#include <linux/mm.h>
#include <linux/preempt.h>
#include <linux/sched.h>
#include <linux/string.h>
#include <linux/uaccess.h>

/* ---- Tests, as in Loft's include/kernel/ktest.h -------------------------- */

struct ktest {
	const char *suite, *name;
	void (*run)(void);
} __aligned(16);

#define __no_reorder __attribute__((no_reorder))

#define KTEST(suite_, sentence)	       KTEST_(suite_, sentence, __LINE__)
#define KTEST_(suite_, sentence, line) KTEST__(suite_, sentence, line)
#define KTEST__(suite_, sentence, line)                                       \
	static void test_##suite_##_##line(void);                             \
	static const struct ktest ktest_##suite_##_##line __used __no_reorder \
		__section(".ktests") = {#suite_, sentence,                    \
					test_##suite_##_##line};              \
	static void test_##suite_##_##line(void)

void ktest_skip(const char *reason);
bool ktest_expect(int line, const char *text, bool held);
bool ktest_expect_eq(int line, const char *text, u64 got, u64 expected);

#define EXPECT(condition) ktest_expect(__LINE__, #condition, (condition))
#define EXPECT_EQ(got, expected)                                     \
	ktest_expect_eq(__LINE__, #got " == " #expected, (u64)(got), \
			(u64)(expected))

/* ---- What else the tests ask for ----------------------------------------- */

/* Linux has a function of this name for the module alone. */
#define nr_free_highpages() free_highpages()

/* Pages of highmem that nobody has. */
static inline unsigned long free_highpages(void)
{
	struct sysinfo info;

	si_meminfo(&info);
	return info.freehigh;
}

/* Linux 6.1 has this one no more: nobody there called it. */
static inline void memmove_page(struct page *to, size_t to_offset,
				struct page *from, size_t from_offset,
				size_t length)
{
	char *target = kmap_local_page(to);
	char *source = kmap_local_page(from);

	memmove(target + to_offset, source + from_offset, length);
	kunmap_local(source);
	kunmap_local(target);
}

/* Whether pages of lowmem are sent through mappings, too
 * (CONFIG_DEBUG_KMAP_LOCAL_FORCE_MAP; Debian's Linux does not). */
static inline bool lowmem_is_mapped(void)
{
	return IS_ENABLED(CONFIG_DEBUG_KMAP_LOCAL_FORCE_MAP);
}

struct thread_call {
	int (*run)(void *arg);
	void *arg;
	int result;
	struct completion done;
};

static inline int thread_call_run(void *arg)
{
	struct thread_call *call = arg;

	call->result = call->run(call->arg);
	complete(&call->done);
	return 0;
}

/* Runs a function in a thread of its own, waits, returns its result. */
static inline int run_in_thread(int (*run)(void *arg), void *arg)
{
	struct thread_call call = {.run = run, .arg = arg};

	init_completion(&call.done);
	if (IS_ERR(kthread_run(thread_call_run, &call, "conformance")))
		return -ENOMEM;
	wait_for_completion(&call.done);
	return call.result;
}

/* Goes to another CPU, if there is one. */
static inline void move_to_cpu(unsigned int cpu)
{
	set_cpus_allowed_ptr(current, cpumask_of(cpu % num_online_cpus()));
}

static inline void move_anywhere(void)
{
	set_cpus_allowed_ptr(current, cpu_possible_mask);
}

/* Lets other tasks run. A fair task's yield() often comes back at once. */
static inline void let_others_run(void)
{
	usleep_range(20, 50);
}

struct interrupt_call {
	struct irq_work work;
	void (*run)(void);
};

static inline void interrupt_call_run(struct irq_work *work)
{
	container_of(work, struct interrupt_call, work)->run();
}

/* Runs a function in an interrupt handler, and waits. */
static inline bool run_in_interrupt(void (*run)(void))
{
	struct interrupt_call call = {.run = run};

	init_irq_work(&call.work, interrupt_call_run);
	irq_work_queue(&call.work);
	irq_work_sync(&call.work);
	return true;
}

#endif
