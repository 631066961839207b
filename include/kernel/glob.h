/* SPDX-License-Identifier: MIT */
/* Patterns, as `test=` and `bench=` take them: globs in which * stands for any
 * text and ? for any character, separated by commas. */
#ifndef KERNEL_GLOB_H
#define KERNEL_GLOB_H

#include "kernel/types.h"

/* Whether the whole `text` matches the glob of `length` bytes at `glob`. */
bool glob_matches(const char *glob, size_t length, const char *text);

/* Returns the next glob of the list at `*patterns`, with its length, and moves
 * `*patterns` behind it; NULL at the end. */
const char *glob_next(const char **patterns, size_t *length);

#endif
