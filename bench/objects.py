"""Small files through a volume in an object store, beside s3fs, on one S3 service."""

import json
import os
import shutil
import socket
import subprocess
import time
from pathlib import Path

from measure import ROOT, ROUNDS, Server, row, spread

FILES = int(os.environ.get("FILES", "1000"))
FILE_BYTES = 4096
TOOLS = ROOT / "target/storage-venv/bin"
KEY_ID, SECRET = "AKBENCH0000000001", "SKbench0001secretofthebench"
ENDS = ("completed", "errored", "failed", "invalid", "terminated")


def free_port():
    with socket.socket() as it:
        it.bind(("127.0.0.1", 0))
        return it.getsockname()[1]


def until(what, isso, seconds=600):
    end = time.monotonic() + seconds
    while not isso():
        if time.monotonic() > end:
            raise RuntimeError(f"it does not come: {what}")
        time.sleep(0.02)


class Service:
    """A SeaweedFS of the bench's own."""

    def __init__(self, directory):
        self.directory = directory
        (directory / "data").mkdir(parents=True)
        users = directory / "users.json"
        users.write_text(json.dumps({"identities": [
            {"name": "all", "actions": ["Admin", "Read", "Write", "List"],
             "credentials": [{"accessKey": KEY_ID, "secretKey": SECRET}]}]}))
        ports = [free_port() for _ in range(8)]
        self.endpoint = f"http://127.0.0.1:{ports[6]}"
        self.process = subprocess.Popen(
            [TOOLS / "weed", "-logtostderr=true", "server", f"-dir={directory / 'data'}", "-ip=127.0.0.1",
             "-ip.bind=127.0.0.1", "-master.telemetry=false", f"-master.port={ports[0]}",
             f"-master.port.grpc={ports[1]}", "-master.volumeSizeLimitMB=256", f"-volume.port={ports[2]}",
             f"-volume.port.grpc={ports[3]}", "-volume.max=100", f"-filer.port={ports[4]}",
             f"-filer.port.grpc={ports[5]}", f"-filer.localSocket={directory / 'filer.sock'}", "-s3",
             f"-s3.port={ports[6]}", f"-s3.port.grpc={ports[7]}", "-s3.port.iceberg=0", "-s3.port.lance=0",
             f"-s3.localSocket={directory / 's3.sock'}", f"-s3.config={users}"],
            env={"HOME": str(directory), "PATH": os.environ["PATH"]}, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL)
        until("the S3 service", lambda: self.rclone("rcat", ":s3:bench/first", input=b"x").returncode == 0, 60)

    def rclone(self, *words, input=None):
        return subprocess.run(
            [TOOLS / "rclone", *words, "--config", "", "--s3-provider", "Other", "--s3-env-auth", "--s3-region",
             "us-east-1", "--s3-force-path-style=true", "--s3-endpoint", self.endpoint, "--retries", "1"],
            env={"AWS_ACCESS_KEY_ID": KEY_ID, "AWS_SECRET_ACCESS_KEY": SECRET, "PATH": os.environ["PATH"],
                 "HOME": str(self.directory)}, input=input, capture_output=True, timeout=600)

    def count(self, prefix):
        said = self.rclone("size", "--json", f":s3:bench/{prefix}").stdout
        return json.loads(said)["count"] if said else 0

    def stop(self):
        self.process.kill()
        self.process.wait()


def with_s3fs(service, place, source, to):
    """Seconds until all is copied: s3fs has uploaded a file when it is closed."""
    at, keys = place / "at", place / "keys"
    at.mkdir(exist_ok=True)
    keys.write_text(f"{KEY_ID}:{SECRET}\n")
    keys.chmod(0o600)
    process = subprocess.Popen(
        ["s3fs", "bench", at, "-f", "-o", f"url={service.endpoint}", "-o", "use_path_request_style", "-o",
         f"passwd_file={keys}", "-o", "umask=000"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        until("s3fs", at.is_mount, 60)
        (at / to).mkdir()
        began = time.monotonic()
        subprocess.run(["sh", "-c", f"cp {source}/* {at}/{to}/"], check=True, timeout=1200)
        return time.monotonic() - began
    finally:
        subprocess.run(["umount", at], timeout=120)
        process.wait(120)


def with_volume(server, source, name):
    """Seconds from the submit of a job that copies to its end, by when all is in the store."""
    began = time.monotonic()
    mount = {"path": "/satchel-bench", "volume": name, "create": {"backend": "cloud_bucket"}}
    command = ["sh", "-ec", f"cp {source}/* /satchel-bench/"]
    id = server.call("POST", "/v1/workloads", {"command": command, "mounts": [mount]})["id"]
    while (now := server.call("GET", f"/v1/workloads/{id}?wait_s=50"))["state"] not in ENDS:
        pass
    seconds = time.monotonic() - began
    if now["state"] != "completed":
        raise RuntimeError(f"{id}: {now}")
    return seconds


def objects(_, directory):
    print(f"{FILES:,} files of {FILE_BYTES:,} bytes, until they are in the object store, min / median / max")
    missing = [name for name, there in (("root", os.geteuid() == 0), ("/dev/fuse", Path("/dev/fuse").exists()),
                                        ("dev/storage", (TOOLS / "weed").exists()), ("s3fs", shutil.which("s3fs")))
               if not there]
    if missing:
        print(f"  skipped: it needs {', '.join(missing)}")
        return
    place = Path(directory) / "objects"
    source = place / "source"
    source.mkdir(parents=True)
    for number in range(FILES):
        (source / f"f{number:05}").write_bytes(os.urandom(FILE_BYTES))
    service = Service(place / "s3")
    (place / "server").mkdir()
    (place / "id").write_text(KEY_ID)
    (place / "secret").write_text(SECRET)
    server = Server(place / "server", {
        "PATH": f"{TOOLS}:{os.environ['PATH']}", "SATCHEL_OBJECT_STORE": "s3://bench/satchel",
        "SATCHEL_OBJECT_STORE_ENDPOINT": service.endpoint, "SATCHEL_OBJECT_STORE_PATH_STYLE": "true",
        "SATCHEL_OBJECT_STORE_KEY_ID_FILE": str(place / "id"),
        "SATCHEL_OBJECT_STORE_SECRET_FILE": str(place / "secret")})
    try:
        with_volume(server, source, "warm")
        rival, ours = [], []
        for number in range(ROUNDS):
            rival.append(with_s3fs(service, place, source, f"s3fs-{number}"))
            ours.append(with_volume(server, source, f"v{number}"))
            if service.count("satchel/volumes") != FILES * (number + 2):
                raise RuntimeError("not all files are in the store at the end of the job")
        row("s3fs", spread([FILES / each for each in rival], " /s"))
        row("a job's cloud_bucket volume, its start and end counted", spread([FILES / each for each in ours], " /s"))
        row("ratio", spread([a / b for a, b in zip(rival, ours)], "", 2))
    finally:
        server.stop()
        service.stop()
