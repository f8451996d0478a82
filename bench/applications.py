"""Runs of applications, beside their interpreter by itself and the local runner of nextmv's own client."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from measure import ROOT, ROUNDS, row, spread

RUNS = int(os.environ.get("RUNS", "1000"))
CORES = 2
PYTHON = shutil.which("python3", path="/usr/local/bin:/usr/bin:/bin")  # The one that jobs find.
CLIENT = ROOT / "target/nextmv-venv-1.13.0/bin/python"  # compat/nextmv/venv makes it.
ENDS = ("succeeded", "failed", "canceled")
MODEL = """import json, sys
json.dump({"solution": json.load(sys.stdin)}, sys.stdout)
"""
USING = """import nextmv
nextmv.write(nextmv.Output(solution=nextmv.load().data))
"""
WORKING = """import json, sys
given = json.load(sys.stdin)
best = min((a * 7919 + b * 104729) %% 1000003 for a in range(2000) for b in range(%d))
json.dump({"solution": given}, sys.stdout)
"""
WORKING_RUNS = 100
PACKAGES = "nextmv pydantic pydantic_core annotated_types typing_extensions.py typing_inspection yaml requests urllib3"
PACKAGES += " certifi idna charset_normalizer humanize"
MANIFEST = """type: python
runtime: ghcr.io/nextmv-io/runtime/python:3.11
files:
  - main.py
python: {}
"""
LOCAL = """
import sys, time
from nextmv import local
app = local.Application(src=sys.argv[1])
def ended(run):
    try:
        return app.run_metadata(run).metadata.status_v2.value in ("succeeded", "failed")
    except ValueError:  # It is just being written, and read half.
        return False
for _ in range(int(sys.argv[2])):
    began = time.monotonic()
    run = app.new_run(input={"a": 1})
    while not ended(run):
        time.sleep(0.002)
    result = app.run_result(run)
    if result.metadata.status_v2.value != "succeeded":
        sys.exit(str(result))
    print(1000 * (time.monotonic() - began), flush=True)
"""


def model(directory, name="model", program=MODEL):
    place = Path(directory) / name
    place.mkdir()
    (place / "main.py").write_text(program)
    (place / "app.yaml").write_text(MANIFEST)
    return place


def working(directory):
    """One that computes for about half a second, whatever the machine is."""
    tried = model(directory, "tried", WORKING % 1000)
    took = min(bare(tried) for _ in range(5))
    return model(directory, "working", WORKING % int(1000 * 500 / took))


def packaged(directory):
    """One that reads and writes by the client's library, whose packages come with it."""
    place = Path(directory) / "packaged"
    packages = place / ".nextmv/python/deps"
    packages.mkdir(parents=True)
    (place / "main.py").write_text(USING)
    (place / "app.yaml").write_text(MANIFEST)
    for there in Path(CLIENT).parent.parent.glob("lib/python3*/site-packages"):
        for name in PACKAGES.split():
            if (there / name).is_dir():
                shutil.copytree(there / name, packages / name, ignore=shutil.ignore_patterns("__pycache__"))
            elif (there / name).exists():
                shutil.copy(there / name, packages)
        for name in there.glob("nextmv-*.dist-info"):
            shutil.copytree(name, packages / name.name)
    bare(place)  # Leaves the compiled files of its own.
    return place


def bare(place):
    began = time.monotonic()
    subprocess.run(
        [PYTHON, "main.py"],
        cwd=place, env={"PATH": "/usr/bin:/bin", "PYTHONPATH": ".nextmv/python/deps"},
        input=b'{"a":1}', stdout=subprocess.DEVNULL, check=True, timeout=60,
    )
    return 1000 * (time.monotonic() - began)


def local(place, times):
    """By the client: it starts an interpreter for its own executor, and one for the model."""
    with tempfile.TemporaryDirectory() as home:
        lines = subprocess.run(
            [CLIENT, "-c", LOCAL, place, str(times)],
            env={"HOME": home, "PATH": f"{CLIENT.parent}:/usr/bin:/bin"},
            capture_output=True, text=True, timeout=300,
        )
    if lines.returncode != 0:
        raise RuntimeError(lines.stderr[-2000:])
    return [float(line) for line in lines.stdout.split()]


