/* SPDX-License-Identifier: MIT */
/* Counts objects and slabs of caches, and, with CHECK=1, the callers that
 * allocated them. See mm/slab_count.h. */
#include "mm/slab_count.h"

#include "arch/smp.h"
#include "kernel/printk.h"
#include "slab_cache.h"

struct kmem_cache *kmem_cache_at(unsigned number)
{
	struct kmem_cache *cache = &kmem_caches[number];

	return READ_ONCE(cache->name) ? cache : NULL;
}

const char *kmem_cache_name(const struct kmem_cache *cache)
{
	return cache->name;
}

void kmem_caches_shrink(void)
{
	for (unsigned i = 0; i < SLAB_CACHES; i++)
		if (kmem_cache_at(i))
			kmem_cache_shrink(&kmem_caches[i]);
}

struct slab_counts slab_count(void)
{
	struct slab_counts counts = {0};

	for (unsigned i = 0; i < SLAB_CACHES; i++) {
		const struct kmem_cache *cache = &kmem_caches[i];

		counts.objects += READ_ONCE(cache->taken);
		counts.pages += (unsigned long)READ_ONCE(cache->slabs)
				<< cache->order;
	}
	return counts;
}

/* ---- Objects in use ------------------------------------------------------ */

/* Objects of a cache in CPUs' lists. */
static unsigned long in_cpu_lists(const struct kmem_cache *cache)
{
	unsigned long n = 0;

	for_each_cpu(i, cpu_online_mask) {
		const struct slab_cpu *cpu =
			&per_cpu_ptr(&slab_cpus, i)->of[cache->number];

		if (cpu->first)
			n += cache->limit - (unsigned)cpu->room;
	}
	return n;
}

unsigned long kmem_cache_in_use(const struct kmem_cache *cache)
{
	unsigned long taken = READ_ONCE(cache->taken);
	unsigned long waiting = in_cpu_lists(cache);

	return taken > waiting ? taken - waiting : 0;
}

void slabinfo(void)
{
	pr_info("slabinfo: cache               in use  objects    bytes "
		"per slab    slabs   order\n");
	for (const struct kmem_cache *cache = kmem_caches;
	     cache < kmem_caches + SLAB_CACHES; cache++) {
		unsigned slabs = READ_ONCE(cache->slabs);

		if (!READ_ONCE(cache->name))
			continue;
		pr_info("slabinfo: %-16s %9lu %8u %8u %8u %8u %7u\n",
			cache->name, kmem_cache_in_use(cache),
			slabs * cache->per_slab, cache->object_size,
			cache->per_slab, slabs, cache->order);
	}
}

/* Callers that allocated objects which are in use: the first USERS_MAX. */
#define USERS_MAX 16

struct users {
	unsigned count;
	unsigned long others; /* objects of those that did not fit */
	struct user {
		const void *by;
		unsigned long objects;
	} user[USERS_MAX];
};

static void count_user(struct users *users, const void *by)
{
	for (unsigned i = 0; i < users->count; i++)
		if (users->user[i].by == by) {
			users->user[i].objects++;
			return;
		}
	if (users->count == USERS_MAX)
		users->others++;
	else
		users->user[users->count++] = (struct user){by, 1};
}

/* Counts the objects in use in all slabs of a list: `clock` as for
 * slab_check_user_since(), or NULL for all. */
static void count_users(const struct kmem_cache *cache, enum slab_list list,
			const uint32_t *clock, struct users *users)
{
	for (uint32_t pfn = cache->first[list]; pfn;
	     pfn = pfn_to_page(pfn)->next)
		for (unsigned i = 0; i < cache->per_slab; i++) {
			const void *object =
				slab_object(cache, pfn_to_page(pfn), i);
			const void *by = clock ? slab_check_user_since(
							 cache, object, *clock)
					       : slab_check_user(cache, object);

			if (by)
				count_user(users, by);
		}
}

static void count_all_users(struct kmem_cache *cache, const uint32_t *clock,
			    struct users *users)
{
	unsigned long flags;

	spin_lock_irqsave(&cache->lock, flags);
	count_users(cache, SLAB_PARTIAL, clock, users);
	count_users(cache, SLAB_FULL, clock, users);
	spin_unlock_irqrestore(&cache->lock, flags);
}

void kmem_cache_visit_users(struct kmem_cache *cache, uint32_t clock,
			    void (*visit)(const struct kmem_cache *cache,
					  const void *caller,
					  unsigned long objects))
{
	struct users users = {0};

	count_all_users(cache, &clock, &users);
	for (unsigned i = 0; i < users.count; i++)
		visit(cache, users.user[i].by, users.user[i].objects);
}

/* With CHECK=1: prints a line for each caller that allocated some. */
static void show_owners(struct kmem_cache *cache)
{
	struct users users = {0};

	count_all_users(cache, NULL, &users);
	for (unsigned i = 0; i < users.count; i++)
		pr_info("slab: %s: %lu allocated at %pS\n", cache->name,
			users.user[i].objects, users.user[i].by);
	if (users.others)
		pr_info("slab: %s: %lu allocated elsewhere\n", cache->name,
			users.others);
}

void kmem_cache_show_users(struct kmem_cache *cache)
{
	pr_info("slab: %s: %lu objects of %u bytes in use\n", cache->name,
		kmem_cache_in_use(cache), cache->object_size);
	if (CHECK)
		show_owners(cache);
}
