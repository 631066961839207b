/* SPDX-License-Identifier: MIT */
/* Checking of locks: CHECK=1 does it. */
#ifndef LINUX_LOCKDEP_H
#define LINUX_LOCKDEP_H

#include <linux/types.h>
#include "kernel/lock_check.h"

#define lockdep_assert_held_write(lock) lockdep_assert_held(lock)
#define lockdep_assert_held_read(lock)	lockdep_assert_held(lock)
#define lockdep_assert_irqs_disabled()	BUG_ON(CHECK && !irqs_disabled())
#define lockdep_assert_irqs_enabled()	BUG_ON(CHECK &&irqs_disabled())
#define lockdep_is_held(lock)		lock_check_held(&(lock)->info)

/* Classes of locks: ranks do that. */
struct lock_class_key {
	char unused;
};
#define lockdep_set_class(lock, key) ((void)(lock), (void)(key))

#endif
