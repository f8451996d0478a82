"""The client's own command line, as it is published (1.13.0), against a server that speaks HTTPS."""

import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

from test_runs import MANIFEST, PROGRAM, proof

TOKEN = os.environ["SATCHEL_TEST_TOKEN"]
MARKER = os.environ["SATCHEL_TEST_MARKER"]
ENDPOINT = os.environ["SATCHEL_TEST_URL"].removeprefix("https://")
APPLICATION = f"commands-{os.getpid()}"


class CommandsTest(unittest.TestCase):
    """One walk: each step needs the one before."""

    def setUp(self):
        self.place = tempfile.TemporaryDirectory()
        self.addCleanup(self.place.cleanup)
        self.home = pathlib.Path(self.place.name)
        self.environment = {name: value for name, value in os.environ.items() if not name.startswith("SATCHEL_")}
        self.environment |= {"HOME": str(self.home), "COLUMNS": "200", "NO_COLOR": "1"}

    def ran(self, *words, stdin="", **more):
        command = [str(pathlib.Path(sys.executable).with_name("nextmv")), *words]
        return subprocess.run(
            command,
            input=stdin,
            env=self.environment | more,
            cwd=self.home,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    def ok(self, *words, stdin=""):
        ran = self.ran(*words, stdin=stdin)
        self.assertEqual(0, ran.returncode, f"{words[:3]}: {ran.stdout}{ran.stderr}".replace(MARKER, "MARKER"))
        return ran.stdout

    def test_a_walk_from_the_configuration_to_a_result(self):
        self.ok("configuration", "create", "-a", TOKEN, "-e", ENDPOINT)
        self.ok("cloud", "app", "create", "-a", APPLICATION, "-n", "Command line")
        self.assertIn(APPLICATION, self.ok("cloud", "app", "list"))
        self.ok("cloud", "app", "exists", "-a", APPLICATION)

        model = self.home / "model"
        model.mkdir()
        (model / "main.py").write_text(PROGRAM)
        (model / "app.yaml").write_text(MANIFEST)
        self.ok("cloud", "app", "push", "-a", APPLICATION, "-d", str(model), "-v", "v1", "-c", "i1")
        self.assertIn("v1", self.ok("cloud", "version", "list", "-a", APPLICATION))
        self.assertIn("i1", self.ok("cloud", "instance", "list", "-a", APPLICATION))

        value = MARKER + "-commands"
        entry = json.dumps({"type": "env", "location": "PROVIDER_API_KEY", "value": value})
        self.ok("cloud", "secrets", "create", "-a", APPLICATION, "-s", "mine", "-n", "Mine", "-e", entry)
        listed = self.ok("cloud", "secrets", "list", "-a", APPLICATION)
        self.assertIn("mine", listed)
        self.assertNotIn(value, listed)
        self.assertIn(value, self.ok("cloud", "secrets", "get", "-a", APPLICATION, "-s", "mine"))

        other = json.dumps({"type": "env", "location": "ANOTHER", "value": value})
        self.ok("cloud", "secrets", "update", "-a", APPLICATION, "-s", "mine", "-k", "-e", other)
        both = self.ok("cloud", "secrets", "get", "-a", APPLICATION, "-s", "mine")
        self.assertIn("PROVIDER_API_KEY", both)
        self.assertIn("ANOTHER", both)

        given = self.home / "input.json"
        given.write_text('{"foo": "bar"}')
        waited = self.ok(
            "cloud", "run", "create", "-a", APPLICATION, "-i", str(given), "-s", "mine", "-o", "duration=2", "-w"
        )
        self.assertIn(proof(value), waited)
        run = json.loads(self.ok("cloud", "run", "create", "-a", APPLICATION, "-s", "mine", stdin='{"foo": 1}'))["run_id"]
        output = self.home / "output.json"
        self.ok("cloud", "run", "get", "-a", APPLICATION, "-r", run, "-o", str(output), "-w")
        self.assertEqual(proof(value), json.loads(output.read_text())["output"]["solution"]["key"])
        file = self.home / "logs.txt"
        self.ok("cloud", "run", "logs", "-a", APPLICATION, "-r", run, "-o", str(file))
        logs = file.read_text()
        self.assertIn("the key is", logs)
        self.assertNotIn(value, logs)
        self.assertIn(run, self.ok("cloud", "run", "list", "-a", APPLICATION))
        tailed = self.ran("cloud", "run", "create", "-a", APPLICATION, "-i", str(given), "-t")
        self.assertEqual(0, tailed.returncode)
        self.assertIn("the key is", tailed.stderr)

        self.ok("cloud", "secrets", "delete", "-a", APPLICATION, "-s", "mine", "-y")
        self.assertNotIn("mine", self.ok("cloud", "secrets", "list", "-a", APPLICATION))
        self.ok("cloud", "app", "delete", "-a", APPLICATION, "-y")
        self.assertNotIn(APPLICATION, self.ok("cloud", "app", "list"))

    def test_an_authority_that_is_not_known_is_refused(self):
        self.ok("configuration", "create", "-a", TOKEN, "-e", ENDPOINT)
        code = "import requests, sys; requests.get(sys.argv[1])"
        url = os.environ["SATCHEL_TEST_URL"] + "/healthz"
        environment = {n: v for n, v in self.environment.items() if n not in ("REQUESTS_CA_BUNDLE", "SSL_CERT_FILE")}
        refused = subprocess.run(
            [sys.executable, "-c", code, url], env=environment, capture_output=True, text=True, timeout=60, check=False
        )
        self.assertIn("CERTIFICATE_VERIFY_FAILED", refused.stderr)
