/* SPDX-License-Identifier: MIT */
/* Constants with a type. */
#ifndef LINUX_CONST_H
#define LINUX_CONST_H

#define UL(x)	(x##UL)
#define ULL(x)	(x##ULL)
#define _UL(x)	UL(x)
#define _ULL(x) ULL(x)

#endif
