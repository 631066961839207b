/* SPDX-License-Identifier: MIT */
/* Levels of the log. */
#ifndef LINUX_KERN_LEVELS_H
#define LINUX_KERN_LEVELS_H

#include <linux/types.h>
#include <linux/printk.h>

#endif
