#!/usr/bin/env python3
"""Every attack of tests/data/attacks.txt is named, by its id, by a test."""
import pathlib
import re
import sys

root = pathlib.Path(__file__).resolve().parent.parent
named = set()
for path in (root / "tests").rglob("*"):
    if path.suffix not in (".cpp", ".mjs") or "node_modules" in path.parts:
        continue
    text = path.read_text(errors="replace")
    # TEST_F(AttacksTest, O15APoll...) and test('H09: ...', ...)
    names = re.findall(r"\bTEST(?:_F|_P)?\(\s*\w+,\s*(\w+)", text)
    names += [name for _, name in re.findall(r"\btest\((['\"`])(.*?)\1", text)]
    for name in names:
        named.update(re.findall(r"(?<![A-Z])[A-Z]\d\d(?!\d)", name))

listed = [
    line.split(maxsplit=1)
    for line in (root / "tests/data/attacks.txt").read_text().splitlines()
    if line and not line.startswith("#")
]
missing = [f"{attack}: {what}" for attack, what in listed if attack not in named]
if missing:
    sys.exit("no test names these attacks:\n  " + "\n  ".join(missing))
print(f"{len(listed)} attacks, each named by a test")
