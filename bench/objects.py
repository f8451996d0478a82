"""Small files through a volume in an object store, beside s3fs, on one S3 service."""

import os
import shutil
import subprocess
import time
from pathlib import Path

from measure import ROUNDS, Server, row, spread
from s3 import KEYS, TOOLS, Service, until

FILES = int(os.environ.get("FILES", "1000"))
FILE_BYTES = 4096
ENDS = ("completed", "errored", "failed", "invalid", "terminated")


def with_s3fs(service, place, source, to):
    """Seconds until all is copied: s3fs has uploaded a file when it is closed."""
    at, keys = place / "at", place / "keys"
    at.mkdir(exist_ok=True)
    keys.write_text(":".join(KEYS.values()) + "\n")
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


def with_volume(server, source, name, sync):
    """Seconds from the submit of a job that copies to its end, by when all is in the store."""
    began = time.monotonic()
    mount = {"path": "/satchel-bench", "volume": name, "create": {"backend": "cloud_bucket"}, "sync": sync}
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
    (place / "id").write_text(KEYS["AWS_ACCESS_KEY_ID"])
    (place / "secret").write_text(KEYS["AWS_SECRET_ACCESS_KEY"])
    server = Server(place / "server", {
        "PATH": f"{TOOLS}:{os.environ['PATH']}", "SATCHEL_OBJECT_STORE": "s3://bench/satchel",
        "SATCHEL_OBJECT_STORE_ENDPOINT": service.endpoint, "SATCHEL_OBJECT_STORE_PATH_STYLE": "true",
        "SATCHEL_OBJECT_STORE_KEY_ID_FILE": str(place / "id"),
        "SATCHEL_OBJECT_STORE_SECRET_FILE": str(place / "secret")})
    try:
        with_volume(server, source, "warm", False)
        rival, mounted, synced = [], [], []
        for number in range(ROUNDS):
            rival.append(with_s3fs(service, place, source, f"s3fs-{number}"))
            mounted.append(with_volume(server, source, f"v{number}", False))
            synced.append(with_volume(server, source, f"s{number}", True))
            if service.held("satchel/volumes")[0] != FILES * (2 * number + 3):
                raise RuntimeError("not all files are in the store at the end of the job")
        row("s3fs", spread([FILES / each for each in rival], " /s"))
        for name, ours in (("", mounted), (" with sync", synced)):
            row(f"a job's cloud_bucket volume{name}, its start and end counted",
                spread([FILES / each for each in ours], " /s"))
            row("ratio", spread([a / b for a, b in zip(rival, ours)], "", 2))
    finally:
        server.stop()
        service.stop()
