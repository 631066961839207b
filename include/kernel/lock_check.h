/* SPDX-License-Identifier: MIT */
/* What CHECK=1 checks at each lock that is taken:
 *
 *	order      locks are taken downwards in kernel/lock_rank.h
 *	recursion  no lock is taken twice by its holder
 *	interrupts a lock that handlers take is never held with interrupts on
 *	sleep      a task that holds a spinlock does not sleep
 *
 * A broken rule is reported where it is broken, and not only if it leads to a
 * deadlock. The panic names both locks, and where they were taken. */
#ifndef KERNEL_LOCK_CHECK_H
#define KERNEL_LOCK_CHECK_H

#include "kernel/compiler.h"
#include "kernel/lock_rank.h"
#include "kernel/panic.h"
#include "kernel/types.h"

/* The name and rank of a lock, and where it was taken. */
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

/* Called before a lock is taken on this CPU by `caller`, with preemption off;
 * after it was taken; when it is released. A trylock cannot deadlock, so it is
 * only recorded if it succeeded. */
void lock_check_before(struct lock_info *lock, const void *caller);
void lock_check_taken(struct lock_info *lock, const void *caller);
void lock_check_released(struct lock_info *lock, const void *caller);

/* Where readers have taken a lock; for writers see lock_info. */
struct lock_reads {
	const void *in_handler, *with_irqs; /* as in struct lock_info */
};

/* lock_check_before() for a lock that readers share. A handler may take it as a
 * reader if tasks take it as readers with interrupts on, but not if they take
 * it as writers with interrupts on. If `nests`, this CPU may hold the lock as a
 * reader already. */
void lock_check_before_read(struct lock_info *lock, struct lock_reads *reads,
			    bool nests, const void *caller);
void lock_check_before_write(struct lock_info *lock, struct lock_reads *reads,
			     const void *caller);

/* The same three for locks that are held by a task, which may sleep. */
void lock_check_task_before(const struct lock_info *lock, const void *caller);
void lock_check_task_taken(struct lock_info *lock);
void lock_check_task_released(const struct lock_info *lock);

/* Whether this CPU or the running task holds the lock; with CHECK=0 always
 * true. Any context but NMI. */
bool lock_check_held(const struct lock_info *lock);

/* Panics with CHECK=1 if the running code does not hold `lock`, any kind of
 * lock of the kernel. */
#define lockdep_assert_held(lock) \
	BUG_ON(CHECK && !lock_check_held(&(lock)->info))

/* Panics if sleeping is forbidden now. `what` is the function that may sleep,
 * called by `caller`. */
void lock_check_sleep(const char *what, const void *caller);

/* How many spinlocks this CPU holds; the n-th; and forgets the newest until
 * there are `depth`: for tests. */
unsigned lock_check_depth(void);
const struct lock_info *lock_check_nth(unsigned n);
void lock_check_forget(unsigned depth);

/* For functions that sometimes sleep: call it each time. */
#define might_sleep() might_sleep_as(__func__, __builtin_return_address(0))

/* The same with the function's name for callers, and with its caller. */
#define might_sleep_as(what, caller)                    \
	do {                                            \
		if (CHECK)                              \
			lock_check_sleep(what, caller); \
	} while (0)

#endif
