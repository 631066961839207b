/* SPDX-License-Identifier: MIT */
/* Words that several CPUs change. */
#ifndef LINUX_ATOMIC_H
#define LINUX_ATOMIC_H

#include <linux/types.h>
#include "kernel/atomic.h"
#include "kernel/atomic64.h"

#define smp_mb__before_atomic() barrier()
#define smp_mb__after_atomic()	barrier()
#define mb()			smp_mb()
#define rmb()			smp_rmb()
#define wmb()			smp_wmb()

#define atomic_read_acquire(v)	  smp_load_acquire(&(v)->counter)
#define atomic_set_release(v, n)  smp_store_release(&(v)->counter, n)
#define atomic_add_return_relaxed atomic_add_return
#define atomic_inc_return_relaxed atomic_inc_return
#define atomic_fetch_add_relaxed  atomic_fetch_add
#define atomic_cmpxchg_acquire	  atomic_cmpxchg
#define atomic_cmpxchg_release	  atomic_cmpxchg
#define atomic_cmpxchg_relaxed	  atomic_cmpxchg

#endif
