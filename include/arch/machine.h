/* SPDX-License-Identifier: MIT */
/* The way out of the machine. */
#ifndef ARCH_MACHINE_H
#define ARCH_MACHINE_H

#include "kernel/compiler.h"

/* What is written to QEMU's isa-debug-exit, which ends with the status
 * 2 * code + 1: 33, 35, 37. 0, the status of a machine that resets, is none
 * of them. */
enum exit_code {
	EXIT_PASSED = 0x10,
	EXIT_FAILED = 0x11,
	EXIT_PANIC = 0x12,
};

/* Ends an emulated machine with `code`, when all output has left. A machine
 * that cannot be ended is halted for ever, with its screen as it is. */
void machine_exit(enum exit_code code) __noreturn;

#endif
