/* SPDX-License-Identifier: MIT */
/* Shared by the suites about tasks: a crew of threads that are started and
 * joined together, waiting for a condition, and random numbers.
 *
 *	static int dig(struct worker *w)
 *	{
 *		...				no EXPECT_ here: return how
 *		return errors;			many things were wrong
 *	}
 *
 *	crew_start(&crew, 4, CREW_SPREAD, dig);
 *	EXPECT_EQ(crew_join(&crew), 0);
 *
 * No worker begins before the last has been made. */
#ifndef TESTS_KERNEL_CREW_H
#define TESTS_KERNEL_CREW_H

#include "kernel/atomic.h"
#include "kernel/completion.h"
#include "kernel/kthread.h"

#define CREW_MAX 64

/* Where workers may run, instead of one CPU: anywhere; each on one CPU, the
 * first on CPU 0 and so on round. */
#define CREW_ANYWHERE NR_CPUS
#define CREW_SPREAD   (NR_CPUS + 1)

struct worker {
	unsigned number;
	uint32_t random; /* state of random_below() */
	struct task *task;
	struct crew *crew;
	unsigned long value; /* the test's */
};

struct crew {
	unsigned count;
	int (*work)(struct worker *w);
	struct completion begin;
	bool stop; /* the test's, to tell its workers */
	struct worker worker[CREW_MAX];
};

/* Makes and starts `count` workers, or panics. */
void crew_start(struct crew *crew, unsigned count, unsigned where,
		int (*work)(struct worker *w));

/* Joins them all; returns the sum of their results. */
int crew_join(struct crew *crew);

/* Whether all of them sleep: in no queue, on no CPU. */
bool crew_sleeps(const struct crew *crew);

/* crew_start() and crew_join(). */
int crew_run(struct crew *crew, unsigned count, unsigned where,
	     int (*work)(struct worker *w));

/* Whether the condition becomes true: tests it once a tick, for longer than any
 * correct kernel needs. */
#define EVENTUALLY(condition)                             \
	({                                                \
		unsigned left_ = 500;                     \
		bool held_;                               \
		while (!(held_ = (condition)) && left_--) \
			sleep_a_tick();                   \
		held_;                                    \
	})
void sleep_a_tick(void);

/* From here on to pester_end() a thread asks every CPU to reschedule, as fast
 * as it can, so that preemption comes between any two instructions where it is
 * allowed. */
void pester_begin(void);
void pester_end(void);

/* The number of turns of a torture suite: `usual`, or N with `torture=N` on the
 * command line. */
unsigned torture_amount(unsigned usual);

/* Skip the test, and return true: if there is only one CPU; if no timer ticks,
 * so that no task is preempted. */
bool one_cpu(void);
bool no_tick(void);

/* The next number below `n` of the random series in `*state`. The states of
 * workers come from a seed that is logged. */
uint32_t random_below(uint32_t *state, uint32_t n);

#endif
