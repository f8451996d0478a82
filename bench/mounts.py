"""A bucket mounted for a job, beside the mount tool by itself with the same options, beside copies, and beside s3fs.

SeaweedFS on the loopback keeps the bucket. MIB=1024 says how large the one file is, FILES=1000 how many small ones.
Written counts until all is in the bucket: for a job until its attempt is final.
"""

import json
import os
import re
import shutil
import socket
import subprocess
import time
from pathlib import Path

from measure import ROOT, Server, row

MIB = int(os.environ.get("MIB", "1024"))
FILES = int(os.environ.get("FILES", "1000"))
ACCESS, SECRET = "AKBENCH", "SKbench"
WRITE = f"head -c {MIB}M /dev/zero >$M/big"
SMALL = f"mkdir $M/small; i=0; while [ $i -lt {FILES} ]; do i=$((i+1)); head -c 4096 /dev/urandom >$M/small/$i; done"
READ = "cat $M/big >/dev/null"
READ_SMALL = "cat $M/small/* >/dev/null"


def free_port():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]


class Bucket:
    def __init__(self, directory):
        self.tools = Path(subprocess.run([ROOT / "dev/storage"], capture_output=True, text=True, check=True).stdout.strip())
        self.directory = Path(directory) / "s3"
        (self.directory / "data").mkdir(parents=True)
        users = self.directory / "users.json"
        users.write_text(json.dumps({"identities": [{"name": "all", "actions": ["Admin", "Read", "Write", "List"],
                         "credentials": [{"accessKey": ACCESS, "secretKey": SECRET}]}]}))
        ports = [free_port() for _ in range(8)]
        self.endpoint = f"http://127.0.0.1:{ports[6]}"
        self.process = subprocess.Popen(
            [self.tools / "weed", "-logtostderr=true", "server", f"-dir={self.directory}/data", "-ip=127.0.0.1",
             "-ip.bind=127.0.0.1", "-master.telemetry=false", f"-master.port={ports[0]}",
             f"-master.port.grpc={ports[1]}", "-master.volumeSizeLimitMB=1024", f"-volume.port={ports[2]}",
             f"-volume.port.grpc={ports[3]}", "-volume.max=100", f"-filer.port={ports[4]}",
             f"-filer.port.grpc={ports[5]}", f"-filer.localSocket={self.directory}/filer.sock", "-s3",
             f"-s3.port={ports[6]}", f"-s3.port.grpc={ports[7]}", "-s3.port.iceberg=0", "-s3.port.lance=0",
             f"-s3.localSocket={self.directory}/s3.sock", f"-s3.config={users}"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env={"HOME": str(self.directory)})
        self.rclone_environment = {
            "PATH": f"{self.tools}:{os.environ['PATH']}", "RCLONE_S3_PROVIDER": "Other", "RCLONE_S3_REGION": "us-east-1",
            "RCLONE_S3_ENDPOINT": self.endpoint, "RCLONE_S3_FORCE_PATH_STYLE": "true",
            "RCLONE_S3_ACCESS_KEY_ID": ACCESS, "RCLONE_S3_SECRET_ACCESS_KEY": SECRET, "RCLONE_S3_NO_CHECK_BUCKET": "true",
        }
        while self.rclone("mkdir", ":s3:ours", check=False).returncode or subprocess.run(
                [self.tools / "rclone", "--config", "", "rcat", ":s3:ours/x"], input=b"x", env=self.made(),
                stderr=subprocess.DEVNULL).returncode:
            time.sleep(0.5)
        for name in ("tool", "copied", "s3fs"):
            subprocess.run([self.tools / "rclone", "--config", "", "rcat", f":s3:{name}/x"], input=b"x", env=self.made(),
                           check=True)

    def made(self):
        return self.rclone_environment | {"RCLONE_S3_NO_CHECK_BUCKET": "false"}

    def rclone(self, *words, check=True):
        return subprocess.run([self.tools / "rclone", "--config", "", *words], env=self.rclone_environment, check=check,
                              stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def stop(self):
        self.process.kill()
        self.process.wait()


def cold():
    subprocess.run(["sync"], check=True)
    try:
        Path("/proc/sys/vm/drop_caches").write_text("3")
    except OSError:
        pass


def by_job(server, bucket, script):
    """Seconds from the first command to the final end, and those of the command alone."""
    cold()
    mount = {"path": "/satchel-bench", "bucket": {
        "bucket_name": "ours", "endpoint_url": bucket.endpoint, "force_path_style": True,
        "access_key_secret": "bench/ID", "secret_key_secret": "bench/KEY"}}
    script = f"M=/satchel-bench; date +%s.%N; {script}; date +%s.%N"
    id = server.call("POST", "/v1/workloads", {"command": ["sh", "-ec", script], "mounts": [mount]})["id"]
    while (now := server.call("GET", f"/v1/workloads/{id}?wait_s=50"))["state"] not in ("completed", "failed", "errored"):
        pass
    end = time.time()
    if now["state"] != "completed":
        raise RuntimeError(now)
    log = subprocess.run(["env", f"SATCHEL_DATA={server.data}", f"HOME={server.data.parent}", "dist/target/satchel/bin/satchel",
                          "logs", id], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
    return end - float(log[0]), float(log[1]) - float(log[0])


class Tool:
    """rclone by itself, with what Satchel tells it, as its own process list shows."""

    def __init__(self, bucket, directory):
        self.bucket, self.place, self.cache = bucket, Path(directory) / "tool", Path(directory) / "tool-cache"
        self.place.mkdir()
        source = (ROOT / "server/src/main/java/dev/satchel/server/bucket/MountCommand.java").read_text()
        options = re.findall(r'add\(words, "(--(?:dir-cache|umask|dir-perms|file-perms|vfs|transfers)[a-z-]*)", "([^"]*)"\)', source)
        self.options = [word for pair in dict(options[::-1]).items() for word in pair]
        self.options[self.options.index("--vfs-cache-mode") + 1] = "full"

    def run(self, script):
        cold()
        shutil.rmtree(self.cache, ignore_errors=True)
        process = subprocess.Popen(
            [self.bucket.tools / "rclone", "mount", ":s3:tool", self.place, "--config", "", "--use-server-modtime",
             "--vfs-fast-fingerprint", "--cache-dir", self.cache, *self.options],
            env=self.bucket.rclone_environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        while not os.path.ismount(self.place):
            time.sleep(0.02)
        began = time.monotonic()
        subprocess.run(["sh", "-ec", f"M={self.place}; {script}"], check=True)
        worked = time.monotonic() - began
        while any('"Dirty": true' in note.read_text() for note in self.cache.glob("vfsMeta/**/*") if note.is_file()):
            time.sleep(0.1)
        taken = time.monotonic() - began
        subprocess.run(["umount", self.place], check=True)
        process.wait(20)
        return taken, worked


def by_s3fs(bucket, directory, script):
    cold()
    place, keys = Path(directory) / "s3fs", Path(directory) / "s3fs-keys"
    place.mkdir(exist_ok=True)
    keys.write_text(f"{ACCESS}:{SECRET}\n")
    keys.chmod(0o600)
    subprocess.run(["s3fs", "s3fs", place, "-o", f"passwd_file={keys},url={bucket.endpoint},use_path_request_style"], check=True)
    try:
        began = time.monotonic()
        subprocess.run(["sh", "-ec", f"M={place}; {script}"], check=True)
        return time.monotonic() - began
    finally:
        subprocess.run(["umount", place], check=True)


def mounts(_, directory):
    print(f"A bucket mounted: a file of {MIB} MiB, and {FILES:,} files of 4 KiB")
    bucket = Bucket(directory)
    place = Path(directory) / "mounts"
    place.mkdir()
    server = Server(place, {"PATH": f"{bucket.tools}:{os.environ['PATH']}"})
    try:
        server.call("PUT", "/v1/secrets/bench", {"values": {"ID": ACCESS, "KEY": SECRET}})
        tool = Tool(bucket, directory)
        parts = (("written", WRITE, MIB, "MiB/s"), ("read", READ, MIB, "MiB/s"),
                 ("small files written", SMALL, FILES, "files/s"), ("small files read", READ_SMALL, FILES, "files/s"))
        for name, script, amount, unit in parts:
            reads = "read" in name
            ours, alone = by_job(server, bucket, script), tool.run(script)
            # What is read has nothing to wait for but the command itself.
            mine, theirs = (ours[1], alone[1]) if reads else (ours[0], alone[0])
            row(f"{name}: a job's mount", f"{amount / mine:,.1f} {unit}")
            row("the mount tool by itself", f"{amount / theirs:,.1f} {unit}, ratio {theirs / mine:.2f}")
            if shutil.which("s3fs"):
                row("s3fs", f"{amount / by_s3fs(bucket, directory, script):,.1f} {unit}")
        big = Path(directory) / "big"
        subprocess.run(["sh", "-c", f"head -c {MIB}M /dev/zero >{big}"], check=True)
        for name, words in (("rclone copy to the bucket", ("copy", str(big), ":s3:copied")),
                            ("rclone copy from the bucket", ("copy", ":s3:copied/big", str(Path(directory) / "copy")))):
            cold()
            began = time.monotonic()
            bucket.rclone(*words)
            row(name, f"{MIB / (time.monotonic() - began):,.1f} MiB/s")
    finally:
        server.stop()
        bucket.stop()
