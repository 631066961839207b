/* SPDX-License-Identifier: MIT */
/* The rate of the time-stamp counter as CPUID states it.
 *
 * Sources: Intel SDM vol. 2, CPUID leaves 0x15 (crystal) and 0x16 (base
 * frequency); leaf 0x40000010 is VMware's, "Mechanisms to determine if software
 * is running in a VMware virtual machine", and other hypervisors' too. */
#include "arch/tsc.h"

#define LEAF_CRYSTAL	    0x15u
#define LEAF_BASE	    0x16u
#define LEAF_HYPERVISOR	    0x40000000u /* eax: the last one of these */
#define LEAF_HYPERVISOR_TSC 0x40000010u
#define ECX_HYPERVISOR	    (1u << 31) /* of leaf 1 */

static uint32_t hypervisor_khz(cpuid_t ask)
{
	if (!(ask(1).ecx & ECX_HYPERVISOR) ||
	    ask(LEAF_HYPERVISOR).eax < LEAF_HYPERVISOR_TSC)
		return 0;
	return ask(LEAF_HYPERVISOR_TSC).eax;
}

/* The counter runs at ebx/eax times the crystal's ecx Hz; what is not stated is
 * 0. */
static uint32_t crystal_khz(cpuid_t ask)
{
	struct cpuid r = ask(LEAF_CRYSTAL);

	if (!r.eax)
		return 0;
	return (uint32_t)((uint64_t)r.ecx * r.ebx / r.eax / 1000);
}

uint32_t tsc_stated_khz(cpuid_t ask)
{
	uint32_t last = ask(0).eax, khz = hypervisor_khz(ask);

	if (!khz && last >= LEAF_CRYSTAL)
		khz = crystal_khz(ask);
	if (!khz && last >= LEAF_BASE)
		khz = (ask(LEAF_BASE).eax & 0xffff) * 1000;
	return khz;
}
