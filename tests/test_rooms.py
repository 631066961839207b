# SPDX-License-Identifier: MIT
"""The table of rooms: each way to break it is told, in small trees."""
import check_rooms
import pytest

TABLE = """
leaves = ["kernel/types.h"]
[[room]]
name = "kernel/lib"
floor = 1
headers = ["kernel/string.h"]
[[room]]
name = "mm/frames"
floor = 4
headers = ["mm/page.h"]
tests = ["unit/buddy_*"]
[[room]]
name = "mm/slab"
floor = 4
headers = ["mm/slab.h"]
"""
FILES = {
    "scripts/rooms.toml": TABLE,
    "include/kernel/types.h": "",
    "include/kernel/string.h": '#include "kernel/types.h"\n',
    "include/mm/page.h": '#include "kernel/types.h"\n',
    "include/mm/slab.h": '#include "mm/page.h"\n',
    "kernel/lib/string.c": '#include "kernel/string.h"\n',
    "mm/frames/page.c": '#include "mm/page.h"\n#include "buddy.h"\n',
    "mm/frames/buddy.h": '#include "kernel/types.h"\n',
    "mm/slab/slab.c": '#include "mm/slab.h"\n#include "kernel/string.h"\n',
    "tests/unit/buddy_test.c": '#include "mm/frames/buddy.h"\n',
    "tests/unit/slab_test.c": '#include "mm/slab.h"\n',
}


@pytest.fixture
def faults(small_tree):
    """faults({path: text}) of the small tree with these files changed."""
    def check(changed):
        tree = small_tree(FILES | changed)
        return "\n".join(check_rooms.check(tree)[0].faults)
    return check


def test_a_tree_in_order_has_no_faults(faults):
    assert faults({}) == ""


def test_an_arrow_that_goes_up_is_told(faults):
    said = faults({"kernel/lib/string.c": '#include "mm/page.h"\n'})
    assert "kernel/lib/string.c (kernel/lib, floor 1) includes " \
        "include/mm/page.h (mm/frames, floor 4): arrows go down" in said


def test_a_private_header_is_for_its_own_room(faults):
    said = faults({"mm/slab/slab.c": '#include "../frames/buddy.h"\n'})
    assert "private to mm/frames" in said


def test_a_private_header_is_for_the_tests_of_its_room(faults):
    said = faults({"tests/unit/slab_test.c": '#include "mm/frames/buddy.h"\n'})
    assert "tests/unit/slab_test.c includes mm/frames/buddy.h, which is " \
        "private to mm/frames" in said


def test_tests_that_are_not_there_are_told(faults):
    said = faults({"scripts/rooms.toml": TABLE.replace("buddy_*", "gone_*")})
    assert "tests/unit/gone_* of mm/frames is not there" in said


def test_a_public_header_has_users_in_other_rooms(faults):
    table = TABLE.replace('"mm/page.h"', '"mm/page.h", "mm/zone.h"')
    changed = {"scripts/rooms.toml": table, "include/mm/zone.h": ""}
    told = "include/mm/zone.h: only mm/frames includes it"
    zone = '#include "mm/zone.h"\n'
    assert told in faults(changed)
    assert told in faults(changed | {"tests/unit/buddy_test.c": zone})
    assert told not in faults(changed | {"mm/slab/slab.c": zone})


def test_a_public_header_may_be_a_part_of_another(faults):
    table = TABLE.replace('"mm/page.h"', '"mm/page.h", "mm/zone.h"')
    assert faults({"scripts/rooms.toml": table, "include/mm/zone.h": "",
                   "include/mm/page.h": '#include "mm/zone.h"\n'}) == ""


def test_a_circle_across_rooms_is_told(faults):
    said = faults({"include/mm/page.h": '#include "mm/slab.h"\n'})
    assert "a circle across rooms: mm/frames/page, mm/slab/slab" in said


def test_a_circle_in_a_room_may_be_of_four(faults):
    def ring(n):
        return {f"mm/frames/m{i}.h": f'#include "m{(i + 1) % n}.h"\n'
                for i in range(n)}
    assert faults(ring(4)) == ""
    assert "a circle of 5; 4 at most" in faults(ring(5))


def test_a_file_without_a_room_is_told(faults):
    said = faults({"mm/new/new.c": "", "include/mm/new.h": ""})
    assert "mm/new/new.c: no room of scripts/rooms.toml has it" in said
    assert "include/mm/new.h: no room of scripts/rooms.toml has it" in said


def test_a_header_that_the_table_has_and_the_tree_has_not(faults):
    said = faults({"scripts/rooms.toml": TABLE.replace(
        '"mm/page.h"', '"mm/page.h", "mm/gone.h"')})
    assert "include/mm/gone.h is not there" in said


def test_an_include_of_nothing_known_is_told(faults):
    said = faults({"kernel/lib/string.c": '#include "stdio.h"\n'})
    assert 'kernel/lib/string.c: "stdio.h" is no header of a room' in said
