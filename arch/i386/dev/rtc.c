/* SPDX-License-Identifier: MIT */
/* The real-time clock as a counter of seconds: slow, so it is tried last.
 *
 * Source: Motorola MC146818A data sheet: "Time, Calendar, and Alarm Locations",
 * "Registers". */
#include "arch/counter.h"

#include "arch/io.h"

#define RTC_INDEX 0x70
#define RTC_DATA  0x71

#define RTC_SECONDS 0x00
#define RTC_A	    0x0A
#define RTC_B	    0x0B
#define RTC_D	    0x0D

#define A_UPDATING 0x80
#define B_BINARY   0x04 /* else BCD */
#define D_VALID	   0x80
#define D_ZERO	   0x7F

/* Of a register; 0.2 us in a fast emulator, so that this is some seconds. */
#define POLLS_AT_MOST 40000000u

static uint8_t reg(uint8_t index)
{
	outb(index, RTC_INDEX);
	return inb(RTC_DATA);
}

static unsigned seconds(void)
{
	unsigned raw = reg(RTC_SECONDS);

	return reg(RTC_B) & B_BINARY ? raw : (raw >> 4) * 10 + (raw & 0xf);
}

/* Seconds since the first read; the clock itself counts modulo 60. While the
 * clock updates itself, returns the value before. */
static uint64_t read(void)
{
	static uint64_t count;
	static unsigned last;
	unsigned now;

	if (reg(RTC_A) & A_UPDATING)
		return count;
	now = seconds();
	count += (now + 60 - last) % 60;
	last = now;
	return count;
}

/* Waits until a second begins, so that whole seconds are measured. Registers of
 * a missing chip read as ones. */
static bool start(void)
{
	return (reg(RTC_D) & (D_VALID | D_ZERO)) == D_VALID &&
	       counter_wait(&rtc_counter, read(), 1);
}

struct counter rtc_counter = {
	.name = "RTC",
	.hz = 1,
	.mask = ~(uint64_t)0,
	.patience = POLLS_AT_MOST,
	.read = read,
	.start = start,
};
