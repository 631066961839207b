/* SPDX-License-Identifier: MIT */
/* Parameters of modules: variables that keep what they begin with. */
#ifndef LINUX_MODULEPARAM_H
#define LINUX_MODULEPARAM_H

#include <linux/types.h>
#include "kernel/compiler.h"

#define module_param(name, type, mode) STATIC_ASSERT(sizeof(name) > 0)
#define MODULE_PARM_DESC(name, text)   STATIC_ASSERT(sizeof(text) > 0)

#endif
