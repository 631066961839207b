/* SPDX-License-Identifier: MIT */
/* Zones. */
#ifndef LINUX_MMZONE_H
#define LINUX_MMZONE_H

#include <linux/types.h>
#include <linux/gfp.h>
#include "mm/zone.h"

#endif
