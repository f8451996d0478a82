"""What the document says of secrets, by the client as it is published."""

import anycloud
import anycloud_workflows
from anycloud import exceptions

from harness import MARKER, TOKEN, URL, VERSION, ClientTest, digest, fresh, tells, value


class Secrets(ClientTest):
    def test_list_has_names_and_times_alone(self):
        name = self.save({"HF_TOKEN": value()})
        answer = self.secrets.list_secrets_sync_with_http_info(VERSION)
        row = next(row for row in answer.data if row.name == name)
        self.assertEqual({"name", "createdAt", "updatedAt"}, set(row.to_dict()))
        self.assertNotIn(MARKER.encode(), answer.raw_data)
        self.assertNotIn(b"HF_TOKEN", answer.raw_data)

    def test_saving_again_replaces_the_bundle_whole(self):
        name = self.save({"A": value(), "B": value()})
        before = self.saved(name)
        second = value()
        self.save({"B": second}, name)
        after = self.saved(name)
        self.assertEqual(before.created_at, after.created_at)
        self.assertGreaterEqual(after.updated_at, before.updated_at)
        lines = self.finished(self.submit(tells("A", "B"), secrets=[name]))
        self.assertEqual(["absent", digest(second)], lines)

    def test_every_pair_of_a_bundle_reaches_the_job(self):
        values = {f"K{i}": value() for i in range(5)} | {"LINES": value() + "\n" + value(), "EMPTY": ""}
        name = self.save(values)
        lines = self.finished(self.submit(tells(*values), secrets=[name]))
        self.assertEqual([digest(each) for each in values.values()], lines)

    def test_a_bundle_serves_many_jobs(self):
        kept = value()
        name = self.save({"A": kept})
        jobs = [self.submit(tells("A"), secrets=[name]) for _ in range(2)]
        self.assertEqual([[digest(kept)]] * 2, [self.finished(job) for job in jobs])

    def test_a_later_secret_wins_and_env_wins_over_all(self):
        first, second = value(), value()
        one = self.save({"A": first, "B": first, "C": first})
        two = self.save({"A": second, "B": second})
        job = self.submit(tells("A", "B", "C"), secrets=[one, two], env={"A": "explicit"})
        self.assertEqual([digest("explicit"), digest(second), digest(first)], self.finished(job))
        again = self.submit(tells("A"), secrets=[one])
        self.assertEqual([digest(first)], self.finished(again))

    def test_env_is_visible_and_secrets_are_not(self):
        name = self.save({"HF_TOKEN": value()})
        job = self.submit(tells("HF_TOKEN", then='echo "it is $HF_TOKEN"'), secrets=[name], env={"LR": "0.01"})
        self.finished(job)
        answer = self.workloads.get_workload_status_sync_with_http_info(job.id, VERSION, verbose="true")
        self.assertIn("--env LR=0.01", answer.data.workload.docker_command)
        self.assertEqual({"LR": "0.01"}, answer.data.additional_properties["env"])
        self.assertEqual([name], answer.data.workload.secret_names)
        self.assertEqual("it is ***", self.log(answer.data).splitlines()[-1])
        rows = self.workloads.list_workloads_sync_with_http_info(VERSION)
        for raw in (answer.raw_data, rows.raw_data):
            self.assertNotIn(MARKER.encode(), raw)

    def test_env_is_of_one_submit(self):
        self.finished(self.submit(tells("LR"), env={"LR": "1"}))
        self.assertEqual(["absent"], self.finished(self.submit(tells("LR"))))

    def test_likely_sensitive_env_keys_are_taken(self):
        lines = self.finished(self.submit(tells("HF_TOKEN", "API_KEY"), env={"HF_TOKEN": "a", "API_KEY": "b"}))
        self.assertEqual([digest("a"), digest("b")], lines)

    def test_delete(self):
        name = self.save({"A": value()})
        self.delete(name)
        self.assertIsNone(self.saved(name))
        gone = self.refused(exceptions.NotFoundException, self.delete, name)
        self.assertIn("SECRET_NOT_FOUND", gone.body)

    def test_delete_is_refused_with_the_ids_that_use_it(self):
        name = self.save({"A": value()})
        jobs = [self.submit(["sleep", "60"], secrets=[name]) for _ in range(2)]
        error = self.refused(exceptions.ConflictException, self.delete, name).data.actual_instance
        self.assertIsInstance(error, anycloud.SecretInUseApiError)
        self.assertEqual(name, error.data.name)
        self.assertEqual({job.id for job in jobs}, set(error.data.workload_ids))
        for job in jobs:
            self.end(job.id)
        self.delete(name)

    def test_force_deletes_and_what_runs_keeps_its_values(self):
        kept = value()
        name = self.save({"A": kept})
        command = tells("A", then="while [ ! -e /tmp/go ]; do i=$((i+1)); [ $i -lt 20 ] || touch /tmp/go; sleep 0.1; done")
        command[2] += "\n" + tells("A")[2]
        job = self.submit(command, secrets=[name])
        self.await_lines(job.id, 1)
        self.delete(name, force=True)
        self.assertIsNone(self.saved(name))
        self.assertEqual("running", self.state(job.id))
        self.assertEqual([digest(kept)] * 2, self.finished(job))
        self.assertEqual([name], job.last_status.workload.secret_names)

    def test_a_submit_that_names_what_is_not_there_fails_fast_with_its_name(self):
        name = self.save({"A": value()})
        self.delete(name, force=True)
        before = len(self.workloads.list_workloads_sync(VERSION, limit="1000"))
        refused = self.refused(exceptions.BadRequestException, self.client.submit, "busybox", secrets=[name])
        error = refused.data.actual_instance
        self.assertIsInstance(error, anycloud.WorkloadAdmissionRejectedApiError)
        self.assertIn(name, error.message)
        self.assertEqual({"reason": "SECRET_NOT_FOUND", "name": name}, error.data)
        self.assertEqual(before, len(self.workloads.list_workloads_sync(VERSION, limit="1000")))

    def test_a_resubmit_that_names_what_is_not_there_fails_fast_and_leaves_the_job_alone(self):
        name = self.save({"A": value()})
        job = self.submit(["sleep", "60"], secrets=[name])
        self.await_status(job.id, lambda status: status.workload.state == "running")
        self.delete(name, force=True)
        error = self.refused(exceptions.BadRequestException, job.resubmit).data.actual_instance
        self.assertIsInstance(error, anycloud.WorkloadManagementRequestInvalidApiError)
        self.assertEqual(name, error.data["name"])
        self.assertEqual("running", self.state(job.id))

    def test_rotation(self):
        old, new = value(), value()
        name = self.save({"A": old})
        job = self.submit(tells("A", then="sleep 60"), secrets=[name], env={"LR": "1"})
        self.assertEqual([digest(old)], self.await_lines(job.id, 1))
        self.save({"A": new}, name)
        self.assertEqual([digest(old)], self.await_lines(job.id, 1))
        job.resubmit()
        self.assertEqual([digest(new)], self.await_lines(job.id, 1, attempt=2))
        self.assertEqual({"LR": "1"}, self.verbose(job.id).additional_properties["env"])
        self.assertEqual(2, job.status().workload.submission_revision)

    def test_a_terminated_job_is_resubmitted_with_the_new_value(self):
        name = self.save({"A": value()})
        job = self.submit(tells("A", then="sleep 60"), secrets=[name])
        self.await_lines(job.id, 1)
        job.terminate()
        status = self.await_status(job.id, lambda status: status.workload.cleaned_at)
        self.assertEqual("terminated", status.workload.state)
        new = value()
        self.save({"A": new}, name)
        job.resubmit()
        self.assertEqual([digest(new)], self.await_lines(job.id, 1, attempt=2))

    def test_there_is_no_way_to_read_a_value(self):
        verbs = {name.split("_")[0] for name in dir(self.secrets) if name.endswith("_secret") or name.endswith("_secrets")}
        self.assertEqual({"save", "list", "delete"}, verbs - {""})
        name = self.save({"A": value()})
        answer = self.refused(exceptions.ApiException, self.get, f"/secrets/{name}")
        self.assertEqual(405, answer.status)
        self.assertEqual(404, self.refused(exceptions.NotFoundException, self.get, "/database/schema").status)

    def get(self, path):
        from anycloud.sync_helper import run_sync

        async def ask():
            client = self.client.api_client
            parts = client.param_serialize(method="GET", resource_path=path, auth_settings=["userBearer"])
            response = await client.call_api(*parts)
            await response.read()
            return client.response_deserialize(response_data=response, response_types_map={"200": "object"})

        return run_sync(ask())

    def test_names_and_bundles_of_a_wrong_form_are_refused(self):
        for name in ("1x", "a.b", "a/b", "x" * 65, "a b"):
            self.refused(exceptions.BadRequestException, self.save, {"A": value()}, name)
        for values in ({}, {"A=": value()}, {"": value()}, {"A": "zero\0" + value()}):
            self.refused(exceptions.BadRequestException, self.save, values)

    def test_the_documents_own_python_surface_is_not_in_this_client(self):
        for owner, name in (
            (anycloud.Client, "create_secret"),
            (anycloud, "function"),
            (anycloud_workflows.Job, "logs"),
        ):
            self.assertFalse(hasattr(owner, name), name)

    def test_the_address_and_the_token_may_come_from_files(self):
        import os
        import pathlib
        import tempfile

        with tempfile.TemporaryDirectory() as directory:
            pathlib.Path(directory, "api-url").write_text(URL)
            pathlib.Path(directory, "local-api-token").write_text(TOKEN)
            before = dict(os.environ)
            os.environ["ANYCLOUD_DIR"] = directory
            os.environ["GITHUB_TOKEN"] = value()  # Which a local server is sent unasked.
            try:
                with anycloud.Client() as client:
                    anycloud.SecretsApi(client.api_client).list_secrets_sync(VERSION)
            finally:
                os.environ.clear()
                os.environ.update(before)
