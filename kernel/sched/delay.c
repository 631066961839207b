/* SPDX-License-Identifier: MIT */
/* Short delays. See kernel/delay.h. */
#include "kernel/delay.h"

#include "arch/cpu.h"
#include "arch/io.h"
#include "arch/time.h"

/* A port without a device: a write to it takes about a microsecond on the bus,
 * on old and new machines. */
#define DELAY_PORT 0x80

void ndelay(unsigned long nsecs)
{
	uint64_t began = time_ns();

	/* Without a clock the time stays 0. */
	if (!began) {
		for (unsigned long usecs = nsecs / 1000 + 1; usecs; usecs--)
			outb(0, DELAY_PORT);
		return;
	}
	while (time_ns() - began < nsecs)
		cpu_relax();
}

void udelay(unsigned long usecs)
{
	for (; usecs > 1000; usecs -= 1000)
		ndelay(1000000);
	ndelay(usecs * 1000);
}

void mdelay(unsigned long msecs)
{
	while (msecs--)
		ndelay(1000000);
}
