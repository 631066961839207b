/* SPDX-License-Identifier: MIT */
/* The end of the line: what a broken invariant calls.
 *
 *	BUG_ON(slot >= PKMAP_SLOTS);
 *	panic("memory map: no usable RAM in %u entries", n);
 *
 * A panic is a sentence for a person: what happened, to whom, what to do. It
 * is for states from which going on could lose data; out of memory and bad
 * requests are answers (a negative errno or NULL), not panics. */
#ifndef KERNEL_PANIC_H
#define KERNEL_PANIC_H

#include <stdbool.h>

#include "kernel/compiler.h"
#include "kernel/types.h"

/* The longest sentence, with its final NUL; what is over is cut. */
#define SENTENCE_MAX 512

/* Prints the sentence, where it was called from, a backtrace with names, and
 * leaves QEMU with a failing status, or halts. Any context, also before
 * paging is on. A panic inside a panic prints its sentence and stops. */
void panic(const char *fmt, ...) __noreturn __cold __printf(1, 2);

/* For reports that say more than a sentence and a backtrace (traps do): what
 * comes between the two is one panic. panic_begin() stops the other CPUs and
 * prints the sentence; `pc` is the instruction to blame. panic_end() prints
 * where the other CPUs were, then the sentence and the place once more, and
 * leaves the machine. */
void panic_begin(uint32_t pc, const char *sentence) __cold;
void panic_end(void) __noreturn __cold;

/* What a room adds to the report of a panic, a line of its own for each thing.
 * Either may be NULL. Both run in any state of the kernel, on the CPU that
 * panics, the others being stopped: they take no lock, and allocate nothing.
 *
 *	PANIC_REPORTER(kmap_reporter) = {.explain = explain, .list = list_live};
 */
struct panic_reporter {
	/* Says what the room knows of an address at which a page fault was;
	 * nothing if the address is not the room's. */
	void (*explain)(uint32_t addr);
	/* Lists what is live, behind the backtrace. */
	void (*list)(void);
};
#define PANIC_REPORTER(name)                                      \
	static const struct panic_reporter name __used __section( \
		".panic_reporters")

/* Calls each reporter's explain(). For traps, after panic_begin(). */
void panic_explain(uint32_t addr) __cold;

/* Whether this CPU panics. */
bool panicking(void);

/* Called first by panic() with the sentence, if not NULL. It may leave by a
 * long jump: tests expect panics with it. */
extern void (*panic_hook)(const char *sentence);

/* Stops with the file, the line and the condition that does not hold. */
#define BUG_ON(cond)                                                   \
	do {                                                           \
		if (unlikely(cond))                                    \
			panic("%s:%d: this must not be: %s", __FILE__, \
			      __LINE__, #cond);                        \
	} while (0)

#define BUG() panic("%s:%d: this must not be reached", __FILE__, __LINE__)

/* Says that `cond` holds, though it should not, with file and line, and goes
 * on. The value is the condition's. */
#define WARN_ON(cond)                                           \
	({                                                      \
		bool warn_ = (cond);                            \
		if (unlikely(warn_))                            \
			warn_report(__FILE__, __LINE__, #cond); \
		warn_;                                          \
	})
void warn_report(const char *file, int line, const char *what) __cold;

/* Prints the backtrace of the caller, and goes on. */
void dump_stack(void) __cold;

#endif
