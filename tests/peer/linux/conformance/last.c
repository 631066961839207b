/* SPDX-License-Identifier: MIT */
/* The end of the table of tests: see ktest.c. */
#include "conformance.h"

extern const struct ktest ktests_end[];
const struct ktest ktests_end[0] __used __section(".ktests");
