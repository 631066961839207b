/* SPDX-License-Identifier: MIT */
/* What Linux does to translations, counted. */
#ifndef COUNTERS_H
#define COUNTERS_H

/* Begins to count flushes, in probes that make them thousands of instructions
 * dearer: what is measured from here on is for the counts alone. Returns 0 or
 * a negative errno. Interrupts are always counted. */
int counters_init(void);

#endif