def submit(server, app="bench"):
    body = {"input": {"a": 1}, "configuration": {"secrets_collection_id": "keys"}}
    return server.call("POST", f"/v1/applications/{app}/runs", body)["run_id"]


def status(server, run, app="bench"):
    return server.call("GET", f"/v1/applications/{app}/runs/{run}/metadata")["metadata"]["status_v2"]


def result(server, run, app="bench"):
    answer = server.call("GET", f"/v1/applications/{app}/runs/{run}")
    if answer["metadata"]["status_v2"] != "succeeded" or answer["output"]["solution"] != {"a": 1}:
        raise RuntimeError(json.dumps(answer))


def submit_to_result(server):
    began = time.monotonic()
    run = submit(server)
    while status(server, run) not in ENDS:
        time.sleep(0.002)
    result(server, run)
    return 1000 * (time.monotonic() - began)


def trivial(server, place):
    ours, alone, theirs = [], [], []
    for _ in range(20):
        submit_to_result(server)
    for _ in range(ROUNDS):
        for _ in range(5):
            alone.append(bare(place))
            ours.append(submit_to_result(server))
        theirs += local(place, 3)
    row(f"{PYTHON} main.py", spread(alone, " ms"))
    row("the client's local runner, to its result", spread(theirs, " ms"))
    row("submit to result", spread(ours, " ms"))
    row("over the interpreter", spread([a - b for a, b in zip(ours, alone)], " ms"))


def many_bare(place, times):
    began = time.monotonic()
    with ThreadPoolExecutor(CORES) as several:
        list(several.map(lambda _: bare(place), range(times)))
    return time.monotonic() - began


def many_runs(server, times, app="bench"):
    began = time.monotonic()
    with ThreadPoolExecutor(4) as several:
        runs = list(several.map(lambda _: submit(server, app), range(times)))
    for run in runs:
        while status(server, run, app) not in ENDS:
            time.sleep(0.05)
    taken = time.monotonic() - began
    result(server, runs[-1], app)
    return taken


def many(server, place, times, app, what):
    alone, ours = [], []
    for _ in range(ROUNDS):
        alone.append(many_bare(place, times))
        ours.append(many_runs(server, times, app))
    row(f"{times} {what}, {CORES} at once", spread(alone, " s", 1))
    row(f"{times} runs of them, until all have ended", spread(ours, " s", 1))
    row("ratio", spread([o / a for o, a in zip(ours, alone)], "", 2))
    row("over each executable", spread([1000 * (o - a) / times for o, a in zip(ours, alone)], " ms", 1))


def push(server, app, place):
    server.call("POST", "/v1/applications", {"id": app, "name": app})
    secrets = [{"type": "env", "location": "KEY", "value": "a-key-of-the-bench"}]
    server.call("POST", f"/v1/applications/{app}/secrets", {"id": "keys", "name": "keys", "secrets": secrets})
    pushed = server.satchel("app", "push", app, str(place))
    if pushed.returncode != 0:
        sys.exit(pushed.stderr)


def applications(server, directory, wrk):
    print("Runs of an application that does nothing, min / median / max")
    place = model(directory)
    push(server, "bench", place)
    trivial(server, place)
    many(server, place, RUNS, "bench", "executables that do nothing")
    place = packaged(directory)
    push(server, "packaged", place)
    many(server, place, RUNS, "packaged", "that load the client's library")
    place = working(directory)
    push(server, "working", place)
    many(server, place, min(RUNS, WORKING_RUNS), "working", "that compute for half a second")
    print("Collections of an application, min / median / max")
    for connections in (1, 8):
        for what, act in (("list", "GET"), ("read with its values", "REVEAL"), ("writes", "PUT")):
            rates = [wrk(server, "collections.lua", connections, act) for _ in range(ROUNDS)]
            row(f"{what}, {connections} connections", spread([r[0] for r in rates], " /s")
                + f", p99 {spread([r[1] for r in rates], ' ms', 1)}, server CPU {spread([r[2] for r in rates], ' us')}")
