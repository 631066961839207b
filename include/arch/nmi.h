/* SPDX-License-Identifier: MIT */
/* Non-maskable interrupts, which reach a CPU even while it has interrupts off:
 * asking another CPU where it is, and an alarm for the only CPU of a
 * machine. */
#ifndef ARCH_NMI_H
#define ARCH_NMI_H

#include "kernel/types.h"

/* Where a CPU was when its NMI arrived. */
struct cpu_snapshot {
	uint32_t eip, ebp;
	const char *task; /* its name */
	bool taken;	  /* false: the CPU did not answer */
};

/* Asks the online CPU `cpu`, not the running one, where it is, and fills
 * `*snapshot`. Returns false if that CPU does not answer. Any context. */
bool cpu_ask(unsigned cpu, struct cpu_snapshot *snapshot);

/* ---- The alarm of the only CPU ------------------------------------------- */

/* The time from nmi_alarm_set() to the NMI, in milliseconds. */
#define NMI_ALARM_MS 54

/* Routes the PIT's interrupt to the running CPU as an NMI, waits for a first
 * one, and sets the alarm. Returns false if none comes: there is no local APIC,
 * the PIT is absent or the source of ticks, or its interrupt is at another pin
 * than the MADT says. Once, on the only CPU, after clock_start(). */
bool nmi_alarm_start(void);

/* Turns the alarm off for good, before the CPU halts for ever. Any context. */
void nmi_alarm_stop(void);

/* Whether nmi_alarm_start() has returned true. Any context. */
bool nmi_alarm_is_on(void);

/* Sets the alarm to NMI_ALARM_MS from now, in place of an earlier setting. The
 * NMI handler then calls watchdog_alarm(). An alarm is lost if its pin is
 * masked at that moment. Does nothing if the alarm is off. Interrupts off, or
 * NMI. */
void nmi_alarm_set(void);

/* Whether the NMI that is being handled is the alarm. */
bool nmi_alarm_rang(void);

struct trap_frame;

/* Called by the alarm's NMI, which has interrupted `interrupted`.
 * kernel/sched/watchdog.c defines it. */
void watchdog_alarm(const struct trap_frame *interrupted);

/* ---- Panics -------------------------------------------------------------- */

/* Stops all other CPUs for ever. For panics; once. */
void cpus_stop(void);

/* Where cpus_stop() stopped `cpu`. */
const struct cpu_snapshot *cpu_stopped(unsigned cpu);

#endif
