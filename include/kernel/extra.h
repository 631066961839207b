/* SPDX-License-Identifier: MIT */
/* Room for somebody else's code in the kernel: `make EXTRA_OBJS=build/a.o run`
 * compiles a.c with the kernel's flags and links it, too; a course's hidden
 * tests come as objects that are compiled already. */
#ifndef KERNEL_EXTRA_H
#define KERNEL_EXTRA_H

/* Defined by the extra objects, if there are any. Called once, on the boot CPU,
 * when all of the kernel is up and before its own tests. */
void extra_main(void) __attribute__((weak));

#endif
