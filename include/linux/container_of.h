/* SPDX-License-Identifier: MIT */
/* Structures around their members. */
#ifndef LINUX_CONTAINER_OF_H
#define LINUX_CONTAINER_OF_H

#include <linux/types.h>
#include "kernel/compiler.h"

#endif
