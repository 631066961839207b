/* SPDX-License-Identifier: MIT */
/* Code and data of the boot: kept, as all others are. */
#ifndef LINUX_INIT_H
#define LINUX_INIT_H

#define __init
#define __exit
#define __initdata
#define __initconst
#define __exitdata

#endif
