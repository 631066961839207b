/* SPDX-License-Identifier: MIT */
/* Linux keeps the counter's rate in a variable of this name. */
#ifndef ARCH_TSC_H
#define ARCH_TSC_H

#include <asm/tsc.h>

#define tsc_khz() (tsc_khz)

#endif
