"""The snippets of the published document, each run as the program that it is, with another url and application."""

import contextlib
import io
import json
import os
from unittest import mock

from nextmv import cloud

import test_collections
from test_runs import RunTest

HEAD = """
import json
import os
from nextmv import cloud
client = cloud.Client(api_key=os.getenv("NEXTMV_API_KEY"))
app = cloud.Application(client=client, id="<YOUR_APP_ID>")
"""
CREATE = """
secrets_collection_summary = app.new_secrets_collection(
    secrets=[
        cloud.Secret(
            secret_type=cloud.SecretType.ENV,
            location="PROVIDER_API_KEY",
            value="super_secret_value",
        ),
        cloud.Secret(
            secret_type=cloud.SecretType.FILE,
            location="PROVIDER_LICENSE_FILE",
            value="super secret\\nlicense information\\nhere",
        ),
    ],
    id="my-secrets-collection",
    name="My Secrets Collection",
    description="Sensitive secrets for my application",
)
print(json.dumps(secrets_collection_summary.to_dict(), indent=2))
"""
NEW_INSTANCE = """
instance = app.new_instance(
    version_id="version-1",
    id="instance-1",
    name="My Instance",
    configuration=cloud.InstanceConfiguration(
        secrets_collection_id="my-secrets-collection",
    ),
)
print(json.dumps(instance.to_dict(), indent=2))
"""
UPDATE_INSTANCE = """
instance = app.update_instance(
    id="instance-1",
    name="My Instance",
    version_id="version-1",
    configuration=cloud.InstanceConfiguration(
        secrets_collection_id="my-secrets-collection",
    ),
)
print(json.dumps(instance.to_dict(), indent=2))
"""
RUN_BY_INSTANCE = """
result = app.new_run_with_result(input={"foo": "bar"}, instance_id="instance-1")
print(json.dumps(result.to_dict(), indent=2))
"""
RUN_WITH_RESULT = """
result = app.new_run_with_result(
    input={"foo": "bar"},
    configuration=cloud.RunConfiguration(
        secrets_collection_id="my-secrets-collection",
    ),
)
print(json.dumps(result.to_dict(), indent=2))
"""
RUN = """
run_id = app.new_run(
    input={"foo": "bar"},
    configuration=cloud.RunConfiguration(
        secrets_collection_id="my-secrets-collection",
    ),
)
print(run_id)
"""
GET = """
secrets_collection = app.secrets_collection(secrets_collection_id="my-secrets-collection")
print(json.dumps(secrets_collection.to_dict(), indent=2))
"""
LIST = """
secrets_collections = app.list_secrets_collections()
print(json.dumps([r.to_dict() for r in secrets_collections], indent=2))
"""
UPDATE = """
secrets_collection_summary = app.update_secrets_collection(
    secrets_collection_id="my-secrets-collection",
    name="A new name for my secrets collection",
    description="A new description for my secrets collection",
    secrets=[
        cloud.Secret(
            secret_type=cloud.SecretType.ENV,
            location="PROVIDER_API_KEY",
            value="a_new_secret_value",
        ),
        cloud.Secret(
            secret_type=cloud.SecretType.FILE,
            location="PROVIDER_LICENSE_FILE",
            value="new secret\\nlicense information\\nis updated here",
        ),
    ],
)
print(json.dumps(secrets_collection_summary.to_dict(), indent=2))
"""
MODEL = """
import json, os, sys
json.dump({"solution": {"key": len(os.environ["PROVIDER_API_KEY"]), "licence": len(open("PROVIDER_LICENSE_FILE").read()),
                        "input": json.load(sys.stdin)}}, sys.stdout)
"""
SUMMARY = {
    "id": "my-secrets-collection",
    "name": "My Secrets Collection",
    "description": "Sensitive secrets for my application",
}
SOLUTION = {"key": 18, "licence": 37, "input": {"foo": "bar"}}


class Document(RunTest):
    def said(self, snippet):
        """What the program prints. It is the document's, but for where the server is."""
        program = (HEAD + snippet).replace("<YOUR_APP_ID>", self.application_id)
        here = 'os.getenv("NEXTMV_API_KEY"), url=os.environ["SATCHEL_TEST_URL"]'
        program = program.replace('os.getenv("NEXTMV_API_KEY")', here)
        printed = io.StringIO()
        with mock.patch.dict(os.environ, {"NEXTMV_API_KEY": test_collections.TOKEN}), contextlib.redirect_stdout(printed):
            exec(compile(program, "main.py", "exec"), {"__name__": "__main__"})
        text = printed.getvalue()
        return text.strip() if snippet == RUN else json.loads(text[text.index("[" if snippet == LIST else "{") :])

    def summary(self, answer, **other):
        self.assertEqual({"application_id": self.application_id} | SUMMARY | other, {
            key: value for key, value in answer.items() if not key.endswith("_at")
        })
        self.assertTrue(answer["created_at"].endswith("Z"), answer["created_at"])

    def solved(self, result):
        self.assertEqual("succeeded", result["metadata"]["status_v2"], result["metadata"]["error"])
        self.assertEqual(SOLUTION, result["output"]["solution"])

    def test_every_snippet_does_what_it_says(self):
        self.summary(self.said(CREATE))
        self.push(MODEL)
        self.app.new_version(id="version-1")
        for snippet in (NEW_INSTANCE, UPDATE_INSTANCE):
            instance = self.said(snippet)
            self.assertEqual("version-1", instance["version_id"])
            self.assertEqual(
                {"execution_class": "6c9500mb870s", "secrets_collection_id": "my-secrets-collection"},
                instance["configuration"],
            )
            self.assertIs(False, instance["locked"])
        self.solved(self.said(RUN_BY_INSTANCE))
        if hasattr(cloud, "RunConfiguration"):  # Newer clients have it elsewhere.
            self.solved(self.said(RUN_WITH_RESULT))
            self.solved(self.app.run_result_with_polling(self.said(RUN)).to_dict())
        secrets = [
            {"type": "env", "location": "PROVIDER_API_KEY", "value": "super_secret_value"},
            {
                "type": "file",
                "location": "PROVIDER_LICENSE_FILE",
                "value": "super secret\nlicense information\nhere",
            },
        ]
        self.summary(self.said(GET), secrets=secrets)
        listed = self.said(LIST)
        self.assertEqual(1, len(listed))
        self.summary(listed[0])
        self.summary(
            self.said(UPDATE),
            name="A new name for my secrets collection",
            description="A new description for my secrets collection",
        )
        secrets[0]["value"] = "a_new_secret_value"
        secrets[1]["value"] = "new secret\nlicense information\nis updated here"
        self.assertEqual(secrets, self.said(GET)["secrets"])
