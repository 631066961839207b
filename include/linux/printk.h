/* SPDX-License-Identifier: MIT */
/* The log. */
#ifndef LINUX_PRINTK_H
#define LINUX_PRINTK_H

#include <linux/types.h>
#include "kernel/printk.h"
#include "kernel/panic.h"

/* Levels that the log does not tell from their neighbours. */
#define KERN_ALERT KERN_SOH "1"
#define KERN_CRIT  KERN_SOH "2"

#define pr_alert(fmt, ...) printk(KERN_ALERT pr_fmt(fmt), ##__VA_ARGS__)
#define pr_crit(fmt, ...)  printk(KERN_CRIT pr_fmt(fmt), ##__VA_ARGS__)
#define pr_warning	   pr_warn
#define pr_devel	   pr_debug

/* Accepts the arguments, and prints nothing. */
#define no_printk(fmt, ...)                         \
	({                                          \
		if (false)                          \
			printk(fmt, ##__VA_ARGS__); \
		0;                                  \
	})

/* Prints the first time that it is reached; true if it has. */
#define printk_once(fmt, ...)                       \
	({                                          \
		static bool printed_;               \
		bool first_ = !printed_;            \
                                                    \
		printed_ = true;                    \
		if (first_)                         \
			printk(fmt, ##__VA_ARGS__); \
		first_;                             \
	})
#define pr_err_once(fmt, ...) printk_once(KERN_ERR pr_fmt(fmt), ##__VA_ARGS__)
#define pr_warn_once(fmt, ...) \
	printk_once(KERN_WARNING pr_fmt(fmt), ##__VA_ARGS__)
#define pr_info_once(fmt, ...) printk_once(KERN_INFO pr_fmt(fmt), ##__VA_ARGS__)

#endif
