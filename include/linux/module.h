/* SPDX-License-Identifier: MIT */
/* A module is an object that `make EXTRA_OBJS=` links into the kernel: what
 * module_init() names is called after the boot and before the tests. One object
 * may have it. Nothing ends before the kernel does, so module_exit() names what
 * is never called. */
#ifndef LINUX_MODULE_H
#define LINUX_MODULE_H

#include <linux/types.h>
#include <linux/export.h>
#include <linux/init.h>
#include <linux/moduleparam.h>
#include <linux/printk.h>
#include "kernel/extra.h"

#define THIS_MODULE    ((struct module *)0)
#define KBUILD_MODNAME "module"

#define MODULE_LICENSE(text)	 STATIC_ASSERT(sizeof(text) > 0)
#define MODULE_AUTHOR(text)	 STATIC_ASSERT(sizeof(text) > 0)
#define MODULE_DESCRIPTION(text) STATIC_ASSERT(sizeof(text) > 0)
#define MODULE_VERSION(text)	 STATIC_ASSERT(sizeof(text) > 0)

#define module_init(init)                                              \
	void extra_main(void)                                          \
	{                                                              \
		int error_ = init();                                   \
                                                                       \
		if (error_)                                            \
			pr_err("%s: %s failed: %d\n", __FILE__, #init, \
			       error_);                                \
	}                                                              \
	STATIC_ASSERT(sizeof(#init) > 0)
#define module_exit(exit) \
	static void (*const module_exit_)(void) __used = (exit)

#endif
