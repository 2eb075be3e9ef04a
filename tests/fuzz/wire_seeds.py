#!/usr/bin/env python3
"""Writes seed corpora for the fuzz targets of the wire from tests/data/vectors.

Usage: tests/fuzz/wire_seeds.py DIRECTORY, then for example
       build/fuzz/tests/fuzz_signature -max_total_time=60 DIRECTORY/signature
"""
import base64
import json
import pathlib
import sys

VECTORS = pathlib.Path(__file__).parents[1] / "data" / "vectors"


def load(name):
    return json.loads((VECTORS / name).read_text())


def write(folder, name, data):
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(data if isinstance(data, bytes) else data.encode())


def requests(out):
    for name in ("http-signatures-cavage-fediverse.json",
                 "http-message-signatures-rfc9421-fediverse.json"):
        for case in load(name)["cases"]:
            request = case["request"]
            lines = [f"{request['method']} {request['target']}"]
            lines += [f"{key}: {value}" for key, value in request["headers"]]
            body = base64.b64decode(request.get("body_base64") or "")
            write(out / "signature", case["id"], "\n".join(lines).encode() + b"\n\n" + body)
            for key, value in request["headers"]:
                if key.lower() in ("signature", "signature-input", "digest", "content-digest"):
                    write(out / "structured_field", f"{case['id']}-{key.lower()}", value)


def documents(out):
    for case in load("object-proofs-eddsa-jcs-2022.json")["cases"]:
        text = json.dumps(case["signed_document"], ensure_ascii=False)
        write(out / "proof", case["id"], text)
        write(out / "json", case["id"], text)
    vectors = load("jcs-rfc8785.json")
    for case in vectors["objects"] + vectors["must_refuse"]:
        write(out / "proof", case["id"], case["input"])
        write(out / "json", case["id"], case["input"])
    for case in load("multikey.json")["keys"]:
        write(out / "proof", case["id"], case["publicKeyMultibase"])


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    target = pathlib.Path(sys.argv[1])
    requests(target)
    documents(target)
    print(f"seeds written to {target}")
