/* SPDX-License-Identifier: MIT */
/* What CHECK=1 sees to, at each lock that is taken:
 *
 *	order      locks are taken downwards in kernel/lock_rank.h
 *	recursion  nobody waits for himself
 *	interrupts a lock that handlers take is never held with interrupts on
 *	sleep      who holds a spinlock does not sleep
 *
 * Each is seen where the rule is broken, not only when that deadlocks. A
 * mistake is a panic that names both locks and where they were taken. */
#ifndef KERNEL_LOCK_CHECK_H
#define KERNEL_LOCK_CHECK_H

#include "kernel/compiler.h"
#include "kernel/lock_rank.h"
#include "kernel/types.h"

/* What each lock says of itself, and what has been seen of it. */
struct lock_info {
	const char *name;
	enum lock_rank rank;
	const void *holder;	/* where it was taken */
	const void *in_handler; /* where a handler took it, if one did */
	const void *with_irqs;	/* where it was taken with interrupts on */
};

#define LOCK_INFO(name_, rank_) INITIALIZER(.name = (name_), .rank = (rank_))

/* About to be taken on this CPU, preemption off; has been taken; is given
 * back. A try cannot deadlock, so it is only noted when it worked. */
void lock_check_before(struct lock_info *lock, const void *caller);
void lock_check_taken(struct lock_info *lock, const void *caller);
void lock_check_released(struct lock_info *lock);

/* Says that `lock` must be taken before `held`, which is held. */
void lock_rank_panic(const struct lock_info *lock, const void *caller,
		     const struct lock_info *held) __noreturn;

/* Panics if this may not sleep now; `what` would sleep, called by `caller`. */
void lock_check_sleep(const char *what, const void *caller);

/* How many spinlocks this CPU holds; and forgets the newest until there are
 * `depth`: for a test that expects a panic. */
unsigned lock_check_depth(void);
void lock_check_forget(unsigned depth);

/* To be said by functions that sometimes sleep. */
#define might_sleep()                                                  \
	do {                                                           \
		if (CHECK)                                             \
			lock_check_sleep(__func__,                     \
					 __builtin_return_address(0)); \
	} while (0)

#endif
