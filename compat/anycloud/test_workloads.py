"""Submit, status and ends, and how what is refused arrives in the client."""

import asyncio

import anycloud
import anycloud_workflows
from anycloud import exceptions

from harness import IMAGE, MARKER, PATIENCE_S, TOKEN, URL, VERSION, WRITER, ClientTest, fresh, tells, value


class Workloads(ClientTest):
    def test_a_job_that_succeeds(self):
        job = self.submit(["sh", "-c", "echo done"])
        self.assertEqual(["done"], self.finished(job))
        status = job.last_status
        self.assertEqual("completed", status.workload.state)
        self.assertEqual("down", status.status)
        self.assertEqual("Local", status.workload.cloud_provider)
        self.assertGreaterEqual(status.workload.completed_at, status.workload.started_at)
        self.assertEqual(["queued", "running", "completed"], [event.state for event in status.events])
        self.assertEqual(0, status.vms[0].container.exit_code)

    def test_a_job_that_fails(self):
        job = self.submit(["sh", "-c", "exit 3"])
        with self.assertRaises(anycloud_workflows.JobFailedError) as failed:
            job.wait(timeout_seconds=PATIENCE_S, poll_interval_seconds=0.1)
        self.assertEqual("errored", failed.exception.state)
        self.assertEqual(3, failed.exception.status.vms[0].container.exit_code)

    def test_a_job_that_is_terminated(self):
        job = self.submit(["sleep", "60"])
        self.await_status(job.id, lambda status: status.workload.state == "running")
        with self.assertRaises(anycloud_workflows.WorkloadWaitTimeout):
            job.wait(timeout_seconds=0.3, poll_interval_seconds=0.1)
        self.assertTrue(job.terminate().message)
        with self.assertRaises(anycloud_workflows.JobFailedError) as failed:
            job.wait(timeout_seconds=PATIENCE_S, poll_interval_seconds=0.1)
        self.assertEqual("terminated", failed.exception.state)

    def test_what_is_asked_for_is_shown(self):
        job = self.submit(
            ["sleep", "60"],
            cloud_config={"vm_type": "g6e.xlarge", "spot": True, "region": "eu-1", "cloudProvider": "Local"},
            docker_options={"cpus": "0.5", "memory": "64m"},
        )
        workload = self.client.get(job.id).last_status.workload
        self.assertEqual("g6e.xlarge", workload.vm_type.actual_instance)
        self.assertEqual("eu-1", workload.region)
        self.assertTrue(workload.spot)
        self.assertEqual(IMAGE, workload.image)
        self.assertEqual(["sleep", "60"], workload.command)
        self.assertEqual("0.5", workload.docker_options.cpus)

    def test_the_documents_submit_with_a_gpu(self):
        hf, wandb = self.save({"HF_TOKEN": value()}), self.save({"WANDB_API_KEY": value()})
        job = self.client.submit(IMAGE, gpu="h100:8", secrets=[hf, wandb])
        self.addCleanup(self.end, job.id)
        status = self.await_status(job.id, lambda status: status.workload.state in ("running", "completed", "failed"))
        self.assertEqual("h100:8", status.workload.gpu_type.actual_instance)
        self.assertEqual([hf, wandb], status.workload.secret_names)
        if status.workload.state == "failed":  # A machine without GPUs says so.
            self.assertIn("GPU", str(status.events[-1].metadata["reason"]).upper())

    def test_the_list_decodes(self):
        job = self.submit(["sh", "-c", "exit 0"])
        self.finished(job)
        rows = self.workloads.list_workloads_sync(VERSION, status="completed", workload_type="job", limit="1000")
        row = next(row for row in rows if row.id == job.id)
        self.assertTrue(row.is_owned_by_caller)
        self.assertEqual(1, len(self.workloads.list_workloads_sync(VERSION, limit="1")))
        self.assertEqual([], self.workloads.list_workloads_sync(VERSION, status="syncing"))

    def test_what_cannot_be_carried_out_is_refused_by_name(self):
        for field, arguments in {
            "id": {"workload_id": "mine"},
            "gpuType": {"gpu": ["h100", "a100"]},
            "dockerOptions.binds": {"docker_options": {"binds": ["/:/host"]}},
            "cloudConfig.inputBucket": {"cloud_config": {"inputBucket": "b"}},
            "cloudConfig.cloudProvider": {"cloud_config": {"cloudProvider": "AWS"}},
        }.items():
            refused = self.refused(exceptions.BadRequestException, self.client.submit, IMAGE, **arguments)
            error = refused.data.actual_instance
            self.assertIsInstance(error, anycloud.WorkloadAdmissionRejectedApiError)
            self.assertEqual(field, error.data["field"])
            self.assertIn(field, error.message)
        refused = self.refused(exceptions.BadRequestException, self.client.submit, deployment="pool")
        self.assertEqual("deployment", refused.data.actual_instance.data["field"])

    def test_an_unknown_id(self):
        job = anycloud_workflows.Job(self.client, "nothing")
        for act in (job.status, job.terminate, job.resubmit):
            error = self.refused(exceptions.NotFoundException, act).data.actual_instance
            self.assertIsInstance(error, anycloud.WorkloadManagementNotFoundApiError)

    def test_who_may_not(self):
        with anycloud.Client(api_url=URL, token="sat_wrong") as nobody:
            refused = self.refused(
                exceptions.UnauthorizedException, anycloud.SecretsApi(nobody.api_client).list_secrets_sync, VERSION
            )
            self.assertIsInstance(refused.data.actual_instance, anycloud.UnauthorizedApiError)
        with anycloud.Client(api_url=URL, token=WRITER) as writer:
            anycloud.SecretsApi(writer.api_client).list_secrets_sync(VERSION)
            refused = self.refused(exceptions.ForbiddenException, writer.submit, IMAGE)
            self.assertIsInstance(refused.data.actual_instance, anycloud.ForbiddenApiError)

    def test_a_client_of_another_version(self):
        refused = self.refused(exceptions.BadRequestException, self.secrets.list_secrets_sync, "0.1.69")
        self.assertIsInstance(refused.data.actual_instance, anycloud.ClientVersionMismatchApiError)
        self.assertIn(VERSION, refused.data.actual_instance.message)

    def test_the_asynchronous_client(self):
        async def work():
            async with anycloud.AsyncClient(api_url=URL, token=TOKEN) as client:
                job = await client.submit(IMAGE, command=["sh", "-c", "exit 0"])
                await job.wait(timeout_seconds=PATIENCE_S, poll_interval_seconds=0.1)
                return job.last_status.workload.state

        self.assertEqual("completed", asyncio.run(work()))


