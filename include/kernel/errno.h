/* SPDX-License-Identifier: MIT */
/* Error numbers, with the values that every Unix gives them. Functions return
 * them negated. */
#ifndef KERNEL_ERRNO_H
#define KERNEL_ERRNO_H

#define ENOENT 2
#define EAGAIN 11
#define ENOMEM 12
#define EFAULT 14
#define EBUSY  16
#define EEXIST 17
#define ENODEV 19
#define EINVAL 22
#define ENOSPC 28
#define ERANGE 34

#define ETIMEDOUT 110

#endif
