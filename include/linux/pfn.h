/* SPDX-License-Identifier: MIT */
/* Frames. */
#ifndef LINUX_PFN_H
#define LINUX_PFN_H

#include <linux/types.h>
#include "arch/page.h"

#endif
