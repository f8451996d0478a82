"""What the tests share: clients of the server that is tested, and jobs whose log tells what reached them."""

import hashlib
import os
import time
import unittest

import anycloud

URL = os.environ["SATCHEL_TEST_URL"]
TOKEN = os.environ["SATCHEL_TEST_TOKEN"]
WRITER = os.environ["SATCHEL_TEST_WRITER_TOKEN"]
MARKER = os.environ["SATCHEL_TEST_MARKER"]
IMAGE = os.environ["SATCHEL_TEST_IMAGE"]
VERSION = anycloud.__version__
TERMINAL = {"completed", "errored", "failed", "invalid", "terminated"}
PATIENCE_S = 60

_names = iter(range(1_000_000))


def fresh(prefix="s"):
    """A name that no other test uses."""
    return f"{prefix}{next(_names)}"


def value():
    """A secret's value, which nothing but the job may ever show."""
    return f"{MARKER}-{next(_names)}"


def digest(text):
    return hashlib.sha256(text.encode()).hexdigest()


def tells(*variables, then=""):
    """A command that prints the digest of each variable, or "absent"."""
    lines = [
        f'if [ "${{{name}+set}}" ]; then printf %s "${name}" | sha256sum | cut -d" " -f1; else echo absent; fi'
        for name in variables
    ]
    return ["sh", "-c", "\n".join([*lines, then])]


class ClientTest(unittest.TestCase):
    """Each test has a client as the document's users make it."""

    def setUp(self):
        self.client = anycloud.Client(api_url=URL, token=TOKEN)
        self.addCleanup(self.client.close)
        self.secrets = anycloud.SecretsApi(self.client.api_client)
        self.workloads = anycloud.WorkloadsApi(self.client.api_client)
        self.credentials = anycloud.CredentialsApi(self.client.api_client)

    def save(self, values, name=None):
        name = name or fresh()
        body = anycloud.SaveSecretBody(values=values)
        answer = self.secrets.save_secret_sync_with_http_info(name, VERSION, body)
        self.assertEqual((204, b""), (answer.status_code, answer.raw_data))
        return name

    def saved(self, name):
        return next((row for row in self.secrets.list_secrets_sync(VERSION) if row.name == name), None)

    def delete(self, name, force=None):
        self.secrets.delete_secret_sync(name, VERSION, force=force and anycloud.BooleanQueryValue.TRUE)

    def submit(self, command, **more):
        job = self.client.submit(IMAGE, command=command, **more)
        self.addCleanup(self.end, job.id)
        return job

    def end(self, workload_id):
        if self.state(workload_id) not in TERMINAL:
            self.workloads.terminate_workload_sync(workload_id, VERSION)
            self.await_status(workload_id, lambda status: status.workload.state in TERMINAL)

    def state(self, workload_id):
        return self.workloads.get_workload_status_sync(workload_id, VERSION).workload.state

    def verbose(self, workload_id):
        return self.workloads.get_workload_status_sync(workload_id, VERSION, verbose="true")

    def await_status(self, workload_id, wanted):
        deadline = time.monotonic() + PATIENCE_S
        while True:
            status = self.verbose(workload_id)
            if wanted(status):
                return status
            if time.monotonic() > deadline:
                self.fail(f"not in time: {status.workload.state}, {status.events}")
            time.sleep(0.1)

    def await_lines(self, workload_id, count, attempt=1):
        """The lines that an attempt has printed, once there are so many."""

        def wanted(status):  # Until it runs, the log is still that of the one before.
            last = status.events[-1]
            begun = last.metadata["attempt"] == attempt and last.state != "queued"
            return begun and self.log(status).count("\n") >= count

        return self.log(self.await_status(workload_id, wanted)).splitlines()

    def log(self, status):
        return (status.vms[0].container.logs or "") if status.vms else ""

    def finished(self, job):
        """The lines that a job has printed, once it has completed."""
        job.wait(timeout_seconds=PATIENCE_S, poll_interval_seconds=0.1)
        return self.log(self.verbose(job.id)).splitlines()

    def refused(self, exception, act, *arguments, **more):
        with self.assertRaises(exception) as caught:
            act(*arguments, **more)
        self.assertNotIn(MARKER, str(caught.exception))
        return caught.exception
