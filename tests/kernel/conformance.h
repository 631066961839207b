/* SPDX-License-Identifier: MIT */
/* What conformance_test.c needs beside the functions that it is about. To
 * compile that file for another kernel, write this one anew: KTEST, EXPECT and
 * EXPECT_EQ as in kernel/ktest.h, ktest_skip(), and the six below. */
#ifndef TESTS_KERNEL_CONFORMANCE_H
#define TESTS_KERNEL_CONFORMANCE_H

#include "kernel/ktest.h"

#include "arch/ipi.h"
#include "crew.h"
#include "kernel/string.h"
#include "kernel/timer.h"
#include "mm/highmem.h"
#include "mm/page_alloc.h"

/* Whether pages of lowmem are mapped in the window, too, as a test of all code
 * that maps (CONFIG_DEBUG_KMAP_LOCAL_FORCE_MAP, in Linux). */
static inline bool lowmem_is_mapped(void)
{
	struct page *page = alloc_page(GFP_KERNEL);
	void *addr = kmap_local_page(page);
	bool mapped = is_kmap_addr(addr);

	kunmap_local(addr);
	__free_page(page);
	return mapped;
}

/* Runs a function in a thread of its own, waits, returns its result. */
static inline int run_in_thread(int (*run)(void *arg), void *arg)
{
	return kthread_join(kthread_run(run, arg, "conformance"));
}

/* Goes to another CPU, if there is one. */
static inline void move_to_cpu(unsigned cpu)
{
	set_cpus_allowed(current, cpumask_of(cpu % num_online_cpus()));
}

static inline void move_anywhere(void)
{
	set_cpus_allowed(current, CPUMASK_ALL);
}

/* Lets other tasks run. */
static inline void let_others_run(void)
{
	yield();
}

/* Runs a function in an interrupt handler, and waits; false if there are no
 * interrupts here. */
struct in_interrupt_call {
	struct timer timer;
	void (*run)(void);
	bool done;
};

static inline void conformance_fire(struct timer *timer)
{
	struct in_interrupt_call *call =
		container_of(timer, struct in_interrupt_call, timer);

	call->run();
	WRITE_ONCE(call->done, true);
}

static inline bool run_in_interrupt(void (*run)(void))
{
	struct in_interrupt_call call = {
		.timer = {.expires = jiffies + 1, .fire = conformance_fire},
		.run = run,
	};

	if (no_tick())
		return false;
	timer_add(&call.timer);
	while (!READ_ONCE(call.done))
		barrier();
	return true;
}

#endif
