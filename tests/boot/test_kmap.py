# SPDX-License-Identifier: MIT
"""Mappings where they are least like what everybody tries: of lowmem as well,
in a kernel that has no highmem, and counted in instructions."""


def test_mapping_costs_no_more_than_its_goals(boot):
    ended = boot.tests(boot.machine(mem="4G", icount=True,
                                    append="test=kmap_cost"))
    assert not ended.log.skipped
