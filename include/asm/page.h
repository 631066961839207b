/* SPDX-License-Identifier: MIT */
/* Pages. */
#ifndef ASM_PAGE_H
#define ASM_PAGE_H

#include <linux/mm.h>

#endif
