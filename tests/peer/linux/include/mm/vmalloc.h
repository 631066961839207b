/* SPDX-License-Identifier: MIT */
/* Linux's, by Loft's name. */
#ifndef MM_VMALLOC_H
#define MM_VMALLOC_H

#include <linux/vmalloc.h>

#endif
