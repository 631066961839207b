/* SPDX-License-Identifier: MIT */
/* Members of structures. */
#ifndef LINUX_STDDEF_H
#define LINUX_STDDEF_H

#include <linux/types.h>
#include <stddef.h>

#define sizeof_field(type, member) sizeof(((type *)0)->member)
#define offsetofend(type, member) \
	(offsetof(type, member) + sizeof_field(type, member))

#endif
