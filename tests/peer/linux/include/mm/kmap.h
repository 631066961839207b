/* SPDX-License-Identifier: MIT */
/* Linux's, by Loft's name. */
#ifndef MM_KMAP_H
#define MM_KMAP_H

#include <linux/highmem.h>

#endif
