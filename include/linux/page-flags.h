/* SPDX-License-Identifier: MIT */
/* What a page is. */
#ifndef LINUX_PAGE_FLAGS_H
#define LINUX_PAGE_FLAGS_H

#include <linux/types.h>
#include <linux/mm.h>

#endif