class Credentials(ClientTest):
    ACCOUNTS = {
        "AWS": {"accessKeyId": "id", "secretAccessKey": None, "sessionToken": None},
        "GCP": {"clientEmail": "me@example.org", "privateKey": None, "projectId": "p"},
        "Azure": {"applicationId": "a", "directoryId": "d", "secret": None, "subscriptionId": "s"},
        "Lambda": {"apiKey": None},
        "Cloudflare": {"accountId": "a", "apiToken": None, "jurisdiction": "eu"},
    }

    def keep(self, name, provider, overwrite=False):
        fields = {field: known or value() for field, known in self.ACCOUNTS[provider].items()}
        body = anycloud.CloudCredential.from_dict({"cloudProvider": provider, **fields})
        more = {"overwrite": anycloud.BooleanQueryValue.TRUE} if overwrite else {}
        self.credentials.save_credential_sync(name, VERSION, body, **more)

    def test_accounts_of_every_provider_are_kept_and_never_told(self):
        names = {fresh("account-"): provider for provider in self.ACCOUNTS}
        for name, provider in names.items():
            self.keep(name, provider)
        answer = self.credentials.list_credentials_sync_with_http_info(VERSION)
        self.assertNotIn(MARKER.encode(), answer.raw_data)
        listed = {row.actual_instance.name: row.actual_instance.cloud_provider for row in answer.data}
        self.assertEqual(names, {name: listed[name] for name in names})
        for name, provider in names.items():
            shown = self.credentials.get_credential_sync(name, VERSION).actual_instance
            self.assertEqual(provider, shown.cloud_provider)
            self.credentials.delete_credential_sync(name, VERSION)
            gone = self.refused(exceptions.NotFoundException, self.credentials.get_credential_sync, name, VERSION)
            self.assertIsInstance(gone.data.actual_instance, anycloud.CredentialNotFoundApiError)

    def test_one_that_is_there_is_replaced_only_when_asked(self):
        name = fresh("account-")
        self.keep(name, "AWS")
        error = self.refused(exceptions.ConflictException, self.keep, name, "Lambda").data.actual_instance
        self.assertIsInstance(error, anycloud.CredentialNameExistsApiError)
        self.assertEqual(name, error.data.name)
        self.keep(name, "Lambda", overwrite=True)
        shown = self.credentials.get_credential_sync(name, VERSION).actual_instance
        self.assertEqual("Lambda", shown.cloud_provider)
