/* SPDX-License-Identifier: MIT */
/* Where Linux has it. */
#ifndef ASM_PGTABLE_H
#define ASM_PGTABLE_H

#include <linux/mm.h>

#endif
