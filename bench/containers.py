"""Jobs in containers, beside the same by the engine's own command line on the same engine."""

import os
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from measure import ROOT, ROUNDS, Server, row, spread

IMAGE = "satchel.test/busybox:1"
BURST = 200
LOG_BYTES = 100_000_000
# Lines of 100 bytes, as fast as a container's tools make them.
PRINT = f"yes {'0123456789 ' * 9} | head -c {LOG_BYTES}"
ENDS = ("completed", "errored", "failed", "invalid", "terminated")


class Engine:
    """A container engine of its own."""

    def __init__(self):
        self.directory = ROOT / "bench/target/docker"
        output = subprocess.run(
            [ROOT / "dev/docker", "start", self.directory], capture_output=True, text=True, check=True
        ).stdout
        self.host = output.strip().split("DOCKER_HOST=")[-1]

    def variables(self):
        return {"DOCKER_HOST": self.host}

    def environment(self):
        return {"PATH": os.environ["PATH"], "HOME": str(self.directory), "DOCKER_HOST": self.host}

    def docker(self, *words):
        return subprocess.run(
            ["docker", *words], env=self.environment(), capture_output=True, text=True, check=True, timeout=600
        ).stdout

    def stop(self):
        subprocess.run([ROOT / "dev/docker", "stop", self.directory], check=True)


def submit(server, command, **more):
    return server.call("POST", "/v1/workloads", {"image": IMAGE, "command": command, **more})["id"]


def state(server, id, wait=0):
    return server.call("GET", f"/v1/workloads/{id}" + (f"?wait_s={wait}" if wait else ""))["state"]


def ended(server, id):
    while (now := state(server, id, 50)) not in ENDS:
        pass
    if now != "completed":
        raise RuntimeError(f"{id} is {now}")


def bare_running(engine):
    """Until `docker run -d` says that it runs."""
    began = time.monotonic()
    id = engine.docker("run", "-d", IMAGE, "sleep", "30").strip()
    taken = time.monotonic() - began
    engine.docker("rm", "-f", id)
    return 1000 * taken


def submit_running(server):
    began = time.monotonic()
    id = submit(server, ["sleep", "30"], secrets=["bench"])
    while (now := state(server, id)) != "running":
        if now in ENDS:
            raise RuntimeError(f"{id} is {now}")
        time.sleep(0.002)
    taken = time.monotonic() - began
    server.call("DELETE", f"/v1/workloads/{id}")
    while state(server, id, 50) not in ENDS:
        pass
    return 1000 * taken


def starts(server, engine):
    bare, ours = [], []
    for _ in range(3):
        submit_running(server)
    for _ in range(5 * ROUNDS):
        bare.append(bare_running(engine))
        ours.append(submit_running(server))
    row("docker run -d, until it returns", spread(bare, " ms"))
    row("submit to running", spread(ours, " ms"))
    row("over docker run", spread([a - b for a, b in zip(ours, bare)], " ms"))


def bare_output(engine):
    began = time.monotonic()
    subprocess.run(
        ["docker", "run", "--rm", IMAGE, "sh", "-c", PRINT],
        env=engine.environment(), stdout=subprocess.DEVNULL, check=True, timeout=600,
    )
    return LOG_BYTES / 1e6 / (time.monotonic() - began)


def reread_output(engine):
    """What the engine takes to read such an output back, with nothing else to do."""
    id = engine.docker("run", "-d", IMAGE, "sh", "-c", PRINT).strip()
    engine.docker("wait", id)
    began = time.monotonic()
    subprocess.run(["docker", "logs", id], env=engine.environment(), stdout=subprocess.DEVNULL, check=True, timeout=600)
    taken = time.monotonic() - began
    engine.docker("rm", id)
    return LOG_BYTES / 1e6 / taken


def stored_output(server, image=True):
    began = time.monotonic()
    cpu = server.cpu_seconds()
    command = ["sh", "-c", PRINT]
    if image:
        id = submit(server, command, secrets=["bench"])
    else:
        id = server.call("POST", "/v1/workloads", {"command": command, "secrets": ["bench"]})["id"]
    ended(server, id)
    return LOG_BYTES / 1e6 / (time.monotonic() - began), server.cpu_seconds() - cpu


def output(server, engine):
    bare, reread, ours, process = [], [], [], []
    stored_output(server)
    stored_output(server, image=False)
    for _ in range(ROUNDS):
        bare.append(bare_output(engine))
        reread.append(reread_output(engine))
        ours.append(stored_output(server))
        process.append(stored_output(server, image=False))
    row("docker run --rm >/dev/null, 100 MB", spread(bare, " MB/s"))
    row("docker logs >/dev/null of as much, afterwards", spread(reread, " MB/s"))
    row("masked and stored, start and end of the job included", spread([o[0] for o in ours], " MB/s"))
    row("ratio", spread([o[0] / b for o, b in zip(ours, bare)], "", 2)
        + f", server CPU {spread([o[1] for o in ours], ' s', 2)}")
    row("the same from a process", spread([p[0] for p in process], " MB/s"))


def bare_burst(engine):
    loop = f'for i in $(seq {BURST}); do docker run --rm {IMAGE} true & done; wait'
    began = time.monotonic()
    subprocess.run(["sh", "-c", loop], env=engine.environment(), stdout=subprocess.DEVNULL,
                   stderr=subprocess.DEVNULL, timeout=1200)
    return time.monotonic() - began


def our_burst(server):
    began = time.monotonic()
    with ThreadPoolExecutor(8) as several:
        ids = list(several.map(lambda _: submit(server, ["true"], secrets=["bench"]), range(BURST)))
    for id in ids:
        ended(server, id)
    return time.monotonic() - began


def bursts(server, engine):
    bare, ours = [], []
    for _ in range(ROUNDS):
        bare.append(bare_burst(engine))
        ours.append(our_burst(server))
    row(f"{BURST} docker run --rm at once, from a shell", spread(bare, " s", 1))
    row(f"{BURST} submits, until all have ended", spread(ours, " s", 1))
    row("ratio", spread([o / b for o, b in zip(ours, bare)], "", 2))


def containers(_, directory):
    print("Containers, beside docker run on the same engine, min / median / max")
    engine = Engine()
    place = Path(directory) / "containers"
    place.mkdir()
    try:
        server = Server(place, engine.variables())
        try:
            server.call("PUT", "/v1/secrets/bench", {"values": {"TOKEN": "a-token-of-the-bench", "OTHER": "another-one"}})
            for part in (starts, output, bursts):
                part(server, engine)
        finally:
            server.stop()
    finally:
        engine.stop()
