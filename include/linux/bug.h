/* SPDX-License-Identifier: MIT */
/* What must not be, and what should not. */
#ifndef LINUX_BUG_H
#define LINUX_BUG_H

#include <linux/types.h>
#include <linux/build_bug.h>
#include <linux/compiler.h>
#include <linux/printk.h>
#include "kernel/panic.h"

/* The condition, of which the first time that it holds is reported. */
#define WARN_ON_ONCE(condition)                     \
	({                                          \
		static bool warned_;                \
		bool holds_ = (condition);          \
                                                    \
		if (unlikely(holds_ && !warned_)) { \
			warned_ = true;             \
			WARN_ON(true);              \
		}                                   \
		unlikely(holds_);                   \
	})

/* The same with a sentence, each time or once. */
#define WARN(condition, fmt, ...)                    \
	({                                           \
		bool holds_ = (condition);           \
                                                     \
		if (unlikely(holds_)) {              \
			pr_warn(fmt, ##__VA_ARGS__); \
			dump_stack();                \
		}                                    \
		unlikely(holds_);                    \
	})
#define WARN_ONCE(condition, fmt, ...)                   \
	({                                               \
		static bool warned_;                     \
		bool once_holds_ = (condition);          \
                                                         \
		if (unlikely(once_holds_ && !warned_)) { \
			warned_ = true;                  \
			WARN(true, fmt, ##__VA_ARGS__);  \
		}                                        \
		unlikely(once_holds_);                   \
	})

#define VM_BUG_ON(condition)		BUG_ON(CHECK && (condition))
#define VM_BUG_ON_PAGE(condition, page) BUG_ON(CHECK && (condition))
#define VM_WARN_ON(condition)		WARN_ON(CHECK && (condition))

#endif
