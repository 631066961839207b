#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# scripts/coverage.sh DIR PROGRAM...: runs the unit tests that were built with
# counters in DIR, and prints line and branch coverage of each kernel source.
# The annotated sources are in DIR/html.
set -eu

dir=$1
shift
# lcov 1 has another name for the setting, which lcov 2.5 refuses.
case $(lcov --version) in
*" version 1."*) branches=lcov_branch_coverage=1 ;;
*) branches=branch_coverage=1 ;;
esac
lcov=(lcov --quiet --rc "$branches")

find "$dir" -name '*.gcda' -delete
for program; do
	"$dir/$program" >"$dir/$program.log" 2>&1 || {
		cat "$dir/$program.log"
		exit 1
	}
done

# geninfo's Perl warns of itself: its words are shown only when it fails.
"${lcov[@]}" --capture --directory "$dir" --output-file "$dir/all.info" \
	2>"$dir/geninfo.log" || {
	cat "$dir/geninfo.log"
	exit 1
}
"${lcov[@]}" --extract "$dir/all.info" "$PWD/mm/*" "$PWD/boot/*" \
	"$PWD/kernel/*" "$PWD/arch/i386/*" --output-file "$dir/kernel.info"
genhtml --quiet --branch-coverage --output-directory "$dir/html" \
	"$dir/kernel.info"
lcov --rc "$branches" --list "$dir/kernel.info"
echo "coverage: $dir/html/index.html"
