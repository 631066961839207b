/* SPDX-License-Identifier: MIT */
/* Error pointers: error numbers in place of a pointer.
 *
 *	task = kthread_run(work, arg, "worker");
 *	if (IS_ERR(task))
 *		return PTR_ERR(task);
 *
 * An error number, negated, is one of the last 4095 addresses, and the last
 * page is never mapped: to use such a pointer faults. NULL is no error. Names
 * and behaviour are those of Linux. Any context. */
#ifndef KERNEL_ERR_H
#define KERNEL_ERR_H

#include "kernel/compiler.h"
#include "kernel/errno.h"
#include "kernel/types.h"

#define MAX_ERRNO	4095
#define IS_ERR_VALUE(x) ((uintptr_t)(x) >= (uintptr_t)-MAX_ERRNO)

static inline void *ERR_PTR(long error)
{
	return (void *)(intptr_t)error;
}

static inline long PTR_ERR(const void *ptr)
{
	return (long)(intptr_t)ptr;
}

static inline bool IS_ERR(const void *ptr)
{
	return unlikely(IS_ERR_VALUE(ptr));
}

static inline bool IS_ERR_OR_NULL(const void *ptr)
{
	return unlikely(!ptr) || IS_ERR(ptr);
}

/* The same error in a pointer of another type. */
static inline void *ERR_CAST(const void *ptr)
{
	return (void *)ptr;
}

/* The error, or 0 if there is none. */
static inline int PTR_ERR_OR_ZERO(const void *ptr)
{
	return IS_ERR(ptr) ? (int)PTR_ERR(ptr) : 0;
}

/* The name of an error number, negated or not: "-ENOMEM" of -12, "ENOMEM" of
 * 12; NULL of a number without a name. */
const char *errname(int error);

#endif
