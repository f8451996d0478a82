"""Buckets and volumes as directories, beside the mount tool by itself, `rclone copy` and s3fs, on one S3 service."""

import os
import shutil
import subprocess
import time
from pathlib import Path

from measure import ROUNDS, Server, row, spread
from s3 import KEYS, SERVICE, TOOLS, Service, until

MIB = int(os.environ.get("MIB", "1024"))
FILES = int(os.environ.get("FILES", "1000"))
FILE_BYTES = 4096
ENDS = ("completed", "errored", "failed", "invalid", "terminated")
# As Satchel mounts: server/…/bucket/MountCommand.
MOUNT = ["--vfs-cache-mode", "full", "--vfs-write-back", "1s", "--vfs-cache-max-size", "10G",
         "--vfs-cache-min-free-space", "1G", "--transfers", "8", "--dir-cache-time", "1m", "--use-server-modtime",
         "--vfs-fast-fingerprint", "--umask", "000", "--log-level", "ERROR"]


class Directory:
    """A place to which a mount tool by itself brings the bucket, in a session of its own, as in a job: the kernel shares
    out the processors by sessions, and on a busy machine that is seen."""

    def __init__(self, service, directory, name):
        self.service, self.at, self.name = service, Path(directory) / "at", name
        self.at.mkdir(parents=True)
        self.process = None

    def mount(self):
        if self.name == "rclone mount":
            cache = self.at.with_name("cache")
            shutil.rmtree(cache, ignore_errors=True)
            command = [TOOLS / "rclone", "mount", ":s3:bench", self.at, "--cache-dir", cache, *MOUNT, *SERVICE,
                       "--s3-endpoint", self.service.endpoint]
        else:
            keys = self.at.with_name("keys")
            keys.write_text(":".join(KEYS.values()) + "\n")
            keys.chmod(0o600)
            command = ["s3fs", "bench", self.at, "-f", "-o", f"url={self.service.endpoint}", "-o",
                       "use_path_request_style", "-o", f"passwd_file={keys}", "-o", "umask=000"]
        self.process = subprocess.Popen(command, env=self.environment(), stdout=subprocess.DEVNULL,
                                        stderr=subprocess.DEVNULL, start_new_session=True)
        until(self.name, self.at.is_mount, 60)

    def environment(self):
        """Newer rclones ask for fusermount3 by name, also where the older one is installed alone."""
        tools = self.at.with_name("bin")
        if not shutil.which("fusermount3") and not tools.exists():
            tools.mkdir()
            (tools / "fusermount3").symlink_to(shutil.which("fusermount"))
        usual = self.service.environment()
        return usual | {"PATH": f"{tools}:{usual['PATH']}"}

    def unmount(self):
        subprocess.run(["umount", self.at], check=True, timeout=120)
        self.process.wait(120)

    def __call__(self, script, done=time.time):
        self.mount()
        try:
            began = time.time()
            subprocess.run(["sh", "-ec", script.replace("AT", str(self.at))], check=True, timeout=1200,
                           start_new_session=True)
            return done() - began
        finally:
            self.unmount()


class Job:
    """The same in a job, whose own start and end are not counted."""

    def __init__(self, server, mount):
        self.server, self.mount = server, mount

    def __call__(self, script, done=None):
        command = ["sh", "-ec", f"date +%s.%N; {script.replace('AT', '/satchel-bench')}; date +%s.%N"]
        id = self.server.call("POST", "/v1/workloads", {"command": command, "mounts": [self.mount]})["id"]
        end = done() if done else None
        while (now := self.server.call("GET", f"/v1/workloads/{id}?wait_s=50"))["state"] not in ENDS:
            pass
        if now["state"] != "completed":
            raise RuntimeError(f"{id}: {now}")
        began, ended = map(float, self.server.satchel("logs", id).stdout.split())
        return (end or ended) - began


def drop_caches():
    subprocess.run("sync; echo 3 >/proc/sys/vm/drop_caches", shell=True, stderr=subprocess.DEVNULL)


