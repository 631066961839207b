/* SPDX-License-Identifier: MIT */
/* The ends of the tables of benchmarks and counters: see start.c. */
#include "kernel/bench.h"

extern const struct bench benches_end[];
const struct bench benches_end[0] __used __section(".benches");
extern const struct bench_counter bench_counters_end[];
const struct bench_counter bench_counters_end[0] __used
	__section(".bench_counters");
