/* SPDX-License-Identifier: MIT */
/* Hash tables of hlists. */
#ifndef LINUX_HASHTABLE_H
#define LINUX_HASHTABLE_H

#include <linux/types.h>
#include <linux/hash.h>
#include <linux/list.h>
#include <linux/log2.h>

#define DEFINE_HASHTABLE(name, bits)            \
	struct hlist_head name[1 << (bits)] = { \
		[0 ...(1 << (bits)) - 1] = {NULL}}
#define DECLARE_HASHTABLE(name, bits) struct hlist_head name[1 << (bits)]
#define HASH_SIZE(table)	      ARRAY_SIZE(table)
#define HASH_BITS(table)	      ((unsigned)ilog2(HASH_SIZE(table)))
#define hash_bucket_(t, key)	      ((t) + hash_min(key, HASH_BITS(t)))

#define hash_init(table)                                           \
	do {                                                       \
		for (unsigned i_ = 0; i_ < HASH_SIZE(table); i_++) \
			INIT_HLIST_HEAD(&(table)[i_]);             \
	} while (0)
#define hash_add(table, node, key) \
	hlist_add_head(node, hash_bucket_(table, key))
#define hash_del(node)	  hlist_del_init(node)
#define hash_hashed(node) (!hlist_unhashed(node))
#define hash_for_each_possible(table, pos, member, key) \
	hlist_for_each_entry(pos, hash_bucket_(table, key), member)
#define hash_for_each(table, bucket, pos, member)                   \
	for ((bucket) = 0, pos = NULL; (bucket) < HASH_SIZE(table); \
	     (bucket)++)                                            \
		hlist_for_each_entry(pos, &(table)[bucket], member)

#endif
