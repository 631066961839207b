# SPDX-License-Identifier: MIT
"""Functions and their rooms: what the reader of C finds, and each way in which
a function can be defined where its header does not belong."""
import check_functions
import pytest
from loft.csource import functions

TABLE = """
leaves = ["kernel/task.h"]
[[room]]
name = "kernel/sched"
floor = 3
headers = ["kernel/sched.h"]
[[room]]
name = "mm/frames"
floor = 4
headers = ["mm/page.h"]
"""
HOOK = 'hooks = {page_hook = "why"}\n'
FILES = {
    "include/kernel/task.h": "void task_init(void);\nint task_id(void);\n",
    "include/kernel/sched.h": "void schedule(void);\n",
    "include/mm/page.h": "struct page *page_take(int n);\n",
    "kernel/sched/task.c": "void task_init(void)\n{\n}\n",
    "kernel/sched/sched.c": "void schedule(void)\n{\n}\n"
                            "int task_id(void)\n{\n\treturn 1;\n}\n",
    "mm/frames/page.c": "static int one(void)\n{\n\treturn 1;\n}\n"
                        "struct page *page_take(int n)\n{\n\treturn 0;\n}\n",
}


@pytest.fixture
def faults(small_tree):
    """faults({path: text}) of the small tree with these files changed."""
    def check(changed=(), table=TABLE):
        tree = small_tree(FILES | dict(changed) |
                          {"scripts/rooms.toml": table})
        return "\n".join(check_functions.check(tree))
    return check


def test_a_tree_in_order_has_no_faults(faults):
    assert faults() == ""


def test_a_function_in_another_room_is_told(faults):
    said = faults({"kernel/sched/take.c":
                   "struct page *page_take(int n)\n{\n\treturn 0;\n}\n",
                   "mm/frames/page.c": ""})
    assert said == "kernel/sched/take.c (kernel/sched) defines page_take(), " \
        "which include/mm/page.h declares: its room is mm/frames"


def test_the_functions_of_a_leaf_are_in_one_room(faults):
    said = faults({"kernel/sched/task.c": "",
                   "mm/frames/task.c": "void task_init(void)\n{\n}\n"})
    assert "mm/frames/task.c (mm/frames) defines task_init()" in said


def test_a_hook_may_be_defined_anywhere(faults):
    changed = {"include/kernel/sched.h":
               "void schedule(void);\nvoid page_hook(void);\n",
               "mm/frames/hook.c": "void page_hook(void)\n{\n}\n"}
    assert "defines page_hook()" in faults(changed)
    assert faults(changed, HOOK + TABLE) == ""


def test_a_hook_that_nothing_declares_is_told(faults):
    assert "no header declares the hook page_hook()" in faults(
        table=HOOK + TABLE)


@pytest.mark.parametrize("text, name, static, defined", [
    ("void f(void);", "f", False, False),
    ("static inline int f(int a)\n{\n\treturn a;\n}", "f", True, True),
    ("struct page *f(gfp_t gfp,\n\t\tunsigned n)\n{\n}", "f", False, True),
    ("void f(int a) __noreturn __cold;", "f", False, False),
    ("int f(const char *fmt, ...) __printf(1, 2);", "f", False, False),
    ("void f(void (*g)(int b));", "f", False, False),
    ("void *(f)(void *to)\n{\n}", "f", False, True),
    ("/* void g(void); */\nvoid f(void)\n{\n\tg(\"}{\", '{');\n}",
     "f", False, True),
    ("#define G(x) \\\n\tg(x);\nvoid f(void);", "f", False, False),
])
def test_a_function_is_found(text, name, static, defined):
    (function,) = functions(text)
    assert (function.name, function.static, function.defined) == \
        (name, static, defined)


@pytest.mark.parametrize("text", [
    "struct f {\n\tint a;\n};", "extern int (*hook)(int a);",
    "typedef int (*visit)(int a);", "static int a = f(1);",
    "enum e { A, B };", "KTEST(suite, \"name\");"])
def test_what_is_no_function_is_passed_over(text):
    assert functions(text) == []


def test_the_lines_of_a_function_are_those_of_the_file():
    (f,) = functions("/* what\n * it does */\nint\nf(void)\n{\n\treturn 1;\n}")
    assert (f.first, f.body, f.last) == (2, 4, 6)
