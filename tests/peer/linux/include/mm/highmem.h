/* SPDX-License-Identifier: MIT */
/* Linux's, by Loft's name. */
#ifndef MM_HIGHMEM_H
#define MM_HIGHMEM_H

#include <linux/highmem.h>

#endif
