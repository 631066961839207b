/* SPDX-License-Identifier: MIT */
/* Linux's, by Loft's name. */
#ifndef ARCH_SMP_H
#define ARCH_SMP_H

#include <linux/cpumask.h>
#include <linux/processor.h>

#endif
