/* SPDX-License-Identifier: MIT */
/* What CHECK=1 sees to, at each lock that is taken:
 *
 *	order      locks are taken downwards in kernel/lock_rank.h
 *	recursion  nobody waits for himself
 *	interrupts a lock that handlers take is never held with interrupts on
 *	sleep      a task that holds a spinlock does not sleep
 *
 * Each is seen where the rule is broken, not only when that deadlocks. A
 * mistake is a panic that names both locks and where they were taken. */
#ifndef KERNEL_LOCK_CHECK_H
#define KERNEL_LOCK_CHECK_H

#include "kernel/compiler.h"
#include "kernel/lock_rank.h"
#include "kernel/panic.h"
#include "kernel/types.h"

/* What each lock says of itself, and what has been seen of it. */
struct lock_info {
	const char *name;
	enum lock_rank rank;
	const void *holder;	/* where it was taken */
	const void *in_handler; /* where a handler took it, if one did */
	const void *with_irqs;	/* where it was taken with interrupts on */
};

/* clang-format off */
#define LOCK_INFO(name_, rank_) {.name = (name_), .rank = (rank_)}
/* clang-format on */

/* The rank that an initialiser was given; RANK_NONE if none. */
#define LOCK_RANK(...)		    LOCK_RANK_(0, ##__VA_ARGS__, RANK_NONE, 0)
#define LOCK_RANK_(zero, rank, ...) rank

/* About to be taken on this CPU by `caller`, preemption off; has been taken; is
 * given back. A try cannot deadlock, so it is only noted when it worked. */
void lock_check_before(struct lock_info *lock, const void *caller);
void lock_check_taken(struct lock_info *lock, const void *caller);
void lock_check_released(struct lock_info *lock, const void *caller);

/* What has been seen of a lock's readers; its writers are in lock_info. */
struct lock_reads {
	const void *in_handler, *with_irqs; /* as in struct lock_info */
};

/* lock_check_before() for a lock that readers share: a handler may read what
 * is read with interrupts on, but not what is written so. `nests` says that
 * this CPU may hold the lock as a reader already. */
void lock_check_before_read(struct lock_info *lock, struct lock_reads *reads,
			    bool nests, const void *caller);
void lock_check_before_write(struct lock_info *lock, struct lock_reads *reads,
			     const void *caller);

/* The same three for locks whose holder is a task and may sleep. */
void lock_check_task_before(const struct lock_info *lock, const void *caller);
void lock_check_task_taken(struct lock_info *lock);
void lock_check_task_released(const struct lock_info *lock);

/* Whether this CPU or the running task holds the lock; with CHECK=0 true, since
 * nothing is known. Any context but NMI. */
bool lock_check_held(const struct lock_info *lock);

/* Panics with CHECK=1 if the running code does not hold `lock`, any kind of
 * lock of the kernel. */
#define lockdep_assert_held(lock) \
	BUG_ON(CHECK && !lock_check_held(&(lock)->info))

/* Panics if this may not sleep now; `what` would sleep, called by `caller`. */
void lock_check_sleep(const char *what, const void *caller);

/* How many spinlocks this CPU holds; the n-th; and forgets the newest until
 * there are `depth`: for tests. */
unsigned lock_check_depth(void);
const struct lock_info *lock_check_nth(unsigned n);
void lock_check_forget(unsigned depth);

/* To be said by functions that sometimes sleep. */
#define might_sleep() might_sleep_as(__func__, __builtin_return_address(0))

/* The same for what others call `what`, and where `caller` called it. */
#define might_sleep_as(what, caller)                    \
	do {                                            \
		if (CHECK)                              \
			lock_check_sleep(what, caller); \
	} while (0)

#endif
