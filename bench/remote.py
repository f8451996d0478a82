"""Methods that run elsewhere, beside a bare round trip of HTTP and a bare JVM."""

import os
import random
import subprocess
import zipfile
from pathlib import Path

from measure import ROOT, ROUNDS, row, spread

LIB = ROOT / "dist/target/satchel/lib"
SIZES_MIB = [int(size) for size in os.environ.get("SHIP_MIB", "1,50,200").split(",")]
WARM_CALLS = 500
MANY_CALLS = 4000
COLD_CALLS = 10


class Program:
    """The small program of the bench, compiled against what was built."""

    def __init__(self, directory):
        self.home = Path((ROOT / "dist/target/satchel/jdk").read_text().strip())
        self.java = self.home / "bin/java"
        self.classes = Path(directory) / "classes"
        self.client = [LIB / f"satchel-{module}.jar" for module in ("sdk", "api", "runner")]
        kits = [jar for jar in (ROOT / "testkit/target").glob("satchel-testkit-*.jar")
                if not jar.stem.endswith(("-sources", "-javadoc", "-tests"))]
        if len(kits) != 1:
            raise RuntimeError("testkit is not built: mvn package -DskipTests")
        self.kit = [*sorted(LIB.glob("*.jar")), kits[0]]
        self.compile(self.client, "Work", "Remote")
        self.compile(self.kit, "Embedded", to=Path(directory) / "embedded")

    def compile(self, path, *names, to=None):
        subprocess.run(
            [self.home / "bin/javac", "--release", "17" if to is None else "25", "-d", to or self.classes,
             "-cp", joined(path), *(ROOT / f"bench/remote/{name}.java" for name in names)],
            check=True, timeout=120,
        )

    def run(self, server, main, *arguments, path=None):
        ran = subprocess.run(
            [self.java, "-cp", joined(path or [*self.client, self.classes]), main, *map(str, arguments)],
            env={"SATCHEL_URL": server.url, "SATCHEL_TOKEN": server.token, "PATH": os.environ["PATH"]},
            capture_output=True, text=True, timeout=1200,
        )
        if ran.returncode != 0:
            raise RuntimeError(ran.stderr[-4000:])
        return [[float(number) for number in line.split()] for line in ran.stdout.splitlines()]


def joined(path):
    return ":".join(map(str, path))


def compare(program, server, names, mode, count, *more):
    times = [pair for _ in range(ROUNDS) for pair in program.run(server, "Remote", mode, count, *more)]
    for name, which in zip(names, (0, 1)):
        row(name, spread([pair[which] for pair in times], " ms", 2))
    row("over it", spread([call - bare for bare, call in times], " ms", 2))
    row("ratio", spread([call / bare for bare, call in times], "", 1))


def jars(server):
    """What the server keeps: a jar that is sent again is another file."""
    kept = [file for file in (server.data / "jars").rglob("*") if file.is_file()]
    return {(file.name, file.stat().st_ino) for file in kept}, sum(file.stat().st_size for file in kept)


def ship(program, server, directory):
    for size in SIZES_MIB:
        first, sent, second, fresh = [], [], [], []
        for number in range(ROUNDS):
            jar = Path(directory) / f"ship-{size}-{number}.jar"
            with zipfile.ZipFile(jar, "w") as archive:
                archive.writestr("ballast", random.randbytes(size << 20))
            path = [*program.client, program.classes, jar]
            _, before = jars(server)
            times = program.run(server, "Remote", "ship", path=path)
            kept, after = jars(server)
            first.append(times[0][0])
            second.append(times[1][0])
            sent.append((after - before) / (1 << 20))
            fresh.append(program.run(server, "Remote", "ship", path=path)[0][0])
            if jars(server)[0] != kept:
                raise RuntimeError("a jar was sent again")
            jar.unlink()
        row(f"class path of {size} MiB, first call", spread(first, " ms") + f", {spread(sent, ' MiB', 1)} sent")
        row("the second call, no jar sent", spread(second, " ms"))
        row("the first of another program, no jar sent", spread(fresh, " ms"))


def remote(server, directory):
    print("Methods that run elsewhere, min / median / max")
    place = Path(directory) / "remote"
    place.mkdir()
    program = Program(place)
    compare(program, server, ("GET of /healthz", "call of an object that stays"), "warm", WARM_CALLS)
    rates = [program.run(server, "Remote", "many", MANY_CALLS) for _ in range(ROUNDS)]
    row("calls of an object, 16 at once", spread([rate[0][0] for rate in rates], " /s"))
    row("calls of a function, 4 at once", spread([rate[1][0] for rate in rates], " /s", 1))
    bare = [program.java, "-cp", joined([*program.client, program.classes]), "Work", "hello", "10"]
    compare(program, server, ("java -cp … Work", "call of a function"), "cold", COLD_CALLS, *bare)
    ship(program, server, place)
    starts = [program.run(server, "Embedded", path=[*program.kit, place / "embedded"]) for _ in range(ROUNDS)]
    row("testkit: first start of a server in its JVM", spread([each[0][0] for each in starts], " ms"))
    row("testkit: second", spread([each[1][0] for each in starts], " ms"))
