#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# scripts/coverage.sh DIR TEST...: builds the hosted unit tests with counters,
# runs them, and prints line and branch coverage of each kernel source they
# were linked with. The annotated sources are in DIR/html.
set -eu

dir=$1
shift
rm -rf "$dir"
mkdir -p "$dir"
flags="-std=gnu11 -O0 -g -Iinclude -DHOSTED=1 --coverage"

for t; do
	mkdir -p "$dir/$t"
	objects=
	for s in $(sed -n '2s|^/\* sources: *\(.*\)\*/$|\1|p' "tests/unit/$t.c") \
		"tests/unit/$t.c"; do
		o=$dir/$t/$(tr / _ <<<"${s%.c}").o
		case $s in
		tests/* | arch/host/*) more= ;;
		*) more=-ffreestanding ;;
		esac
		# shellcheck disable=SC2086 # lists of words
		gcc $flags $more -c "$s" -o "$o"
		objects+=" $o"
	done
	# shellcheck disable=SC2086
	gcc --coverage $objects -o "$dir/$t/test" -lcmocka
	"$dir/$t/test" >"$dir/$t/log" 2>&1
done

lcov --quiet --capture --rc lcov_branch_coverage=1 --directory "$dir" \
	--output-file "$dir/all.info"
lcov --quiet --rc lcov_branch_coverage=1 --output-file "$dir/kernel.info" \
	--extract "$dir/all.info" "$PWD/mm/*" "$PWD/boot/*" "$PWD/kernel/*" \
	"$PWD/arch/i386/*"
genhtml --quiet --branch-coverage --output-directory "$dir/html" \
	"$dir/kernel.info"
lcov --rc lcov_branch_coverage=1 --list "$dir/kernel.info"
