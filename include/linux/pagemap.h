/* SPDX-License-Identifier: MIT */
/* Pages. */
#ifndef LINUX_PAGEMAP_H
#define LINUX_PAGEMAP_H

#include <linux/types.h>
#include <linux/highmem.h>
#include <linux/mm.h>

#endif
