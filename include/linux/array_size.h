/* SPDX-License-Identifier: MIT */
/* The length of arrays. */
#ifndef LINUX_ARRAY_SIZE_H
#define LINUX_ARRAY_SIZE_H

#include <linux/types.h>
#include "kernel/compiler.h"

#endif
