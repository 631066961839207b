/* SPDX-License-Identifier: MIT */
/* Ending the machine. */
#ifndef ARCH_MACHINE_H
#define ARCH_MACHINE_H

#include "kernel/compiler.h"

/* Values for QEMU's isa-debug-exit, which ends QEMU with the status 2 * code +
 * 1: 33, 35, 37. After a reset the status is 0. */
enum exit_code {
	EXIT_PASSED = 0x10,
	EXIT_FAILED = 0x11,
	EXIT_PANIC = 0x12,
};

/* Ends an emulated machine with `code`, after all output was sent. A machine
 * that cannot be ended is halted for ever; its screen stays. */
void machine_exit(enum exit_code code) __noreturn;

#endif
