/* SPDX-License-Identifier: MIT */
/* Linux's, by Loft's name: rdtsc(). */
#ifndef ARCH_CPU_H
#define ARCH_CPU_H

#include <asm/msr.h>

#endif
