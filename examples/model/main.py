"""A decision model that needs a key and a licence, and tells neither."""

import json
import os
import sys

problem = json.load(sys.stdin)
key = os.environ["PROVIDER_API_KEY"]
with open("PROVIDER_LICENSE_FILE") as licence:
    lines = licence.read().splitlines()

print("solving with", key, file=sys.stderr)  # Masked in the log.
print(json.dumps({"solution": {"foo": problem["foo"], "key": len(key), "licence": len(lines)}}))
