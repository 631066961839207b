/* SPDX-License-Identifier: MIT */
/* The clock for the time stamps of log lines. */
#ifndef ARCH_TIME_H
#define ARCH_TIME_H

#include <stdint.h>

/* Nanoseconds since boot; 0 until the clock is calibrated. Never goes back on
 * one CPU. Any context, also before paging is on. */
uint64_t time_ns(void);

#endif
