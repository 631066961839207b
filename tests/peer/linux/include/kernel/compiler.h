/* SPDX-License-Identifier: MIT */
/* Linux's, by Loft's name, and what it lacks. */
#ifndef KERNEL_COMPILER_H
#define KERNEL_COMPILER_H

#include <linux/compiler.h>
#include <linux/minmax.h>

#define __no_reorder __attribute__((no_reorder))
#define __noinline   noinline

#endif
