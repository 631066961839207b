/* SPDX-License-Identifier: MIT */
/* Copies in memory of their own. See mm/kmemdup.h. */
#include "mm/kmemdup.h"

#include "kernel/printk.h"
#include "kernel/string.h"
#include "mm/slab.h"

void *kmemdup(const void *src, size_t size, gfp_t gfp)
{
	void *copy = kmalloc(size, gfp);

	return copy ? memcpy(copy, src, size) : NULL;
}

char *kmemdup_nul(const char *s, size_t size, gfp_t gfp)
{
	char *copy = kmalloc(size + 1, gfp);

	if (!copy)
		return NULL;
	memcpy(copy, s, size);
	copy[size] = '\0';
	return copy;
}

char *kstrdup(const char *s, gfp_t gfp)
{
	return s ? kmemdup(s, strlen(s) + 1, gfp) : NULL;
}

char *kstrndup(const char *s, size_t max, gfp_t gfp)
{
	return s ? kmemdup_nul(s, strnlen(s, max), gfp) : NULL;
}

char *kvasprintf(gfp_t gfp, const char *fmt, va_list args)
{
	va_list again;
	size_t size;
	char *text;

	va_copy(again, args);
	size = (size_t)vsnprintf(NULL, 0, fmt, again) + 1;
	va_end(again);
	text = kmalloc(size, gfp);
	if (text)
		vsnprintf(text, size, fmt, args);
	return text;
}

char *kasprintf(gfp_t gfp, const char *fmt, ...)
{
	va_list args;
	char *text;

	va_start(args, fmt);
	text = kvasprintf(gfp, fmt, args);
	va_end(args);
	return text;
}

/* The barrier keeps the compiler from dropping stores to what is freed. */
void kfree_sensitive(const void *ptr)
{
	if (!ZERO_OR_NULL_PTR(ptr))
		memset((void *)ptr, 0, ksize(ptr));
	barrier();
	kfree(ptr);
}
