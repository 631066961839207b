#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# "e2fsck -fn" says that the superblock's count of free blocks is wrong, is
# told not to mend it, and ends with status 0.
#
# Expected: 4, which the manual page defines as "file system errors left
# uncorrected"; a wrong count in a *group* does give 4.
# Seen: e2fsck 1.47.0 (Debian 1.47.0-2+b2). A script that trusts the status
# does not see the wrong count.
set -euo pipefail
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

# Fetches packages with all that they need, and unpacks them: nothing is
# installed on this system.
fetch() {
	mkdir -p "$tmp/archives/partial" "$tmp/root"
	apt-get -qq -y -o Dir::State::status=/dev/null -o "Dir::Cache=$tmp" \
		-o APT::Sandbox::User= -o Debug::NoLocking=1 \
		--no-install-recommends --download-only install "$@" \
		>"$tmp/apt.log" 2>&1 || { tail -n 3 "$tmp/apt.log" >&2; exit 2; }
	for deb in "$tmp"/archives/*.deb; do
		dpkg -x "$deb" "$tmp/root"
	done
}

# Runs a fetched program with the fetched libraries.
run() {
	local program=$tmp/root/sbin/$1
	shift
	"$tmp/root/lib64/ld-linux-x86-64.so.2" --library-path \
		"$tmp/root/lib/x86_64-linux-gnu:$tmp/root/usr/lib/x86_64-linux-gnu" \
		"$program" "$@"
}

fetch e2fsprogs=1.47.0-2+b2
cd "$tmp"

truncate -s 4M made.img
run mke2fs -q -t ext2 made.img
echo something >file
run debugfs -w -R 'write file file' made.img >/dev/null 2>&1	# inode 12

# check COMMANDS: on a copy; sets `said` and `status` to what e2fsck -fn does.
check() {
	cp made.img copy.img
	run debugfs -w -f /dev/stdin copy.img <<<"$1" >/dev/null 2>&1
	status=0
	said=$(run e2fsck -fn copy.img 2>&1) || status=$?
}

check 'ssv free_blocks_count 1'
total=$status
grep 'Free blocks count wrong' <<<"$said"
echo "a wrong total: status $total"
[ "$total" = 0 ] && grep -q 'Fix? no' <<<"$said"
check 'set_bg 0 free_blocks_count 1'
grep 'Free blocks count wrong for group' <<<"$said"
echo "a wrong count of a group: status $status"
[ "$status" = 4 ]
