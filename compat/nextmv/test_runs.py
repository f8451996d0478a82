"""Pushes and runs, by the client as it is published."""

import concurrent.futures
import hashlib
import json
import os
import pathlib
import tempfile
import time
import unittest
import urllib.error
import urllib.request

import nextmv
from nextmv import cloud

import test_collections
from test_collections import MARKER, env, file, raw

PROGRAM = """
import hashlib, json, os, sys, time
def proof(text):
    return text and hashlib.sha256(text.encode()).hexdigest()
data = json.load(sys.stdin)
print("the key is", os.environ.get("PROVIDER_API_KEY"), file=sys.stderr, flush=True)
if data.get("fail"):
    sys.exit(3)
if data.get("sleep"):
    time.sleep(600)
licence = None
if os.path.exists("licenses/acme.lic"):
    licence = [proof(open("licenses/acme.lic").read()), oct(os.stat("licenses/acme.lic").st_mode & 0o777)]
print(json.dumps({"solution": {"key": proof(os.environ.get("PROVIDER_API_KEY")), "licence": licence,
                               "options": sys.argv[1:], "pad": data.get("pad")}}))
"""
PACKAGED = """
import hashlib, json, mine, os
changing = "done"
try:
    open(mine.__file__, "w")
except OSError as e:
    changing = os.strerror(e.errno)
key = hashlib.sha256(os.environ["PROVIDER_API_KEY"].encode()).hexdigest()
print(json.dumps({"solution": {"key": key, "words": mine.words, "changing": changing}}))
"""
FILES = """
import os
os.makedirs("outputs/solutions", exist_ok=True)
open("outputs/solutions/answer.txt", "w").write(open("inputs/question.txt").read() + "!")
os.symlink("/etc/passwd", "outputs/solutions/link")
print("printed")
"""
REPORTING = """
import json, os
os.makedirs("outputs/metrics")
json.dump({"metrics": {"objective": 7}}, open("outputs/metrics/metrics.json", "w"))
print(json.dumps({"solution": {}, "statistics": {"result": {"value": 1.5}}, "assets": [
    {"name": "chart", "content": [{"a": 1}, 2], "content_type": "json",
     "visual": {"schema": "chartjs", "type": "custom-tab", "label": "Chart"}},
    {"name": "table", "content": {}, "content_type": "json"}]}))
"""
PLACED = """
import os
os.makedirs("out/results", exist_ok=True)
open("out/results/answer.txt", "w").write(open("in/question.txt").read() + "!")
open("out/stats.json", "w").write('{"statistics": {"result": {"value": 2}}}')
open("out/assets.json", "w").write('[{"name": "chart", "content": {}}]')
"""
PLACES = """configuration:
  content:
    format: multi-file
    multi-file:
      input:
        path: in
      output:
        statistics: out/stats.json
        assets: out/assets.json
        solutions: out/results
"""
BINARY = """#!/bin/sh
echo "the key is $PROVIDER_API_KEY" >&2
read -r input
case "$input" in *sleep*) exec sleep 600 ;; esac
mkdir -p outputs && echo '{"metrics": {"value": 2}}' >outputs/metrics.json
printf '{"solution": {"key": "%s", "licence": "%s", "mode": "%s", "where": "%s"}}' \\
  "$(printf %s "$PROVIDER_API_KEY" | sha256sum | cut -d' ' -f1)" \\
  "$(sha256sum licenses/acme.lic | cut -d' ' -f1)" "$(stat -c %a licenses/acme.lic)" "$(pwd) $*"
"""
BINARY_MANIFEST = "type: binary\nruntime: ghcr.io/nextmv-io/runtime/default:latest\nfiles:\n  - main\n"
MANIFEST = "type: python\nruntime: ghcr.io/nextmv-io/runtime/python:3.11\nfiles:\n  - main.py\n"

FILES_BOTH_WAYS = {"format": {"input": {"type": "multi-file"}, "output": {"type": "multi-file"}}}

