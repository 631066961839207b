/* SPDX-License-Identifier: MIT */
/* RAM that the user keeps out of the direct map. */
#ifndef BOOT_NOMAP_H
#define BOOT_NOMAP_H

/* Marks as NOMAP, in memblock, the RAM that each `nomap=SIZE@BASE` of the
 * command line names, in whole pages. A range without RAM, or with a part that
 * is reserved already, is ignored, with a sentence in the log. Boot, after
 * everything in use is reserved, and before the direct map is built. */
void nomap_apply(void);

#endif
