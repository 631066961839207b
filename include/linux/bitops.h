/* SPDX-License-Identifier: MIT */
/* Bits. */
#ifndef LINUX_BITOPS_H
#define LINUX_BITOPS_H

#include <linux/bits.h>
#include <linux/types.h>

#endif