TrackedRun = getattr(nextmv, "TrackedRun", None) or cloud.TrackedRun
TrackedRunStatus = getattr(nextmv, "TrackedRunStatus", None) or cloud.TrackedRunStatus
RunConfiguration = getattr(nextmv, "RunConfiguration", None) or cloud.RunConfiguration


def proof(value):
    """What a model tells of a value, so that no output holds one."""
    return hashlib.sha256(value.encode()).hexdigest()


class RunTest(test_collections.ClientTest):
    """What tests of runs do."""

    def push(self, program, more=""):
        with tempfile.TemporaryDirectory() as directory:
            pathlib.Path(directory, "main.py").write_text(program)
            pathlib.Path(directory, "app.yaml").write_text(MANIFEST + more)
            self.app.push(app_dir=directory)

    def secrets(self, name, value):
        self.app.new_secrets_collection(
            secrets=[env("PROVIDER_API_KEY", value), file("licenses/acme.lic", value + "\nline two")], id=name, name=name
        )

    def answered(self, **run):
        result = self.app.new_run_with_result(**run).to_dict()
        self.assertEqual("succeeded", result["metadata"]["status_v2"], result["metadata"]["error"])
        return result["id"], result["output"]["solution"]

    def status(self, run):
        return self.app.run_metadata(run_id=run).metadata.status_v2.value


