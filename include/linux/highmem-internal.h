/* SPDX-License-Identifier: MIT */
/* High memory. */
#ifndef LINUX_HIGHMEM_INTERNAL_H
#define LINUX_HIGHMEM_INTERNAL_H

#include <linux/types.h>
#include <linux/highmem.h>

#endif
