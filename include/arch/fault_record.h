/* SPDX-License-Identifier: MIT */
/* The record, in a task, of a fault that the exception table fixed up: see
 * arch/extable.h. */
#ifndef ARCH_FAULT_RECORD_H
#define ARCH_FAULT_RECORD_H

#include "kernel/types.h"

struct fault_record {
	uint32_t vector, error, address;
};

#endif
