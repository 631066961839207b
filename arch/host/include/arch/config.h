/* SPDX-License-Identifier: MIT */
/* A hosted program is built in one piece: its objects need no mark. */
#ifndef ARCH_CONFIG_H
#define ARCH_CONFIG_H

#define MARK_CONFIG _Static_assert(1, "")

#endif
