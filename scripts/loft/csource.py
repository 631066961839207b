# SPDX-License-Identifier: MIT
"""What a C file declares and defines at its top level. Enough of C for a tree
that clang-format keeps in shape; no preprocessor."""
import re
from dataclasses import dataclass

# In the order in which they hide each other; a comment's lines are kept.
HIDDEN = re.compile(r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\])*"|'
                    r"'(?:\\.|[^'\\])*'", re.S)
DIRECTIVE = re.compile(r"^[ \t]*#(?:[^\n]*\\\n)*[^\n]*", re.M)
# A name behind a type and before parameters: no pointer to a function.
NAME = re.compile(r"\w[\s*]+\(?(?!__attribute__|__aligned|__printf|__section)"
                  r"([a-z_]\w*)\)?\s*\((?!\*)")


@dataclass(frozen=True)
class Function:
    name: str
    static: bool
    first: int          # line of the declaration, from 0
    body: int           # line of the opening brace; that of the end if none
    last: int
    defined: bool       # or only declared


def blank(match: re.Match) -> str:
    return re.sub(r"[^\n]", " ", match[0])


def code_of(text: str) -> str:
    """The text with spaces for comments, strings and directives."""
    return DIRECTIVE.sub(blank, HIDDEN.sub(blank, text))


def functions(text: str) -> list[Function]:
    """The functions that a file defines or declares, in its order."""
    found, code = [], code_of(text)
    start = depth = body = 0
    for at in (m.start() for m in re.finditer(r"[{};]", code)):
        if code[at] == "{":
            body = body if depth else at
            depth += 1
            continue
        depth -= code[at] == "}"
        if depth:
            continue
        head = code[start:body if code[at] == "}" else at]
        name = NAME.search(head)
        if name and "=" not in head and not re.match(r"\s*typedef", head):
            def line(where: int) -> int:
                return code.count("\n", 0, where)
            first = start + len(head) - len(head.lstrip())
            found.append(Function(name[1], "static" in head.split(),
                                  line(first),
                                  line(body if code[at] == "}" else at),
                                  line(at), code[at] == "}"))
        start = at + 1
    return found
