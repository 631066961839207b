/* SPDX-License-Identifier: MIT */
/* Linux's, by Loft's name. */
#ifndef MM_SLAB_H
#define MM_SLAB_H

#include <linux/slab.h>

#endif
