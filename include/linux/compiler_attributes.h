/* SPDX-License-Identifier: MIT */
/* Attributes of the compiler. */
#ifndef LINUX_COMPILER_ATTRIBUTES_H
#define LINUX_COMPILER_ATTRIBUTES_H

#include <linux/types.h>
#include <linux/compiler.h>

#endif
