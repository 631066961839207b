/* SPDX-License-Identifier: MIT */
/* Completions: one task waits until another says that something is done.
 *
 *	wait_for_completion(&done);	complete(&done);
 *
 * A completion counts: complete() before the waiting is not lost. When the
 * waiting returns, complete() no longer touches the structure, so that it may
 * lie on the waiter's stack. */
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

/* Lets one that waits, or will wait, go on; lets all. Any context but NMI. */
void complete(struct completion *x);
void complete_all(struct completion *x);

/* Sleeps until somebody has said so. Task context. */
void wait_for_completion(struct completion *x);

/* The same for `ticks` at most. Returns the ticks that were left, at least 1;
 * or 0 if nobody has said so until then. */
unsigned long wait_for_completion_timeout(struct completion *x,
					  unsigned long ticks);

/* Takes one complete() if there was one; never sleeps. Any context but NMI. */
bool try_wait_for_completion(struct completion *x);

/* Whether wait_for_completion() would not sleep now. If so, complete() no
 * longer touches the structure. */
bool completion_done(struct completion *x);

/* Forgets each complete() and complete_all() so far, so that the structure can
 * be waited for again. No task waits for it. */
static inline void reinit_completion(struct completion *x)
{
	WRITE_ONCE(x->done, 0);
}

#endif
