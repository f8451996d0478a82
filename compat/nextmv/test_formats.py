"""Every kind of executable, and every format of what goes in and comes out, by the client as it is published."""

import json
import os
import pathlib
import shutil
import subprocess
import tempfile
import time
import unittest

import nextmv
from nextmv import cloud

from test_runs import FILES, FILES_BOTH_WAYS, MARKER, RunConfiguration, RunTest, env, file, proof, raw

TEXT = """
import sys
text = sys.stdin.read()
print(text.upper() + "!", end="")
sys.exit(4 if "fail" in text else 0)
"""
WORKING = """
import hashlib, json, os
licence = hashlib.sha256(open("licenses/acme.lic").read().encode()).hexdigest()
print(json.dumps({"solution": {"licence": licence, "files": sorted(os.listdir("."))}}))
"""
TABLE = """
import os
rows = open("input/rows.csv").read()
os.makedirs("output", exist_ok=True)
open("output/answer.csv", "w").write(rows + "3,4\\n")
"""
JAVA = """
public class Main {
  public static void main(String[] options) throws Exception {
    System.in.readAllBytes();
    byte[] key = java.security.MessageDigest.getInstance("SHA-256").digest(System.getenv("KEY").getBytes());
    System.out.print("{\\"solution\\":{\\"key\\":\\"" + java.util.HexFormat.of().formatHex(key)
        + "\\",\\"options\\":\\"" + String.join(" ", options) + "\\"}}");
  }
}
"""
GO = """package main

import (
	"crypto/sha256"
	"fmt"
	"io"
	"os"
	"strings"
)

func main() {
	_, _ = io.ReadAll(os.Stdin)
	fmt.Printf(`{"solution":{"key":"%x","options":"%s"}}`, sha256.Sum256([]byte(os.Getenv("KEY"))), strings.Join(os.Args[1:], " "))
}
"""
MANIFEST = "type: {type}\nruntime: ghcr.io/nextmv-io/runtime/{runtime}\nfiles:\n  - {file}\n"


def both_ways(kind):
    return {"format": {"input": {"type": kind}, "output": {"type": kind}}}


class Executables(RunTest):
    def built(self, kind, runtime, file, build):
        with tempfile.TemporaryDirectory() as directory:
            build(directory)
            pathlib.Path(directory, "app.yaml").write_text(MANIFEST.format(type=kind, runtime=runtime, file=file))
            self.app.push(app_dir=directory)
        value = MARKER + "-of-" + kind
        self.app.new_secrets_collection(secrets=[env("KEY", value)], id="mine", name="mine")
        _, solution = self.answered(
            input={"a": 1}, configuration=RunConfiguration(secrets_collection_id="mine"), run_options={"duration": "2"}
        )
        self.assertEqual({"key": proof(value), "options": "-duration 2"}, solution)

    def test_a_java_program_runs(self):
        def build(directory):
            pathlib.Path(directory, "Main.java").write_text(JAVA)
            tools = pathlib.Path(os.environ["SATCHEL_TEST_JDK"], "bin")
            subprocess.run([tools / "javac", "--release", "17", "Main.java"], cwd=directory, check=True, timeout=60)
            subprocess.run(
                [tools / "jar", "cfe", "main.jar", "Main", "Main.class"], cwd=directory, check=True, timeout=60
            )

        self.built("java", "java:latest", "main.jar", build)

    def test_a_go_program_runs(self):
        """As the client has it: it is built where it is pushed from, and a script stands in where there is no Go."""

        def build(directory):
            main = pathlib.Path(directory, "main")
            if shutil.which("go"):
                pathlib.Path(directory, "main.go").write_text(GO)
                build = ["go", "build", "-o", "main", "main.go"]
                variables = {"PATH": os.environ["PATH"], "HOME": directory, "GOTOOLCHAIN": "local", "CGO_ENABLED": "0"}
                subprocess.run(build, cwd=directory, env=variables, check=True, timeout=180)
            else:
                main.write_text(
                    '#!/bin/sh\ncat >/dev/null\nkey=$(printf %s "$KEY" | sha256sum | cut -d" " -f1)\n'
                    'printf \'{"solution":{"key":"%s","options":"%s"}}\' "$key" "$*"\n'
                )
                main.chmod(0o755)

        self.built("go", "default:latest", "main", build)