class Round:
    """What one round writes and reads, at names of its own."""

    def __init__(self, service, source, number):
        self.service, self.source, self.number = service, source, number

    def one(self, place, name, in_bucket=True):
        """Seconds for the large file, there and back, and for the small ones, each from a new mount."""
        to = f"{name}-{self.number}"
        arrived = self.service.arrived if in_bucket else None

        def written(prefix, count, size):
            return (lambda: arrived(prefix, count, size)) if arrived else None

        def run(script, done=None):
            drop_caches()
            return place(script, done) if done else place(script)

        end = "" if in_bucket else "; sync -f AT"
        large = run(f"mkdir AT/{to}-l; cp {self.source}/large AT/{to}-l/large{end}",
                    written(f"{to}-l", 1, MIB << 20))
        back = run(f"cat AT/{to}-l/large >/dev/null")
        small = run(f"mkdir AT/{to}-s; cp {self.source}/small/* AT/{to}-s/{end}",
                    written(f"{to}-s", FILES, FILES * FILE_BYTES))
        small_back = run(f"cat AT/{to}-s/* >/dev/null")
        return large, back, small, small_back

    def copied(self):
        """By rclone copy, which mounts nothing."""
        to, back = f"copy-{self.number}", self.source.parent / "back"
        seconds = []
        for kind in ("large", "small"):
            for words in ((f"{self.source}/{kind}", f":s3:bench/{to}-{kind}/"), (f":s3:bench/{to}-{kind}", back)):
                drop_caches()
                began = time.time()
                self.service.require("copy", *words, "--transfers", "8")
                seconds.append(time.time() - began)
                shutil.rmtree(back, ignore_errors=True)
        return tuple(seconds)


def figures(results):
    ours, tool = results["Satchel, bucket"], results["rclone mount"]
    parts = ((f"write of {MIB} MiB, until it is in the bucket", MIB, " MiB/s"), (f"read of {MIB} MiB", MIB, " MiB/s"),
             (f"write of {FILES:,} files of {FILE_BYTES:,} bytes", FILES, " /s"), ("read of these", FILES, " /s"))
    for part, (what, amount, unit) in enumerate(parts):
        print(" " + what)
        for name, rounds in results.items():
            row(name, spread([amount / each[part] for each in rounds], unit))
        row("ratio of Satchel's bucket to the mount tool", spread([b[part] / a[part] for a, b in zip(ours, tool)], "", 2))
        if "s3fs" in results:
            for name in ("Satchel, bucket", "Satchel, cloud_bucket volume"):
                row(f"ratio of {name} to s3fs",
                    spread([b[part] / a[part] for a, b in zip(results[name], results["s3fs"])], "", 2))


def mounts(_, directory):
    print("Buckets and volumes as directories, min / median / max")
    missing = [name for name, there in (("root", os.geteuid() == 0), ("/dev/fuse", Path("/dev/fuse").exists()),
                                        ("dev/storage", (TOOLS / "weed").exists())) if not there]
    if missing:
        print(f"  skipped: it needs {', '.join(missing)}")
        return
    if not shutil.which("s3fs"):
        print("  without s3fs, which is not installed")
    place = Path(directory) / "mounts"
    source = place / "source"
    (source / "small").mkdir(parents=True)
    with open(source / "large", "wb") as file:
        for _ in range(MIB):
            file.write(os.urandom(1 << 20))
    for number in range(FILES):
        (source / "small" / f"f{number:05}").write_bytes(os.urandom(FILE_BYTES))
    service = Service(place / "s3")
    (place / "server").mkdir()
    server = Server(place / "server", {"PATH": f"{TOOLS}:{os.environ['PATH']}"})
    try:
        measured(service, server, place, source)
    finally:
        server.stop()
        service.stop()


def measured(service, server, place, source):
    server.call("PUT", "/v1/secrets/bench", {"values": KEYS})
    server.call("PUT", "/v1/secrets/warm", {"values": {"A": "b"}})
    bucket = {"bucket_name": "bench", "endpoint_url": service.endpoint, "force_path_style": True,
              "access_key_secret": "bench/AWS_ACCESS_KEY_ID", "secret_key_secret": "bench/AWS_SECRET_ACCESS_KEY"}
    places = {
        "rclone mount": Directory(service, place / "rclone", "rclone mount"),
        "Satchel, bucket": Job(server, {"path": "/satchel-bench", "bucket": bucket}),
        "s3fs": Directory(service, place / "s3fs", "s3fs"),
        "Satchel, cloud_bucket volume": Job(
            server, {"path": "/satchel-bench", "volume": "bench", "create": {"backend": "cloud_bucket"}}),
    }
    if not shutil.which("s3fs"):
        del places["s3fs"]
    results = {"rclone copy": []} | {name: [] for name in places}
    for number in range(ROUNDS):
        this = Round(service, source, number)
        results["rclone copy"].append(this.copied())
        for name, each in places.items():
            short = name.split()[-1].strip(",")
            results[name].append(this.one(each, short, in_bucket=name != "Satchel, cloud_bucket volume"))
        service.require("purge", ":s3:bench")
        until("the bucket", lambda: service.made("bench"), 60)
    figures(results)
