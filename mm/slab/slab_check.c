/* SPDX-License-Identifier: MIT */
/* CHECK=1: patterns around an object, and in a free one, show writes to memory
 * that the writer did not own.
 *
 *	 8 bytes        size        8 or more                       8 or more
 *	+-------+------------------+-----------+-------+------+-----------+
 *	| 5a 5a |      object      | red zone  | track | link | 5a .. 5a  |
 *	+-------+------------------+-----------+-------+------+-----------+
 *	 rest of                  ^                            this is what
 *	 the one before           |                            the next one has
 *	                          |                            in front of it
 *	  free:   6b 6b .. 6b a5  | bb .. bb
 *	  in use: 5a 5a .. 5a     | cc .. cc      until somebody writes to it
 *
 * The red zone says whether the object is in use. Therefore a second free of an
 * object is found whatever was freed in between. The red zone begins after the
 * bytes that were asked for: one byte too many in kmalloc(50) is found, too.
 *
 * Objects of a cache with a constructor are not filled while they are free;
 * only the bytes around them are checked.
 *
 * A mistake is found when the object is next allocated or freed, or when its
 * slab is freed. */
#include "kernel/panic.h"
#include "kernel/string.h"
#include "slab_cache.h"

#define RED_ZONE 8

uint32_t slab_clock;

/* ---- Layout -------------------------------------------------------------- */

void slab_check_layout(struct kmem_cache *cache)
{
	unsigned word = (unsigned)sizeof(void *);

	cache->track = ALIGN(cache->object_size, word) + RED_ZONE;
	cache->link = cache->track + (unsigned)sizeof(struct slab_track);
	cache->stride = ALIGN(cache->link + word + RED_ZONE, cache->align);
	cache->before = ALIGN(RED_ZONE, cache->align);
}

static struct slab_track *track_of(const struct kmem_cache *cache,
				   const void *object)
{
	return (struct slab_track *)((char *)object + cache->track);
}

/* What `sum` must be. */
static uint32_t sum_of(const struct slab_track *track)
{
	return (uint32_t)((uintptr_t)track->taken_by +
			  3 * (uintptr_t)track->freed_by + 5 * track->size) +
	       7 * track->taken_at + POISON_INUSE;
}

static void seal(struct slab_track *track)
{
	track->sum = sum_of(track);
}

static bool is_sound(const struct slab_track *track)
{
	return track->sum == sum_of(track);
}

/* ---- Bytes --------------------------------------------------------------- */

/* The first of the bytes [from, to) of `object` that is not `byte`, or `to`.
 * Offsets may be negative. */
static int first_other(const void *object, int from, int to, uint8_t byte)
{
	const uint8_t *bytes = object;

	while (from < to && bytes[from] == byte)
		from++;
	return from;
}

/* Whether all of the bytes are. */
static bool all_are(const void *object, int from, int to, uint8_t byte)
{
	return first_other(object, from, to, byte) == to;
}

static void fill(void *object, int from, int to, uint8_t byte)
{
	memset((char *)object + from, byte, (size_t)(to - from));
}

/* Whether an object is marked as free, by the part of the red zone that every
 * object has. */
static bool is_free(const struct kmem_cache *cache, const void *object)
{
	return all_are(object, (int)cache->object_size, (int)cache->track,
		       SLAB_RED_FREE);
}

/* Marks an object as free: fills it, and sets its red zone. */
static void make_free(const struct kmem_cache *cache, void *object)
{
	int size = (int)cache->object_size;

	if (!cache->ctor) {
		fill(object, 0, size - 1, POISON_FREE);
		fill(object, size - 1, size, POISON_END);
	}
	fill(object, size, (int)cache->track, SLAB_RED_FREE);
}

/* Marks an object as in use, `size` bytes of it. */
static void make_in_use(const struct kmem_cache *cache, void *object, int size)
{
	if (!cache->ctor)
		fill(object, 0, size, POISON_INUSE);
	fill(object, size, (int)cache->track, SLAB_RED_IN_USE);
}

void slab_check_new(const struct kmem_cache *cache, const struct page *slab)
{
	fill(lowmem_page_address(slab), 0, (int)cache->mask + 1, POISON_INUSE);
	for (unsigned i = 0; i < cache->per_slab; i++) {
		void *object = slab_object(cache, slab, i);

		make_free(cache, object);
		*track_of(cache, object) = (struct slab_track){0};
		seal(track_of(cache, object));
	}
}

/* ---- Mistakes ------------------------------------------------------------ */

/* The record of the allocation is overwritten, too, and is not printed. */
static void __noreturn __cold lost(const struct kmem_cache *cache,
				   const void *object, const char *what)
{
	panic("slab: object %p of cache %s (%u bytes) was written to %s, over "
	      "the red zone of %d bytes and the record of its allocation: "
	      "its caller is unknown",
	      object, cache->name, cache->object_size, what,
	      (int)cache->track - (int)cache->object_size);
}

