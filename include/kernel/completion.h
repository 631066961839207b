/* SPDX-License-Identifier: MIT */
/* Completions: one task waits until another says that something is done.
 *
 *	wait_for_completion(&done);	complete(&done);
 *
 * A completion counts: a complete() before the wait is not lost. When the wait
 * returns, complete() no longer accesses the structure, which may therefore lie
 * on the waiter's stack. */
#ifndef KERNEL_COMPLETION_H
#define KERNEL_COMPLETION_H

#include "kernel/wait.h"

struct completion {
	unsigned done;
	struct wait_queue_head wait;
};

#define COMPLETION_INIT(name) \
	INITIALIZER(.done = 0, .wait = WAIT_QUEUE_INIT((name).wait))
#define DECLARE_COMPLETION(name) struct completion name = COMPLETION_INIT(name)

void init_completion(struct completion *x);

/* complete() ends one wait, now or later; complete_all() ends all. Any context
 * but NMI. */
void complete(struct completion *x);
void complete_all(struct completion *x);

/* Sleeps until complete() or complete_all(). Task context. */
void wait_for_completion(struct completion *x);

/* The same for `ticks` at most. Returns the ticks that were left, at least 1;
 * or 0 if there was no complete() until then. */
unsigned long wait_for_completion_timeout(struct completion *x,
					  unsigned long ticks);

/* Consumes one complete() if there was one; never sleeps. Any context but
 * NMI. */
bool try_wait_for_completion(struct completion *x);

/* Whether wait_for_completion() would not sleep now. If so, complete() no
 * longer accesses the structure. */
bool completion_done(struct completion *x);

/* Removes all completions so far, so that the structure can be used again. No
 * task may be waiting. */
static inline void reinit_completion(struct completion *x)
{
	WRITE_ONCE(x->done, 0);
}

#endif