class Runs(RunTest):
    def test_a_model_reads_its_key_and_its_licence_by_an_instance_and_by_a_run(self):
        value = MARKER + "-runs"
        self.push(PROGRAM)
        self.secrets("mine", value)
        self.secrets("another", value + "-another")
        self.app.new_version(id="version-1")
        self.app.new_instance(
            version_id="version-1",
            id="instance-1",
            name="My Instance",
            configuration=cloud.InstanceConfiguration(secrets_collection_id="mine"),
        )
        run, solution = self.answered(input={"foo": "bar"}, instance_id="instance-1")
        self.assertEqual(proof(value), solution["key"])
        self.assertEqual([proof(value + "\nline two"), "0o400"], solution["licence"])
        log = self.app.run_logs(run_id=run).log
        self.assertIn("the key is", log)
        self.assertNotIn(MARKER, log)
        _, solution = self.answered(
            input={"foo": "bar"},
            instance_id="instance-1",
            configuration=RunConfiguration(secrets_collection_id="another"),
            run_options={"duration": "2"},
        )
        self.assertEqual(proof(value + "-another"), solution["key"])
        self.assertEqual(["-duration", "2"], solution["options"])
        self.assertIsNone(self.answered(input={"foo": "bar"})[1]["key"])
        if hasattr(self.app, "list_runs"):
            self.assertEqual(3, len(self.app.list_runs()))

    @unittest.skipUnless(os.environ.get("SATCHEL_TEST_DOCKER_CLASS"), "there is no container engine here")
    def test_a_class_runs_it_in_a_container(self):
        with tempfile.TemporaryDirectory() as directory:
            main = pathlib.Path(directory, "main")
            main.write_text(BINARY)
            main.chmod(0o755)
            pathlib.Path(directory, "app.yaml").write_text(BINARY_MANIFEST)
            self.app.push(app_dir=directory)
        value = MARKER + "-in-a-container"
        self.secrets("mine", value)
        configuration = RunConfiguration(
            execution_class=os.environ["SATCHEL_TEST_DOCKER_CLASS"], secrets_collection_id="mine"
        )
        run, solution = self.answered(input={"a": 1}, configuration=configuration, run_options={"duration": "2"})
        self.assertEqual(
            {"key": proof(value), "licence": proof(value + "\nline two"), "mode": "400", "where": "/work -duration 2"},
            solution,
        )
        log = self.app.run_logs(run_id=run).log
        self.assertIn("the key is", log)
        self.assertNotIn(MARKER, log)
        told = json.loads(test_collections.raw("GET", f"/{self.application_id}/runs/{run}/metadata"))
        self.assertEqual({"value": 2}, told["metadata"]["metrics"])
        run = self.app.new_run(input={"sleep": 1}, configuration=configuration)
        deadline = time.time() + 60
        while self.status(run) != "running" and time.time() < deadline:
            time.sleep(0.1)
        self.app.cancel_run(run_id=run)
        while self.status(run) == "running" and time.time() < deadline:
            time.sleep(0.1)
        self.assertEqual("canceled", self.status(run))

    @unittest.skipUnless(os.environ.get("SATCHEL_TEST_DOCKER_CLASS"), "there is no container engine here")
    def test_a_class_runs_python_with_its_packages_in_a_container(self):
        with tempfile.TemporaryDirectory() as directory:
            packages = pathlib.Path(directory, ".nextmv/python/deps")
            packages.mkdir(parents=True)
            (packages / "mine.py").write_text("words = 'of a package'\n")
            pathlib.Path(directory, "main.py").write_text(PACKAGED)
            pathlib.Path(directory, "app.yaml").write_text(MANIFEST + "  - .nextmv/python/deps/mine.py\n")
            self.app.push(app_dir=directory)
        value = MARKER + "-python-in-a-container"
        self.secrets("mine", value)
        boxed = os.environ["SATCHEL_TEST_DOCKER_CLASS"]
        for where, configuration in (
            ("here", RunConfiguration(secrets_collection_id="mine")),
            ("in a container", RunConfiguration(execution_class=boxed, secrets_collection_id="mine")),
        ):
            _, solution = self.answered(input={}, configuration=configuration)
            expected = {"key": proof(value), "words": "of a package", "changing": "Read-only file system"}
            self.assertEqual(expected, solution, where)

    def test_a_secret_does_not_lie_over_the_code(self):
        self.push(PROGRAM)
        self.app.new_secrets_collection(secrets=[file("main.py", MARKER)], id="over", name="over")
        result = self.app.new_run_with_result(
            input={}, configuration=RunConfiguration(secrets_collection_id="over")
        )
        self.assertEqual("failed", result.metadata.status_v2.value)
        self.assertIn("main.py", result.metadata.error)
        self.assertNotIn(MARKER, result.metadata.error)

    def test_a_missing_collection_is_named_at_once(self):
        self.push(PROGRAM)
        with self.assertRaises(Exception) as refused:
            self.app.new_run(input={}, configuration=RunConfiguration(secrets_collection_id="nothing-here"))
        self.assertIn("nothing-here", str(refused.exception))

    def test_one_that_fails_says_so_and_one_that_never_ends_is_cancelled(self):
        self.push(PROGRAM)
        failed = self.app.new_run_with_result(input={"fail": 1})
        self.assertEqual("failed", failed.metadata.status_v2.value)
        self.assertIn("code 3", failed.metadata.error)
        run = self.app.new_run(input={"sleep": 1})
        deadline = time.time() + 60
        while self.status(run) != "running" and time.time() < deadline:
            time.sleep(0.1)
        self.app.cancel_run(run_id=run)
        while self.status(run) == "running" and time.time() < deadline:
            time.sleep(0.1)
        self.assertEqual("canceled", self.status(run))

    def test_six_mebibytes_go_in_and_come_out(self):
        self.push(PROGRAM)
        pad = "x" * (6 << 20)
        self.assertEqual(pad, self.answered(input={"pad": pad})[1]["pad"])

    def test_each_of_many_runs_has_its_own_secrets(self):
        self.push(PROGRAM)
        count = int(os.environ.get("SATCHEL_TEST_RUNS", "40"))
        for number in range(count):
            self.secrets(f"c{number}", f"{MARKER}-number-{number}-")

        def submit(number):
            configuration = RunConfiguration(secrets_collection_id=f"c{number}")
            return self.app.new_run(input={}, configuration=configuration)

        def key(run):
            result = self.app.run_result_with_polling(run)
            self.assertEqual("succeeded", result.metadata.status_v2.value, result.metadata.error)
            return result.output["solution"]["key"]

        with concurrent.futures.ThreadPoolExecutor(20) as many:
            runs = list(many.map(submit, range(count)))  # All of them wait before the first result is asked for.
            keys = list(many.map(key, runs))
        self.assertEqual([proof(f"{MARKER}-number-{number}-") for number in range(count)], keys)

    def test_an_address_takes_one_file_once(self):
        upload = self.client.request("POST", f"v1/applications/{self.application_id}/runs/uploadurl").json()

        def send(what):
            return urllib.request.urlopen(urllib.request.Request(upload["upload_url"], what, method="PUT"))

        self.assertEqual(204, send(b"{}").status)
        self.assertEqual(204, send(b"{}").status)  # The client repeats what it got no answer to.
        for other in (b"[]", b"{", b"{} "):
            with self.assertRaises(urllib.error.HTTPError):
                send(other)

    def test_files_go_in_and_come_out(self):
        self.push(FILES)
        with tempfile.TemporaryDirectory() as inputs, tempfile.TemporaryDirectory() as outputs:
            pathlib.Path(inputs, "question.txt").write_text("why")
            result = self.app.new_run_with_result(
                input_dir_path=inputs, output_dir_path=outputs, configuration=FILES_BOTH_WAYS
            )
            self.assertEqual("succeeded", result.metadata.status_v2.value, result.metadata.error)
            self.assertEqual(["answer.txt"], os.listdir(outputs))
            self.assertEqual("why!", pathlib.Path(outputs, "answer.txt").read_text())
        self.assertIn("printed", self.app.run_logs(run_id=result.id).log)

    def test_files_lie_where_the_manifest_says(self):
        self.push(PLACED, PLACES)
        with tempfile.TemporaryDirectory() as inputs, tempfile.TemporaryDirectory() as outputs:
            pathlib.Path(inputs, "question.txt").write_text("why")
            result = self.app.new_run_with_result(
                input_dir_path=inputs, output_dir_path=outputs, configuration=FILES_BOTH_WAYS
            )
            self.assertEqual("succeeded", result.metadata.status_v2.value, result.metadata.error)
            self.assertEqual("why!", pathlib.Path(outputs, "answer.txt").read_text())
        self.assertEqual({"result": {"value": 2}}, result.metadata.statistics)
        self.assertEqual(["chart"], [asset.name for asset in self.app.list_assets(result.id)])

    def test_what_a_run_reports_is_told(self):
        self.push(REPORTING)
        result = self.app.new_run_with_result(input={})
        self.assertEqual("succeeded", result.metadata.status_v2.value, result.metadata.error)
        self.assertEqual({"result": {"value": 1.5}}, result.metadata.statistics)
        told = json.loads(test_collections.raw("GET", f"/{self.application_id}/runs/{result.id}/metadata"))
        self.assertEqual({"objective": 7}, told["metadata"]["metrics"])
        if hasattr(result.metadata, "metrics"):
            self.assertEqual({"objective": 7}, result.metadata.metrics)
        assets = self.app.list_assets(result.id)
        self.assertEqual(["chart", "table"], [asset.name for asset in assets])
        self.assertEqual("chartjs", assets[0].visual.visual_schema.value)
        self.assertIsNone(assets[1].visual)
        content = self.app.download_asset_content(assets[0])
        self.assertEqual([{"a": 1}, 2], content)
        self.assertEqual(len(json.dumps(content, separators=(",", ":"))), assets[0].size)

    def test_a_file_that_is_no_report_is_told_as_the_cause(self):
        self.push('import os\nos.makedirs("outputs")\nopen("outputs/statistics.json", "w").write("none")\nprint("{}")')
        result = self.app.new_run_with_result(input={})
        self.assertEqual("failed", result.metadata.status_v2.value)
        self.assertIn("statistics", result.metadata.error)
        request = urllib.request.Request(
            f"{test_collections.URL}/v1/workloads/{result.id}",
            headers={"Authorization": "Bearer " + test_collections.TOKEN},
        )
        with urllib.request.urlopen(request, timeout=30) as answer:
            self.assertEqual("OUTPUT_REFUSED", json.load(answer)["reason_code"])

    def test_a_managed_input_is_kept_for_runs(self):
        self.push(PROGRAM)
        url = self.app.upload_url()
        send = getattr(self.app, "upload_data", None)
        if send:
            send(data={"pad": "kept"}, upload_url=url)
        else:
            self.app.upload_large_input(input={"pad": "kept"}, upload_url=url)
        made = self.app.new_managed_input(id="kept", name="Kept", description="For runs", upload_id=url.upload_id)
        self.assertEqual(("kept", "Kept", "For runs"), (made.id, made.name, made.description))
        changed = self.app.update_managed_input("kept", name="Other")
        self.assertEqual(("Other", "For runs"), (changed.name or "Other", changed.description))
        self.assertEqual(["kept"], [each.id for each in self.app.list_managed_inputs()])
        found = self.app.managed_input("kept")
        self.assertEqual("Other", found.name)
        run = test_collections.raw("POST", f"/{self.application_id}/runs", body={"input_id": "kept"})
        run = json.loads(run)["run_id"]
        result = self.app.run_result_with_polling(run)
        self.assertEqual("kept", result.output["solution"]["pad"], result.metadata.error)
        told = json.loads(test_collections.raw("GET", f"/{self.application_id}/runs/{run}/metadata"))
        self.assertEqual("kept", told["metadata"]["tracking"]["input_id"])
        self.app.new_managed_input(id="again", name="again", run_id=run)
        if hasattr(self.app, "delete_managed_input"):
            self.assertEqual("kept", self.answered(input=self.app.managed_input("again"))[1]["pad"])
            self.app.delete_managed_input("kept")
            self.assertEqual(["again"], [each.id for each in self.app.list_managed_inputs()])
        with self.assertRaises(urllib.error.HTTPError) as refused:
            test_collections.raw("POST", f"/{self.application_id}/runs", body={"input_id": "nothing-here"})
        self.assertEqual(422, refused.exception.code)

    def test_a_run_that_ran_elsewhere_is_kept(self):
        tracked = TrackedRun(
            input={"a": 1},
            output={"solution": {"b": 2}, "statistics": {"result": {"value": 3}}},
            status=TrackedRunStatus.SUCCEEDED,
            duration=4500,
            logs=["line one", "line two"],
            name="tracked",
        )
        result = self.app.track_run_with_result(tracked)
        self.assertEqual("succeeded", result.metadata.status_v2.value)
        self.assertEqual({"b": 2}, result.output["solution"])
        self.assertEqual({"result": {"value": 3}}, result.metadata.statistics)
        self.assertAlmostEqual(4500, result.metadata.duration, delta=1)
        if hasattr(result.metadata, "run_type"):
            self.assertEqual("external", result.metadata.run_type.run_type.value)
        self.assertEqual({"a": 1}, self.app.run_input(result.id))
        log = self.app.run_logs(result.id).log
        self.assertTrue("line one" in log and "line two" in log, log)
        failed = TrackedRun(
            input={"a": 1}, output={"solution": {}}, status=TrackedRunStatus.FAILED, duration=1, error="No licence."
        )
        result = self.app.track_run_with_result(failed)
        self.assertEqual(("failed", "No licence."), (result.metadata.status_v2.value, result.metadata.error))

    def test_files_of_a_run_that_ran_elsewhere_are_kept(self):
        with tempfile.TemporaryDirectory() as inputs, tempfile.TemporaryDirectory() as outputs:
            pathlib.Path(inputs, "question.txt").write_text("why")
            pathlib.Path(outputs, "answer.txt").write_text("so")
            run = self.app.track_run(
                TrackedRun(
                    input_dir_path=inputs,
                    output_dir_path=outputs,
                    status=TrackedRunStatus.SUCCEEDED,
                    duration=1,
                    statistics={"result": {"value": 3}},
                    assets=[{"name": "chart", "content": [1], "content_type": "json"}],
                ),
                configuration=FILES_BOTH_WAYS,
            )
        with tempfile.TemporaryDirectory() as outputs:
            result = self.app.run_result(run, output_dir_path=outputs)
            self.assertEqual("so", pathlib.Path(outputs, "answer.txt").read_text())
        self.assertEqual({"result": {"value": 3}}, result.metadata.statistics)
        assets = self.app.list_assets(run)
        self.assertEqual([[1]], [self.app.download_asset_content(asset) for asset in assets])