class Formats(RunTest):
    def wrong_or_right(self, status, text, outputs):
        result = self.app.new_run_with_result(input=text, configuration=both_ways("text"), output_dir_path=outputs)
        self.assertEqual(status, result.metadata.status_v2.value, result.metadata.error)
        self.assertEqual(["output.txt"], os.listdir(outputs))
        self.assertEqual(text.upper() + "!", pathlib.Path(outputs, "output.txt").read_text())
        return result.id

    def test_text_goes_in_and_comes_out(self):
        self.push(TEXT)
        with tempfile.TemporaryDirectory() as outputs:
            run = self.wrong_or_right("succeeded", "some text", outputs)
        self.assertEqual("some text", self.app.run_input(run))
        if hasattr(self.app, "clone_run"):  # Others fetch what has succeeded alone.
            with tempfile.TemporaryDirectory() as outputs:
                self.wrong_or_right("failed", "to fail", outputs)

    def test_tables_go_in_and_come_out(self):
        self.push(TABLE)
        with tempfile.TemporaryDirectory() as inputs, tempfile.TemporaryDirectory() as outputs:
            pathlib.Path(inputs, "rows.csv").write_text("1,2\n")
            result = self.app.new_run_with_result(
                input_dir_path=inputs, output_dir_path=outputs, configuration=both_ways("csv-archive")
            )
            self.assertEqual("succeeded", result.metadata.status_v2.value, result.metadata.error)
            self.assertEqual("1,2\n3,4\n", pathlib.Path(outputs, "answer.csv").read_text())

    @unittest.skipUnless(os.environ.get("SATCHEL_TEST_DOCKER_CLASS"), "there is no container engine here")
    def test_a_class_runs_every_format_in_a_container(self):
        boxed = {"execution_class": os.environ["SATCHEL_TEST_DOCKER_CLASS"]}
        for kind, program, name, answer in (
            ("text", TEXT, "output.txt", "1,2\n".upper() + "!"),
            ("csv-archive", TABLE, "answer.csv", "1,2\n3,4\n"),
            ("multi-file", FILES, "answer.txt", "1,2\n!"),
        ):
            self.push(program)
            with tempfile.TemporaryDirectory() as inputs, tempfile.TemporaryDirectory() as outputs:
                for place in ("rows.csv", "question.txt"):
                    pathlib.Path(inputs, place).write_text("1,2\n")
                given = {"input": "1,2\n"} if kind == "text" else {"input_dir_path": inputs}
                result = self.app.new_run_with_result(
                    **given, output_dir_path=outputs, configuration=both_ways(kind) | boxed
                )
                self.assertEqual("succeeded", result.metadata.status_v2.value, result.metadata.error)
                self.assertEqual(answer, pathlib.Path(outputs, name).read_text(), kind)

    def test_a_program_works_where_its_manifest_says(self):
        if not hasattr(nextmv, "ManifestExecution"):  # Older clients have no such thing.
            return
        with tempfile.TemporaryDirectory() as directory:
            for place in ("app/run.py", "work/there.txt"):
                made = pathlib.Path(directory, place)
                made.parent.mkdir()
                made.write_text(WORKING)
            execution = "  - app/run.py\n  - work/there.txt\nexecution:\n  entrypoint: ./app/run.py\n  cwd: ./work\n"
            manifest = "type: python\nruntime: ghcr.io/nextmv-io/runtime/python:3.11\nfiles:\n" + execution
            pathlib.Path(directory, "app.yaml").write_text(manifest)
            self.app.push(app_dir=directory)
        value = MARKER + "-where-it-works"
        secrets = [file("licenses/acme.lic", value)]
        self.app.new_secrets_collection(secrets=secrets, id="mine", name="mine")
        _, solution = self.answered(input={}, configuration=RunConfiguration(secrets_collection_id="mine"))
        self.assertEqual({"licence": proof(value), "files": ["licenses", "there.txt"]}, solution)

    def test_what_was_pushed_last_runs_by_the_names_of_older_clients(self):
        self.push('print(\'{"solution": {"a": 1}}\')')
        for instance in ("devint", "latest", ""):
            self.assertEqual({"a": 1}, self.answered(input={}, instance_id=instance)[1])

    def test_one_that_waits_is_cancelled_and_has_an_archive_of_nothing(self):
        self.push("import time\ntime.sleep(600)")
        before = [self.app.new_run(input={}) for _ in range(2)]  # As many as run at once.
        for each in before:
            self.addCleanup(self.app.cancel_run, run_id=each)  # Else nothing else would run.
        with tempfile.TemporaryDirectory() as inputs, tempfile.TemporaryDirectory() as outputs:
            pathlib.Path(inputs, "question.txt").write_text("why")
            run = self.app.new_run(input_dir_path=inputs, configuration=FILES_BOTH_WAYS)
            self.assertEqual("queued", self.status(run))
            for each in [run] + before:
                self.app.cancel_run(run_id=each)
            deadline = time.time() + 60
            while {self.status(each) for each in [run] + before} != {"canceled"} and time.time() < deadline:
                time.sleep(0.1)
            self.assertEqual("canceled", self.app.run_result(run, output_dir_path=outputs).metadata.status_v2.value)
            self.assertEqual([], os.listdir(outputs))

    def test_the_lowest_priority_goes_first(self):
        self.push("import sys, time\ntime.sleep(0 if 'quick' in sys.stdin.read() else 600)\nprint('{}')")
        before = [self.app.new_run(input={}) for _ in range(2)]
        for each in before:
            self.addCleanup(self.app.cancel_run, run_id=each)

        def waiting(**queuing):
            body = {"input": {"quick": 1}, "configuration": {"queuing": queuing}}
            return json.loads(raw("POST", f"/{self.application_id}/runs", body=body))["run_id"]

        last = waiting(priority=9)
        second = waiting(priority=1)
        first = waiting(priority=9, disabled=True)
        self.app.cancel_run(run_id=before[0])
        ends = []
        for run in (first, second, last):
            self.app.run_result_with_polling(run)
            told = json.loads(raw("GET", f"/{self.application_id}/runs/{run}/metadata"))["metadata"]
            ends.append(told["duration"])
            self.assertEqual((1 if run == second else 9, run == first), (told["queuing_priority"], told["queuing_disabled"]))
        self.assertEqual(sorted(ends), ends)

    def test_a_run_is_cloned_and_compared(self):
        self.push('import sys\nprint(\'{"solution": {"options": "%s"}}\' % " ".join(sys.argv[1:]))')
        run, _ = self.answered(input={"a": 1}, run_options={"duration": "2"}, name="first")
        if not hasattr(self.app, "clone_run"):
            body = {"input": {"a": 1}, "tracking": {"cloned_run_id": run}}
            clone = json.loads(raw("POST", f"/{self.application_id}/runs", body=body))["run_id"]
        else:
            clone = self.app.clone_run(run)
            result = self.app.run_result_with_polling(clone)
            self.assertEqual("-duration 2", result.output["solution"]["options"], result.metadata.error)
            self.assertEqual({"a": 1}, self.app.run_input(clone))
            compared = self.app.compare_runs([run, clone])
            self.assertIn(clone, json.dumps(compared.to_dict()))
        told = json.loads(raw("GET", f"/{self.application_id}/runs/{clone}/metadata"))
        self.assertEqual(run, told["metadata"]["tracking"]["cloned_run_id"])
