"""What the parts of the bench share: a server of their own, and how figures are printed."""

import json
import os
import signal
import statistics
import subprocess
import time
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LAUNCHER = ROOT / "dist/target/satchel/bin/satchel"
ROUNDS = int(os.environ.get("ROUNDS", "3"))
SECONDS = int(os.environ.get("SECONDS", "4"))
WARM = int(os.environ.get("WARM", "10"))
TICKS = os.sysconf("SC_CLK_TCK")


def spread(values, unit="", digits=0):
    low, middle, high = min(values), statistics.median(values), max(values)
    return f"{low:,.{digits}f} / {middle:,.{digits}f} / {high:,.{digits}f}{unit}"


def row(name, text):
    print(f"  {name:<52} {text}", flush=True)


class Server:
    def __init__(self, directory, more=None):
        self.data = Path(directory) / "data"
        self.more = more or {}
        self.starts = []
        self.start()

    def environment(self):
        usual = {"PATH": os.environ["PATH"], "HOME": str(self.data.parent), "SATCHEL_DATA": str(self.data)}
        return usual | self.more

    def start(self):
        began = time.monotonic()
        self.process = subprocess.Popen(
            [LAUNCHER, "serve", "--port", "0", "--data", self.data],
            stdout=subprocess.PIPE,
            stderr=open(self.data.parent / "server.log", "ab"),
            env=self.environment(),
            text=True,
        )
        line = self.process.stdout.readline()
        self.starts.append(time.monotonic() - began)
        self.url = line.split()[1]
        self.token = (self.data / "admin.token").read_text().strip()

    def stop(self):
        began = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(20)
        return time.monotonic() - began

    def cpu_seconds(self):
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(") ", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / TICKS

    def resident_mib(self):
        for line in Path(f"/proc/{self.process.pid}/status").read_text().splitlines():
            if line.startswith("VmRSS"):
                return int(line.split()[1]) / 1024
        raise RuntimeError("no VmRSS")

    def call(self, method, path, body=None):
        request = urllib.request.Request(
            self.url + path,
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Authorization": "Bearer " + self.token, "Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=60) as answer:
            return json.loads(answer.read())

    def satchel(self, *arguments):
        return subprocess.run(
            [LAUNCHER, *arguments], env=self.environment(), capture_output=True, text=True, timeout=60
        )
