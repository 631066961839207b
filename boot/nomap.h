/* SPDX-License-Identifier: MIT */
/* RAM that the user keeps out of the direct map. */
#ifndef BOOT_NOMAP_H
#define BOOT_NOMAP_H

/* Marks NOMAP, in memblock, the RAM that each `nomap=SIZE@BASE` of the command
 * line names, in whole pages. A range that has no RAM, or of which something is
 * reserved already, is left alone, with a sentence in the log. Boot, once what
 * is in use is reserved, before the direct map is made. */
void nomap_apply(void);

#endif
