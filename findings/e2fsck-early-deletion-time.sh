#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# e2fsck calls an ext2 file system damaged in which a file was deleted shortly
# after the start of 1970, as a machine without a clock does: deletion times
# up to the number of inodes are taken for links of the list of orphans,
# although the list's head is empty.
#
# Expected: a deletion time is a time. The list's head, in the superblock, is
# empty, so no inode is in the list.
# Seen: e2fsck 1.47.0 (Debian 1.47.0-2+b2), 1,024 inodes: a time of 1,000 s is
# an error, status 4; 2,000 s is fine, status 0.
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

for seconds in 1000 2000; do
	check "$(printf 'rm file\nsif <12> dtime %d\n' "$seconds")"
	echo "deleted at $seconds s: status $status" \
		"$(grep -i 'orphan' <<<"$said" | tail -n 1 || true)"
	case $seconds in
	1000) [ "$status" = 4 ] && grep -q 'orphaned inode list' <<<"$said" ;;
	2000) [ "$status" = 0 ] && ! grep -qi orphan <<<"$said" ;;
	esac
done
