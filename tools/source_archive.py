#!/usr/bin/env python3
"""source_archive.py FILE: packs this tree as it is now, for /source (AGPL, section 13).

In a git tree: what git knows, with local changes. Else (an unpacked archive, a container's build):
everything but builds, data, packages of npm, and what looks like settings or keys that somebody
keeps beside it. The same tree gives the same bytes.
"""
import gzip
import os
import subprocess
import sys
import tarfile

SKIPPED = {"node_modules", "__pycache__", ".git"}
SKIPPED_HERE = {"build", "data"}
PRIVATE = (".toml", ".env", ".pem", ".key", ".log", ".tar")  # Outside of tests/.


def known_to_git() -> list[str] | None:
    if not os.path.exists(".git"):
        return None
    # Also of a tree that belongs to another user: it is only listed.
    listed = subprocess.run(
        ["git", "-c", "safe.directory=*", "ls-files", "-z"], capture_output=True, check=False
    )
    if listed.returncode != 0:
        sys.exit("source_archive: git cannot list this tree: " + os.fsdecode(listed.stderr).strip())
    return os.fsdecode(listed.stdout).split("\0")[:-1]


def found() -> list[str]:
    names = []
    for folder, folders, files in os.walk("."):
        skipped = SKIPPED | SKIPPED_HERE if folder == "." else SKIPPED
        folders[:] = [name for name in folders if name not in skipped]
        names += [os.path.normpath(os.path.join(folder, name)) for name in files]
    return [name for name in names if name.startswith("tests/") or not name.endswith(PRIVATE)]


def nobody(entry: tarfile.TarInfo) -> tarfile.TarInfo:
    entry.uid = entry.gid = entry.mtime = 0
    entry.uname = entry.gname = ""
    entry.mode = 0o755 if entry.mode & 0o100 else 0o644
    return entry


def main() -> None:
    target = os.path.abspath(sys.argv[1])
    os.chdir(os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
    names = known_to_git()
    part = f"{target}.{os.getpid()}"
    with open(part, "wb") as raw, gzip.GzipFile("", "wb", mtime=0, fileobj=raw) as packed:
        with tarfile.open(fileobj=packed, mode="w") as archive:
            for name in sorted(found() if names is None else names):
                if os.path.isfile(name):  # Deleted, and git does not know yet.
                    archive.add(name, arcname=f"staffroom/{name}", filter=nobody)
    os.replace(part, target)


main()
