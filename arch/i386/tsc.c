/* SPDX-License-Identifier: MIT */
/* The clock: the time-stamp counter, measured once against the timer chip
 * whose rate every PC knows. Two milliseconds give about a permille, which is
 * plenty for stamps in a log; under -icount they cost two million
 * instructions, which is why it is not more.
 *
 * Source: Intel 8254 data sheet; the gate of channel 2 is bit 0 of port 0x61
 * and its output bit 5. */
#include "arch/tsc.h"

#include "arch/cpu.h"
#include "arch/io.h"
#include "arch/time.h"
#include "boot/early.h"

#define PIT_HZ	      1193182u
#define PIT_CHANNEL2  0x42
#define PIT_COMMAND   0x43
#define PIT_ONE_SHOT  0xB0 /* channel 2, low then high byte, mode 0 */
#define SYSTEM_PORT   0x61
#define GATE2	      0x01
#define SPEAKER	      0x02
#define OUT2	      0x20
#define CALIBRATE_MS  2u
#define PIT_TICKS     (PIT_HZ * CALIBRATE_MS / 1000)
#define POLLS_AT_MOST 10000000u

static uint32_t khz;

uint32_t tsc_khz(void)
{
	return khz;
}

void tsc_init(void)
{
	uint64_t start;
	unsigned polls = POLLS_AT_MOST;

	if (!cpu_features.tsc)
		return;
	outb((inb(SYSTEM_PORT) & ~SPEAKER) | GATE2, SYSTEM_PORT);
	outb(PIT_ONE_SHOT, PIT_COMMAND);
	outb(PIT_TICKS & 0xff, PIT_CHANNEL2);
	outb(PIT_TICKS >> 8, PIT_CHANNEL2);
	start = rdtsc();
	while (!(inb(SYSTEM_PORT) & OUT2) && --polls)
		cpu_relax();
	if (polls)
		khz = (uint32_t)((rdtsc() - start) / CALIBRATE_MS);
}

uint64_t time_ns(void)
{
	uint64_t ticks;

	if (!khz)
		return 0;
	ticks = rdtsc() - boot_tsc;
	/* In two steps: ticks * 10^6 would overflow after two hours. */
	return ticks / khz * 1000000 + ticks % khz * 1000000 / khz;
}
