#!/usr/bin/env python3
"""Writes a C++ file that holds the given files: embed.py OUT NAMESPACE NAME FILE..."""
import pathlib
import sys

out, namespace, name, *files = sys.argv[1:]
lines = ['#include "base/embedded.h"', "", f"namespace {namespace} {{", "",
         f"std::span<const Embedded> {name}() {{"]
if files:
    lines.append("    static constexpr Embedded files[] = {")
    for path in map(pathlib.Path, files):
        data = path.read_bytes()
        lines.append(f'        {{"{path.name}",')
        for start in range(0, len(data), 80):
            text = "".join(f"\\{byte:03o}" for byte in data[start:start + 80])
            lines.append(f'         "{text}"')
        if not data:
            lines.append('         ""')
        lines.append("        },")
    lines += ["    };", "    return files;"]
else:
    lines.append("    return {};")
lines += ["}", "", f"}} // namespace {namespace}", ""]
target = pathlib.Path(out)
target.parent.mkdir(parents=True, exist_ok=True)
target.write_text("\n".join(lines))
