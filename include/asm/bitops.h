/* SPDX-License-Identifier: MIT */
/* Where Linux has it. */
#ifndef ASM_BITOPS_H
#define ASM_BITOPS_H

#include <linux/bitops.h>

#endif
