/* SPDX-License-Identifier: MIT */
/* A hook for code from outside the tree: `make EXTRA_OBJS=build/a.o run`
 * compiles a.c with the kernel's flags and links it. Objects that are compiled
 * already can be linked, too, such as the hidden tests of a course. */
#ifndef KERNEL_EXTRA_H
#define KERNEL_EXTRA_H

/* Defined by the extra objects, if there are any. Called once, on the boot CPU,
 * after the boot and before the kernel's own tests. */
void extra_main(void) __attribute__((weak));

#endif
