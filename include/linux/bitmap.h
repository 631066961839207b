/* SPDX-License-Identifier: MIT */
/* Arrays of bits. */
#ifndef LINUX_BITMAP_H
#define LINUX_BITMAP_H

#include <linux/types.h>
#include <linux/bitops.h>
#include "kernel/bitmap.h"

#endif
