/* SPDX-License-Identifier: MIT */
/* Bits. */
#ifndef LINUX_FIND_H
#define LINUX_FIND_H

#include <linux/types.h>
#include <linux/bitops.h>

#endif
