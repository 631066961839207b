/* SPDX-License-Identifier: MIT */
/* sources: arch/i386/dev/tsc_rate.c */
/* The rate of the time-stamp counter as CPUID states it: CPUs that do, and that
 * leave it out. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "arch/tsc.h"

#define HYPERVISOR (1u << 31)

static struct {
	struct cpuid max, features, crystal, base, hypervisor_max, hypervisor;
} leaf;

static struct cpuid ask(uint32_t number)
{
	switch (number) {
	case 0:
		return leaf.max;
	case 1:
		return leaf.features;
	case 0x15:
		assert_true(leaf.max.eax >= 0x15);
		return leaf.crystal;
	case 0x16:
		assert_true(leaf.max.eax >= 0x16);
		return leaf.base;
	case 0x40000000:
		assert_true(leaf.features.ecx & HYPERVISOR);
		return leaf.hypervisor_max;
	case 0x40000010:
		assert_true(leaf.hypervisor_max.eax >= 0x40000010);
		return leaf.hypervisor;
	default:
		fail_msg("leaf 0x%lx was asked for", (unsigned long)number);
		return leaf.max;
	}
}

static int begin(void **state)
{
	(void)state;
	memset(&leaf, 0, sizeof(leaf));
	leaf.max.eax = 0x16;
	return 0;
}

static void a_crystal_and_a_ratio_are_a_rate(void **state)
{
	(void)state;
	leaf.crystal = (struct cpuid){2, 216, 24000000, 0};
	leaf.base.eax = 2500;
	assert_int_equal(tsc_stated_khz(ask), 2592000);
}

/* Some CPUs leave out the crystal's rate, and state the ratio. */
static void without_a_crystal_the_base_frequency_counts(void **state)
{
	(void)state;
	leaf.crystal = (struct cpuid){2, 216, 0, 0};
	leaf.base.eax = 0xeeee0000 | 2600;
	assert_int_equal(tsc_stated_khz(ask), 2600000);
	leaf.crystal = (struct cpuid){0, 216, 24000000, 0};
	assert_int_equal(tsc_stated_khz(ask), 2600000);
}

static void a_hypervisor_knows_better(void **state)
{
	(void)state;
	leaf.base.eax = 2600;
	leaf.features.ecx = HYPERVISOR;
	leaf.hypervisor_max.eax = 0x40000010;
	leaf.hypervisor.eax = 2095998;
	assert_int_equal(tsc_stated_khz(ask), 2095998);
	leaf.hypervisor_max.eax = 0x40000001;
	assert_int_equal(tsc_stated_khz(ask), 2600000);
}

static void old_cpus_state_nothing_and_are_not_asked(void **state)
{
	(void)state;
	leaf.max.eax = 0x14;
	assert_int_equal(tsc_stated_khz(ask), 0);
	leaf.max.eax = 0x15;
	assert_int_equal(tsc_stated_khz(ask), 0);
}

int main(void)
{
#define RATE_TEST(name) cmocka_unit_test_setup(name, begin)
	const struct CMUnitTest tests[] = {
		RATE_TEST(a_crystal_and_a_ratio_are_a_rate),
		RATE_TEST(without_a_crystal_the_base_frequency_counts),
		RATE_TEST(a_hypervisor_knows_better),
		RATE_TEST(old_cpus_state_nothing_and_are_not_asked),
	};

	return cmocka_run_group_tests_name("tsc_rate", tests, NULL, NULL);
}
