/* SPDX-License-Identifier: MIT */
/* Linux's, by Loft's name. */
#ifndef KERNEL_STRING_H
#define KERNEL_STRING_H

#include <linux/string.h>

#endif
