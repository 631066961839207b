/* SPDX-License-Identifier: MIT */
/* Error pointers. */
#ifndef LINUX_ERR_H
#define LINUX_ERR_H

#include <linux/types.h>
#include <linux/errno.h>
#include "kernel/err.h"

#endif
