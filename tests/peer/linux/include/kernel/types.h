/* SPDX-License-Identifier: MIT */
/* Linux's, by Loft's name, and what it lacks. */
#ifndef KERNEL_TYPES_H
#define KERNEL_TYPES_H

#include <linux/limits.h>
#include <linux/types.h>

#define UINT32_MAX U32_MAX

#endif
