/* SPDX-License-Identifier: MIT */
/* Lists of globs, read in place. */
#include "kernel/glob.h"

#include "kernel/string.h"

/* The recursion is as deep as the glob is long, and repeats for each character
 * of the text after a *. Both are typed by a person, and short. */
bool glob_matches(const char *glob, size_t length, const char *text)
{
	if (!length)
		return !*text;
	if (*glob == '*')
		return glob_matches(glob + 1, length - 1, text) ||
		       (*text && glob_matches(glob, length, text + 1));
	if (!*text || (*glob != '?' && *glob != *text))
		return false;
	return glob_matches(glob + 1, length - 1, text + 1);
}

const char *glob_next(const char **patterns, size_t *length)
{
	const char *glob = *patterns, *comma;

	if (!*glob)
		return NULL;
	comma = strchr(glob, ',');
	*length = comma ? (size_t)(comma - glob) : strlen(glob);
	*patterns = glob + *length + (comma ? 1 : 0);
	return glob;
}
