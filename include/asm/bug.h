/* SPDX-License-Identifier: MIT */
/* Where Linux has it. */
#ifndef ASM_BUG_H
#define ASM_BUG_H

#include <linux/bug.h>

#endif
