/* SPDX-License-Identifier: MIT */
/* Attributes and barriers of the compiler. */
#ifndef LINUX_COMPILER_H
#define LINUX_COMPILER_H

#include <linux/types.h>
#include "kernel/compiler.h"

#define noinline	  __noinline
#define __maybe_unused	  __attribute__((__unused__))
#define __always_unused	  __attribute__((__unused__))
#define __must_check	  __attribute__((__warn_unused_result__))
#define __malloc	  __attribute__((__malloc__))
#define __pure		  __attribute__((__pure__))
#define fallthrough	  __attribute__((__fallthrough__))
#define barrier_data(ptr) __asm__ volatile("" ::"r"(ptr) : "memory")
#define unreachable()	  __builtin_unreachable()
#define data_race(x)	  (x)

/* For programs that check source: nothing to the compiler. */
#define __user
#define __iomem
#define __force
#define __percpu
#define __rcu
#define __must_hold(lock)
#define __acquires(lock)
#define __releases(lock)

#endif
