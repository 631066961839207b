/* SPDX-License-Identifier: MIT */
/* The clock: the time-stamp counter, measured once for a millisecond against a
 * counter with a known rate. The error is about a permille, which is enough for
 * time stamps in a log. A longer measurement would cost more: under -icount a
 * millisecond is a million instructions.
 *
 *	at once          the PIT, which every PC has; else what CPUID states
 *	with ACPI's tables   HPET, PM timer, RTC: the first that moves
 */
#include "arch/tsc.h"

#include "arch/counter.h"
#include "arch/cpu.h"
#include "arch/time.h"
#include "kernel/printk.h"

#define POLLS_AT_MOST 1000u

uint64_t boot_tsc;

static uint32_t khz;

static uint64_t read(void)
{
	return rdtsc();
}

static struct counter tsc_counter = {
	.name = "time-stamp counter",
	.mask = ~(uint64_t)0,
	.patience = POLLS_AT_MOST,
	.read = read,
};

uint32_t tsc_khz(void)
{
	return khz;
}

/* The counter runs at that many counts per millisecond; 0 if that is not
 * known. */
static void adopt(uint64_t rate)
{
	khz = (uint32_t)rate;
	tsc_counter.hz = rate * 1000;
}

static struct cpuid ask(uint32_t leaf)
{
	return cpuid(leaf);
}

void tsc_init(void)
{
	if (!cpu_features.tsc)
		return;
	adopt(counter_measure(&pit_counter, read) / 1000);
	if (!khz && counter_moves(&tsc_counter))
		adopt(tsc_stated_khz(ask));
}

void tsc_init_late(void)
{
	static const struct counter *const others[] = {
		&hpet_counter, &pm_timer_counter, &rtc_counter};

	for (size_t i = 0; i < ARRAY_SIZE(others); i++) {
		if (!cpu_features.tsc || khz)
			return;
		adopt(counter_measure(others[i], read) / 1000);
		if (khz)
			pr_info("clock: no PIT; the time-stamp counter runs at "
				"%lu kHz by the %s\n",
				(unsigned long)khz, others[i]->name);
	}
}

const struct counter *reference_counter(void)
{
	static const struct counter *const all[] = {
		&pit_counter, &hpet_counter, &pm_timer_counter, &rtc_counter};

	if (khz)
		return &tsc_counter;
	for (size_t i = 0; i < ARRAY_SIZE(all); i++)
		if (counter_moves(all[i]))
			return all[i];
	return NULL;
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
