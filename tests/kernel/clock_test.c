/* SPDX-License-Identifier: MIT */
/* The clock that stamps the log. Only its order is asked, never how fast it
 * runs: an emulator's time is not the host's.
 *
 * Notices: time_goes_back. */
#include "kernel/ktest.h"

#include "arch/cpu.h"
#include "arch/time.h"
#include "arch/tsc.h"

KTEST(clock, "time never goes back, and does not stand still")
{
	uint64_t first = time_ns(), last = first;
	unsigned backwards = 0;

	if (!cpu_features.tsc || !tsc_khz())
		return ktest_skip("no time-stamp counter that can be measured");
	for (unsigned i = 0; i < 10000; i++) {
		uint64_t now = time_ns();

		backwards += now < last;
		last = now;
	}
	EXPECT_EQ(backwards, 0);
	EXPECT(last > first);
}
