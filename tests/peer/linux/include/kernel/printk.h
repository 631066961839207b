/* SPDX-License-Identifier: MIT */
/* Linux's, by Loft's name. What programs read has a level that `loglevel=2`
 * lets through. */
#ifndef KERNEL_PRINTK_H
#define KERNEL_PRINTK_H

#include <linux/printk.h>

#define console_printf(...) printk(KERN_ALERT __VA_ARGS__)

#endif
