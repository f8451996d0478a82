"""An S3 service of the bench's own."""

import json
import os
import socket
import subprocess
import time
import urllib.request
import xml.etree.ElementTree as xml
from pathlib import Path

from measure import ROOT

TOOLS = ROOT / "target/storage-venv/bin"
KEYS = {"AWS_ACCESS_KEY_ID": "AKBENCH0000000001", "AWS_SECRET_ACCESS_KEY": "SKbench0001secretofthebench"}
SERVICE = ["--config", "", "--s3-provider", "Other", "--s3-env-auth", "--s3-region", "us-east-1",
           "--s3-force-path-style=true", "--s3-no-check-bucket"]


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
    """A SeaweedFS of the bench's own. Whoever has no key may list, so that asking costs little."""

    def __init__(self, directory):
        self.directory = Path(directory)
        (self.directory / "data").mkdir(parents=True)
        users = self.directory / "users.json"
        users.write_text(json.dumps({"identities": [
            {"name": "all", "actions": ["Admin", "Read", "Write", "List"],
             "credentials": [{"accessKey": KEYS["AWS_ACCESS_KEY_ID"], "secretKey": KEYS["AWS_SECRET_ACCESS_KEY"]}]},
            {"name": "anonymous", "actions": ["List"]}]}))
        ports = [free_port() for _ in range(8)]
        self.endpoint = f"http://127.0.0.1:{ports[6]}"
        self.process = subprocess.Popen(
            [TOOLS / "weed", "-logtostderr=true", "server", f"-dir={self.directory / 'data'}", "-ip=127.0.0.1",
             "-ip.bind=127.0.0.1", "-master.telemetry=false", f"-master.port={ports[0]}",
             f"-master.port.grpc={ports[1]}", "-master.volumeSizeLimitMB=1024", f"-volume.port={ports[2]}",
             f"-volume.port.grpc={ports[3]}", "-volume.max=100", f"-filer.port={ports[4]}",
             f"-filer.port.grpc={ports[5]}", f"-filer.localSocket={self.directory / 'filer.sock'}", "-s3",
             f"-s3.port={ports[6]}", f"-s3.port.grpc={ports[7]}", "-s3.port.iceberg=0", "-s3.port.lance=0",
             f"-s3.localSocket={self.directory / 's3.sock'}", f"-s3.config={users}"],
            env={"HOME": str(self.directory), "PATH": os.environ["PATH"]}, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        until("the S3 service", lambda: self.made("bench"), 60)

    def made(self, bucket):
        return self.rclone("mkdir", f":s3:{bucket}").returncode == 0 and not subprocess.run(
            [TOOLS / "rclone", "rcat", f":s3:{bucket}/first", *SERVICE, "--s3-endpoint", self.endpoint],
            env=self.environment(), input=b"x", capture_output=True).returncode

    def environment(self):
        return KEYS | {"PATH": os.environ["PATH"], "HOME": str(self.directory)}

    def rclone(self, *words):
        return subprocess.run([TOOLS / "rclone", *words, *SERVICE, "--s3-endpoint", self.endpoint],
                              env=self.environment(), capture_output=True, timeout=1200)

    def require(self, *words):
        done = self.rclone(*words)
        if done.returncode:
            raise RuntimeError(done.stderr.decode())

    def held(self, prefix):
        """How many objects, and bytes, there are below a prefix."""
        count, size, more = 0, 0, ""
        while True:
            with urllib.request.urlopen(f"{self.endpoint}/bench?list-type=2&prefix={prefix}/{more}", timeout=30) as answer:
                page = xml.fromstring(answer.read())
            space = page.tag.removesuffix("ListBucketResult")
            for each in page.iter(space + "Contents"):
                if each.findtext(space + "Key").endswith("/"):
                    continue  # A directory, as some keep them.
                count, size = count + 1, size + int(each.findtext(space + "Size"))
            token = page.findtext(space + "NextContinuationToken")
            if not token:
                return count, size
            more = f"&continuation-token={token}"

    def arrived(self, prefix, count, size):
        """When all of it was there, by the clock of the wall."""
        until(f"{count} objects of {size} bytes below {prefix}", lambda: self.held(prefix) == (count, size))
        return time.time()

    def stop(self):
        self.process.kill()
        self.process.wait()
