/* SPDX-License-Identifier: MIT */
/* Counts of users: the last user frees the object.
 *
 *	refcount_inc(&object->users);
 *	...
 *	if (refcount_dec_and_test(&object->users))
 *		kfree(object);
 *
 * It is a mistake to count up from 0, below 0, or above INT_MAX. It is
 * reported, and the count then stays at REFCOUNT_SATURATED: the object is never
 * freed, which is better than to free it while it is used. Names and behaviour
 * are those of Linux. Any context. */
#ifndef KERNEL_REFCOUNT_H
#define KERNEL_REFCOUNT_H

#include "kernel/atomic.h"
#include "kernel/panic.h"

typedef struct {
	atomic_t refs;
} refcount_t;

#define REFCOUNT_INIT(n)   INITIALIZER(.refs = ATOMIC_INIT(n))
#define REFCOUNT_SATURATED (-INT_MAX / 2)

static inline void refcount_set(refcount_t *r, int n)
{
	atomic_set(&r->refs, n);
}

static inline unsigned refcount_read(const refcount_t *r)
{
	return (unsigned)atomic_read(&r->refs);
}

/* Saturates the count, which was `before` and was changed by `change`, and
 * reports the mistake. */
void refcount_saturate(refcount_t *r, int before, int change) __cold;

/* Whether a count of `before` may not change by `change`. */
static inline bool refcount_is_wrong(int before, int change)
{
	if (change > 0)
		return before <= 0 || before > INT_MAX - change;
	return before < -change;
}

/* Checks the change, and saturates the count if it was wrong; false then. */
static inline bool refcount_check(refcount_t *r, int before, int change)
{
	bool wrong = refcount_is_wrong(before, change);

	if (unlikely(wrong))
		refcount_saturate(r, before, change);
	return !wrong;
}

static inline void refcount_add(int n, refcount_t *r)
{
	refcount_check(r, atomic_fetch_add(n, &r->refs), n);
}

static inline void refcount_inc(refcount_t *r)
{
	refcount_add(1, r);
}

/* Subtracts `n`; true if the result is 0. */
static inline bool refcount_sub_and_test(int n, refcount_t *r)
{
	int before = atomic_fetch_sub(n, &r->refs);

	return refcount_check(r, before, -n) && before == n;
}

static inline bool refcount_dec_and_test(refcount_t *r)
{
	return refcount_sub_and_test(1, r);
}

/* Subtracts 1; the result must not be 0. */
static inline void refcount_dec(refcount_t *r)
{
	WARN_ON(refcount_dec_and_test(r));
}

/* Counts up unless there is no user; false if so. */
static inline bool refcount_inc_not_zero(refcount_t *r)
{
	int before = atomic_fetch_add_unless(&r->refs, 1, 0);

	return before && refcount_check(r, before, 1);
}

/* ---- A count and the end of what it counts ------------------------------- */

struct kref {
	refcount_t refcount;
};

static inline void kref_init(struct kref *kref)
{
	refcount_set(&kref->refcount, 1);
}

static inline void kref_get(struct kref *kref)
{
	refcount_inc(&kref->refcount);
}

static inline int kref_get_unless_zero(struct kref *kref)
{
	return refcount_inc_not_zero(&kref->refcount);
}

static inline unsigned kref_read(const struct kref *kref)
{
	return refcount_read(&kref->refcount);
}

/* Removes a user. If it was the last, calls `release(kref)` and returns 1; else
 * returns 0. */
static inline int kref_put(struct kref *kref,
			   void (*release)(struct kref *kref))
{
	if (!refcount_dec_and_test(&kref->refcount))
		return 0;
	release(kref);
	return 1;
}

#endif
