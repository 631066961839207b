/* SPDX-License-Identifier: MIT */
/* Error numbers. */
#ifndef LINUX_ERRNO_H
#define LINUX_ERRNO_H

#include <linux/types.h>
#include "kernel/errno.h"

#endif
