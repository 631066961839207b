/* SPDX-License-Identifier: MIT */
/* sources: arch/i386/dev/counter.c arch/host/panic.c arch/host/printk.c */
/* Measuring counters, with two that a test moves: time passes at each read. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "arch/counter.h"

#define MHZ 1000000u

static struct {
	uint64_t ns;	   /* since the test began */
	uint64_t stall_at; /* the host does something else then, ... */
	uint64_t stall;	   /* ... for so long; 0: it does not */
	uint64_t dead_at;  /* the known counter stands still from then on */
	unsigned starts, overruns;
	bool absent;
} world;

static void pass(uint64_t ns)
{
	world.ns += ns;
	if (world.stall && world.ns >= world.stall_at) {
		world.ns += world.stall;
		world.stall = 0;
	}
}

/* Of 2 MHz and 16 bits. */
static uint64_t read_known(void)
{
	pass(300);
	return (world.ns < world.dead_at ? world.ns : world.dead_at) / 500 &
	       0xffff;
}

/* Of 250 MHz. */
static uint64_t read_unknown(void)
{
	pass(20);
	return world.ns / 4;
}

static uint64_t read_nothing(void)
{
	pass(20);
	return 42;
}

static bool start(void)
{
	world.starts++;
	return !world.absent;
}

static bool overran(void)
{
	if (!world.overruns)
		return false;
	world.overruns--;
	return true;
}

static const struct counter known = {
	.name = "known",
	.hz = 2 * MHZ,
	.mask = 0xffff,
	.patience = 1000,
	.read = read_known,
	.start = start,
	.overran = overran,
};

static int begin(void **state)
{
	(void)state;
	memset(&world, 0, sizeof(world));
	world.dead_at = ~(uint64_t)0;
	return 0;
}

static void assert_measured(uint64_t hz)
{
	assert_true(hz > 249 * MHZ && hz < 251 * MHZ);
}

static void a_rate_is_measured_to_some_permille(void **state)
{
	(void)state;
	assert_measured(counter_measure(&known, read_unknown));
	assert_int_equal(world.starts, 1);
	assert_true(world.ns >= 1000000 && world.ns < 1100000);
}

static void the_known_counter_may_wrap_once(void **state)
{
	(void)state;
	world.ns = 65000ull * 500;
	assert_measured(counter_measure(&known, read_unknown));
}

static void a_host_that_stalls_does_no_harm(void **state)
{
	(void)state;
	for (uint64_t at = 0; at < 1100000; at += 1700) {
		begin(NULL);
		world.stall_at = at;
		world.stall = 20 * MHZ; /* 20 ms, of 32 that it can count */
		assert_measured(counter_measure(&known, read_unknown));
	}
}

static void a_counter_that_overran_is_started_again(void **state)
{
	(void)state;
	world.overruns = 3;
	assert_measured(counter_measure(&known, read_unknown));
	assert_int_equal(world.starts, 4);
	begin(state);
	world.overruns = 1000;
	assert_int_equal(counter_measure(&known, read_unknown), 0);
}

static void what_is_absent_or_stands_still_measures_nothing(void **state)
{
	(void)state;
	world.absent = true;
	assert_int_equal(counter_measure(&known, read_unknown), 0);
	assert_false(counter_moves(&known));
	begin(state);
	world.dead_at = 0;
	assert_int_equal(counter_measure(&known, read_unknown), 0);
	assert_false(counter_moves(&known));
	begin(state);
	world.dead_at = 500000; /* in the midst of it */
	assert_int_equal(counter_measure(&known, read_unknown), 0);
	begin(state);
	assert_true(counter_moves(&known));
	assert_int_equal(counter_measure(&known, read_nothing), 0);
}

static void a_slow_counter_is_measured_by_for_one_count(void **state)
{
	struct counter slow = known;

	(void)state;
	slow.hz = 1; /* as if it were: then the other runs as fast */
	slow.start = NULL;
	slow.overran = NULL;
	assert_true(counter_measure(&slow, read_unknown) > 0);
	assert_true(world.ns < 20000);
}

int main(void)
{
#define COUNTER_TEST(name) cmocka_unit_test_setup(name, begin)
	const struct CMUnitTest tests[] = {
		COUNTER_TEST(a_rate_is_measured_to_some_permille),
		COUNTER_TEST(the_known_counter_may_wrap_once),
		COUNTER_TEST(a_host_that_stalls_does_no_harm),
		COUNTER_TEST(a_counter_that_overran_is_started_again),
		COUNTER_TEST(what_is_absent_or_stands_still_measures_nothing),
		COUNTER_TEST(a_slow_counter_is_measured_by_for_one_count),
	};

	return cmocka_run_group_tests_name("counter", tests, NULL, NULL);
}
