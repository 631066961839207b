/* SPDX-License-Identifier: MIT */
/* The PIT's channel 0, as a counter with a known rate and as a source of
 * interrupts. Its channel 2 needs a gate at port 0x61, which not every machine
 * has; channel 0 always counts.
 *
 * Source: Intel 8254 data sheet: counter latch, read-back command, modes 0
 * and 2. */
#include "arch/pit.h"

#include "arch/counter.h"
#include "arch/io.h"

/* Channel 0, low byte and then high byte. */
#define PIT_ONE_SHOT 0x30 /* mode 0: its output rises at 0; counts on */
#define PIT_PERIODIC 0x34 /* mode 2: a pulse at 0, and begins again */
#define PIT_LATCH    0x00 /* keeps the count for the next two reads */
#define PIT_STATUS   0xE2 /* the next read is of the status */

#define STATUS_OUT    0x80
#define COUNT_MAX     0xFFFFu
#define POLLS_AT_MOST 20000u

static void load(uint8_t command, uint32_t count)
{
	outb(command, PIT_COMMAND);
	outb((uint8_t)count, PIT_CHANNEL0);
	outb((uint8_t)(count >> 8), PIT_CHANNEL0);
}

void pit_start_periodic(unsigned hz)
{
	load(PIT_PERIODIC, PIT_HZ / hz);
}

void pit_start_one_shot(unsigned count)
{
	load(PIT_ONE_SHOT, count);
}

bool pit_fired(void)
{
	outb(PIT_STATUS, PIT_COMMAND);
	return inb(PIT_CHANNEL0) & STATUS_OUT;
}

/* Cannot find a missing PIT: that reads like one that does not count, which
 * counter_measure() rejects. */
static bool start(void)
{
	pit_start_one_shot(COUNT_MAX);
	return true;
}

static uint64_t read(void)
{
	uint32_t count;

	outb(PIT_LATCH, PIT_COMMAND);
	count = inb(PIT_CHANNEL0);
	count |= (uint32_t)inb(PIT_CHANNEL0) << 8;
	return COUNT_MAX - count; /* it counts down */
}

struct counter pit_counter = {
	.name = "PIT",
	.hz = PIT_HZ,
	.mask = COUNT_MAX,
	.patience = POLLS_AT_MOST,
	.read = read,
	.start = start,
	.overran = pit_fired,
};
