/* SPDX-License-Identifier: MIT */
/* Panics: the end of the kernel after a broken invariant.
 *
 *	BUG_ON(slot >= PKMAP_SLOTS);
 *	panic("memory map: no usable RAM in %u entries", n);
 *
 * A panic prints a sentence that says what happened, to what, and what to do.
 * It is for states in which the kernel could damage data if it went on. For
 * lack of memory and for bad requests, functions return a negative errno or
 * NULL instead. */
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

/* For reports with more than a sentence and a backtrace, such as those of
 * traps. The code between the two calls prints the rest. panic_begin() stops
 * the other CPUs and prints the sentence; `pc` is the instruction to blame.
 * panic_end() prints where the other CPUs were, then the sentence and the place
 * once more, and leaves the machine. */
void panic_begin(uint32_t pc, const char *sentence) __cold;
void panic_end(void) __noreturn __cold;

/* Functions of a room that add lines to the report of a panic. Either may be
 * NULL. They run in any state of the kernel, on the panicking CPU, while the
 * other CPUs are stopped: they take no lock, and allocate nothing.
 *
 *	PANIC_REPORTER(kmap_reporter) = {.explain = explain, .list = list_live};
 */
struct panic_reporter {
	/* Prints what the room knows about the address of a page fault; nothing
	 * if the address does not belong to the room. */
	void (*explain)(uint32_t addr);
	/* Prints a list of live mappings and the like, behind the backtrace. */
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

/* Panics if `cond` is true, with the file, the line and the condition. */
#define BUG_ON(cond)                                                   \
	do {                                                           \
		if (unlikely(cond))                                    \
			panic("%s:%d: this must not be: %s", __FILE__, \
			      __LINE__, #cond);                        \
	} while (0)

/* CHECK=1: stops with the file, the line and the condition that must hold. For
 * what the code around it guarantees: a caller's mistake is a panic with a
 * sentence. With CHECK=0 the condition is compiled, and not evaluated. */
#define ASSERT(cond)                                                           \
	do {                                                                   \
		if (CHECK && unlikely(!(cond)))                                \
			panic("%s:%d: this must hold: %s", __FILE__, __LINE__, \
			      #cond);                                          \
	} while (0)

#define BUG() panic("%s:%d: this must not be reached", __FILE__, __LINE__)

/* Logs that `cond` is true, with file and line, if it is, and goes on. The
 * value is that of the condition. */
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
