/* SPDX-License-Identifier: MIT */
/* Users of pages. */
#ifndef LINUX_PAGE_REF_H
#define LINUX_PAGE_REF_H

#include <linux/types.h>
#include <linux/mm.h>

#endif
