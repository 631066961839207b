/* SPDX-License-Identifier: MIT */
/* arch/host: functions by which a test sets up and observes the machine of an
 * ordinary process. Kernel sources never include this file.
 *
 *	static char ram[MiB(16)];
 *	host_memory_set(ram, GiB(4), sizeof(ram));   // RAM at 4 GiB
 *	assert_true(host_panics(memblock_free_late(0, PAGE_SIZE)));
 *	assert_non_null(strstr(host_panic_text(), "page allocator"));
 */
#ifndef ARCH_HOST_H
#define ARCH_HOST_H

#include <setjmp.h>

#include "kernel/types.h"

/* Physical memory is one array: physical [phys, phys + size) appears at
 * `array`, for phys_to_virt() and virt_to_phys(). Before the first call there
 * is none. */
void host_memory_set(void *array, phys_addr_t phys, size_t size);

/* Makes frames from `end` on highmem: only kmap calls return addresses of them.
 * host_memory_set() makes all of it lowmem. */
void host_lowmem_set(phys_addr_t end);

/* The output of printk() since the last host_log_clear(): whole lines, without
 * their levels. If the log is too long for the buffer, its end is missing. */
const char *host_log(void);
void host_log_clear(void);

/* Runs `statement`; true if it ended in panic(). host_panic_text() then returns
 * the sentence. Do not nest. Local variables that the statement changes must be
 * volatile. A panic outside of it prints the sentence and aborts. */
#define host_panics(statement)                  \
	({                                      \
		jmp_buf host_jump_;             \
		volatile bool host_hit_ = true; \
		host_panic_jump = &host_jump_;  \
		if (setjmp(host_jump_) == 0) {  \
			statement;              \
			host_hit_ = false;      \
		}                               \
		host_panic_jump = NULL;         \
		host_hit_;                      \
	})
const char *host_panic_text(void);

/* Where the next panic() continues; if NULL, it aborts. */
extern jmp_buf *host_panic_jump;

#endif
