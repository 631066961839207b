/* SPDX-License-Identifier: MIT */
/* Where Linux has it. */
#ifndef ASM_IO_H
#define ASM_IO_H

#include <linux/io.h>

#endif
