/* SPDX-License-Identifier: MIT */
/* Where Linux has it. */
#ifndef ASM_PROCESSOR_H
#define ASM_PROCESSOR_H

#include "arch/cpu.h"

#endif
