/* SPDX-License-Identifier: MIT */
/* The list of all tasks that were made and not joined. */
#ifndef KERNEL_TASK_LIST_H
#define KERNEL_TASK_LIST_H

#include "kernel/compiler.h"
#include "kernel/task.h"

/* Fills in a task, except the contents of its stack, and adds it to the list:
 * for threads, and for the first tasks, which are not created. */
void task_fill(struct task *task, uint8_t *stack, const char *name);

/* Removes a task from the list. Any context but NMI. */
void task_unlist(struct task *task);

/* Whether `task`, which may point anywhere, is in the list. Any context but
 * NMI. */
bool task_is_listed(const struct task *task);

/* Panics: `api`, called at `caller`, was given `task`, which is none, or was
 * joined and freed. */
void panic_no_task(const char *api, const struct task *task,
		   const void *caller) __noreturn __cold;

/* Calls `visit` for each task that was made and not joined, with interrupts off
 * and the list of tasks locked: it may print, and little else. Any context but
 * NMI. */
void for_each_task(void (*visit)(struct task *task));

/* Prints one line for each task: name, state, CPU, ticks that it ran, and how
 * often it was given a CPU, as they are while it looks. Any context but NMI. */
void show_tasks(void);

#endif