/* Byte `at` of an object is wrong: names it, and the object's last callers. */
static void __noreturn __cold written(const struct kmem_cache *cache,
				      const void *object, int at, uint8_t good,
				      const char *what)
{
	const struct slab_track *track = track_of(cache, object);
	unsigned found = ((const uint8_t *)object)[at];

	if (!is_sound(track))
		lost(cache, object, what);
	if (!track->freed_by)
		panic("slab: object %p of cache %s (%u bytes) was written to "
		      "%s: byte %d holds 0x%02x, not 0x%02x. It was allocated "
		      "at %pS (%zu bytes)",
		      object, cache->name, cache->object_size, what, at, found,
		      (unsigned)good, track->taken_by, track->size);
	panic("slab: object %p of cache %s (%u bytes) was written to %s: byte "
	      "%d holds 0x%02x, not 0x%02x. It was allocated at %pS (%zu "
	      "bytes), and freed before at %pS",
	      object, cache->name, cache->object_size, what, at, found,
	      (unsigned)good, track->taken_by, track->size, track->freed_by);
}

/* Panics if [from, to) is not all `byte`. */
static void expect(const struct kmem_cache *cache, const void *object, int from,
		   int to, uint8_t byte, const char *what)
{
	int at = first_other(object, from, to, byte);

	if (at < to)
		written(cache, object, at, byte, what);
}

/* Checks the bytes beyond the red zone, on either side. */
static void check_outside(const struct kmem_cache *cache, const void *object)
{
	int behind = (int)(cache->link + sizeof(void *));

	expect(cache, object, -RED_ZONE, 0, POISON_INUSE, "before its begin");
	expect(cache, object, behind, (int)cache->stride, POISON_INUSE,
	       "beyond its end");
}

/* Panics if a free object has changed. */
static void check_free(const struct kmem_cache *cache, const void *object)
{
	static const char what[] = "after it was freed";
	int size = (int)cache->object_size;

	if (!cache->ctor) {
		expect(cache, object, 0, size - 1, POISON_FREE, what);
		expect(cache, object, size - 1, size, POISON_END, what);
	}
	expect(cache, object, size, (int)cache->track, SLAB_RED_FREE, what);
	check_outside(cache, object);
}

/* ---- In and out ---------------------------------------------------------- */

void slab_check_taken(const struct kmem_cache *cache, void *object, size_t size,
		      const void *caller)
{
	struct slab_track *track = track_of(cache, object);

	check_free(cache, object);
	if (!is_sound(track))
		lost(cache, object, "beyond its end");
	make_in_use(cache, object, (int)size);
	track->taken_by = caller;
	track->size = size;
	track->taken_at = __atomic_add_fetch(&slab_clock, 1, __ATOMIC_RELAXED);
	seal(track);
}

/* Panics if the object is free. */
static void check_in_use(const struct kmem_cache *cache, const void *object,
			 const void *caller)
{
	const struct slab_track *track = track_of(cache, object);

	if (!is_free(cache, object))
		return;
	if (!track->taken_by)
		panic("slab: object %p of cache %s is freed at %pS, but was "
		      "never allocated",
		      object, cache->name, caller);
	panic("slab: object %p of cache %s is freed twice: at %pS, and now at "
	      "%pS. It was allocated at %pS",
	      object, cache->name, track->freed_by, caller, track->taken_by);
}

void slab_check_freed(const struct kmem_cache *cache, void *object,
		      const void *caller)
{
	struct slab_track *track = track_of(cache, object);

	if (!is_sound(track))
		lost(cache, object, "beyond its end");
	check_in_use(cache, object, caller);
	check_outside(cache, object);
	expect(cache, object, (int)track->size, (int)cache->track,
	       SLAB_RED_IN_USE, "beyond its end");
	make_free(cache, object);
	track->freed_by = caller;
	seal(track);
}

void slab_check_unused(const struct kmem_cache *cache, const struct page *slab)
{
	for (unsigned i = 0; i < cache->per_slab; i++)
		check_free(cache, slab_object(cache, slab, i));
}

size_t slab_check_size(const struct kmem_cache *cache, const void *object)
{
	return track_of(cache, object)->size;
}

void slab_check_resize(const struct kmem_cache *cache, void *object,
		       size_t size)
{
	struct slab_track *track = track_of(cache, object);

	expect(cache, object, (int)track->size, (int)cache->track,
	       SLAB_RED_IN_USE, "beyond its end");
	if (size > track->size)
		fill(object, (int)track->size, (int)size, POISON_INUSE);
	fill(object, (int)size, (int)cache->track, SLAB_RED_IN_USE);
	track->size = size;
	seal(track);
}

const void *slab_check_user(const struct kmem_cache *cache, const void *object)
{
	return is_free(cache, object) ? NULL
				      : track_of(cache, object)->taken_by;
}

const void *slab_check_user_since(const struct kmem_cache *cache,
				  const void *object, uint32_t clock)
{
	const struct slab_track *track = track_of(cache, object);

	if (is_free(cache, object) || !is_sound(track) ||
	    (int32_t)(track->taken_at - clock) <= 0)
		return NULL;
	return track->taken_by;
}
