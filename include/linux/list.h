/* SPDX-License-Identifier: MIT */
/* Lists. */
#ifndef LINUX_LIST_H
#define LINUX_LIST_H

#include <linux/kernel.h>
#include <linux/types.h>
#include "kernel/hlist.h"
#include "kernel/list.h"

#endif
