"""What the document says of secrets collections, by the client as it is published."""

import json
import os
import unittest
import urllib.request

import requests
from nextmv import cloud

URL = os.environ["SATCHEL_TEST_URL"]
TOKEN = os.environ["SATCHEL_TEST_TOKEN"]
WRITER = os.environ["SATCHEL_TEST_WRITER_TOKEN"]
REVEALER = os.environ["SATCHEL_TEST_REVEALER_TOKEN"]
MARKER = os.environ["SATCHEL_TEST_MARKER"]
ID = "my-secrets-collection"

_names = iter(range(1_000_000))


def raw(method, path, token=TOKEN, body=None):
    """What the server answers, before a client drops what it does not know."""
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(
        URL + "/v1/applications" + path, data, {"Authorization": "Bearer " + token}, method=method
    )
    with urllib.request.urlopen(request, timeout=30) as answer:
        return answer.read().decode()


def env(location, value):
    return cloud.Secret(secret_type=cloud.SecretType.ENV, location=location, value=value)


def file(location, value):
    return cloud.Secret(secret_type=cloud.SecretType.FILE, location=location, value=value)


class ClientTest(unittest.TestCase):
    """Each test has an application of its own."""

    def setUp(self):
        self.client = cloud.Client(api_key=TOKEN, url=URL)
        self.application_id = f"app{next(_names)}-{os.getpid()}"
        cloud.Application.new(client=self.client, name="Seed app", id=self.application_id)
        self.app = cloud.Application(client=self.client, id=self.application_id)

    def as_token(self, token):
        return cloud.Application(client=cloud.Client(api_key=token, url=URL), id=self.application_id)

    def create(self):
        return self.app.new_secrets_collection(
            secrets=[
                env("PROVIDER_API_KEY", MARKER),
                file("PROVIDER_LICENSE_FILE", MARKER + "\nlicense information\nhere"),
            ],
            id=ID,
            name="My Secrets Collection",
            description="Sensitive secrets for my application",
        )

    def held(self):
        collection = self.app.secrets_collection(secrets_collection_id=ID)
        return {(str(s.secret_type.value), s.location): s.value for s in collection.secrets}

    def refused(self, status, act, *arguments, **more):
        with self.assertRaises(requests.HTTPError) as caught:
            act(*arguments, **more)
        self.assertIn(f"status code {status}", str(caught.exception))  # Older ones carry no response.
        self.assertNotIn(MARKER, str(caught.exception))
        return str(caught.exception)


class Collections(ClientTest):
    def test_create_answers_the_summary(self):
        summary = self.create().to_dict()
        self.assertEqual(
            {"id", "application_id", "name", "description", "created_at", "updated_at"}, set(summary)
        )
        self.assertEqual((ID, self.application_id), (summary["id"], summary["application_id"]))
        self.assertEqual("Sensitive secrets for my application", summary["description"])

    def test_a_second_of_the_same_id_is_refused(self):
        self.create()
        self.assertIn(ID, self.refused(409, self.create))

    def test_get_answers_every_value(self):
        self.create()
        self.assertEqual(
            {
                ("env", "PROVIDER_API_KEY"): MARKER,
                ("file", "PROVIDER_LICENSE_FILE"): MARKER + "\nlicense information\nhere",
            },
            self.held(),
        )

    def test_get_needs_a_token_that_may_reveal(self):
        self.create()
        text = self.refused(403, self.as_token(WRITER).secrets_collection, secrets_collection_id=ID)
        self.assertIn("REVEAL", text)
        self.assertEqual(2, len(self.as_token(REVEALER).secrets_collection(ID).secrets))
        self.refused(403, self.as_token(REVEALER).delete_secrets_collection, ID)

    def test_list_has_summaries_alone(self):
        self.create()
        self.assertEqual([ID], [each.to_dict()["id"] for each in self.app.list_secrets_collections()])
        for path in ("/secrets", "/secrets?pagereturn=true"):
            text = raw("GET", f"/{self.application_id}{path}")
            self.assertNotIn(MARKER, text)
            self.assertEqual(1, len(json.loads(text)["items"]))

    def test_update_overwrites_the_whole_list(self):
        before = self.create()
        after = self.app.update_secrets_collection(
            secrets_collection_id=ID,
            name="A new name for my secrets collection",
            description="A new description for my secrets collection",
            secrets=[env("PROVIDER_API_KEY", "a_new_" + MARKER), file("NEW", "")],
        )
        self.assertEqual("A new name for my secrets collection", after.name)
        self.assertEqual("A new description for my secrets collection", after.description)
        self.assertEqual(before.created_at, after.created_at)
        self.assertGreater(after.updated_at, before.updated_at)
        self.assertEqual({("env", "PROVIDER_API_KEY"): "a_new_" + MARKER, ("file", "NEW"): ""}, self.held())

    def test_update_of_the_name_keeps_the_values(self):
        self.create()
        before = self.held()
        self.app.update_secrets_collection(secrets_collection_id=ID, name="Other")
        self.assertEqual(before, self.held())
        self.assertEqual("Other", self.app.secrets_collection(ID).name)

    def test_delete_is_final(self):
        self.create()
        self.app.delete_secrets_collection(ID)
        self.refused(404, self.app.secrets_collection, secrets_collection_id=ID)
        self.assertEqual([], self.app.list_secrets_collections())

    def test_locations_of_a_wrong_form_are_refused(self):
        for secret in (file("/etc/passwd", MARKER), file("../up", MARKER), env("A-B", MARKER)):
            self.refused(400, self.app.new_secrets_collection, secrets=[secret], id=ID, name="n")


class Applications(ClientTest):
    def test_it_exists_until_it_is_deleted(self):
        self.create()
        self.assertEqual(self.application_id, json.loads(raw("GET", f"/{self.application_id}"))["id"])
        if hasattr(cloud.Application, "get"):  # 0.40.0 has no such method.
            got = cloud.Application.get(client=self.client, id=self.application_id)
            self.assertEqual(self.application_id, got.id)
        self.assertTrue(cloud.Application.exists(client=self.client, id=self.application_id))
        self.app.delete()
        self.assertFalse(cloud.Application.exists(client=self.client, id=self.application_id))

    def test_a_version_needs_a_push(self):
        text = self.refused(409, self.app.new_version, id="version-1", name="version-1")
        self.assertIn("push", text)
        self.assertEqual([], self.app.list_versions())
        self.assertFalse(self.app.version_exists("version-1"))

    def test_an_instance_names_a_version_that_is_there(self):
        self.create()
        text = self.refused(
            422,
            self.app.new_instance,
            version_id="version-1",
            id="instance-1",
            name="My Instance",
            configuration=cloud.InstanceConfiguration(secrets_collection_id=ID),
        )
        self.assertIn("version-1", text)
        self.assertEqual([], self.app.list_instances())

    def test_lists_of_what_is_not_served_are_empty(self):
        self.assertEqual([], self.app.list_batch_experiments())
        self.assertEqual([], self.app.list_input_sets())


class Instances(ClientTest):
    """The snippets of instances, which need a version and so a push."""

    def push(self):
        import tempfile

        with tempfile.TemporaryDirectory() as directory:
            with open(os.path.join(directory, "main.py"), "w") as main:
                main.write("print('{}')\n")
            with open(os.path.join(directory, "app.yaml"), "w") as manifest:
                manifest.write("type: python\nruntime: ghcr.io/nextmv-io/runtime/python:3.11\nfiles: [main.py]\n")
            self.app.push(app_dir=directory)

    def test_an_instance_carries_the_collection(self):
        self.create()
        self.push()
        self.app.new_version(id="version-1", name="version-1")
        configuration = cloud.InstanceConfiguration(secrets_collection_id=ID)
        more = {"version_id": "version-1", "name": "My Instance", "configuration": configuration}
        made = self.app.new_instance(id="instance-1", **more).to_dict()
        wanted = {"execution_class": "6c9500mb870s", "secrets_collection_id": ID}
        self.assertEqual(wanted, made["configuration"])
        changed = self.app.update_instance(id="instance-1", **more).to_dict()
        self.assertEqual(wanted, changed["configuration"])
        if hasattr(self.app, "delete_instance"):  # The oldest client has none.
            self.app.delete_instance("instance-1")


class Unserved(ClientTest):
    def test_lists_of_what_is_not_served_are_empty_and_nothing_is_made(self):
        lists = [
            "list_batch_experiments",
            "list_input_sets",
            "list_acceptance_tests",
            "list_scenario_tests",
            "list_shadow_tests",
            "list_switchback_tests",
            "list_ensemble_definitions",
        ]
        found = [getattr(self.app, name) for name in lists if hasattr(self.app, name)]
        self.assertGreater(len(found), 3)
        for each in found:
            self.assertEqual([], each())
        if self.app.list_runs.__code__.co_argcount > 2:
            for each in found:
                self.assertEqual([], each(no_pagination=True))
        try:
            from nextmv.cloud import marketplace as shop
        except ImportError:  # Older clients have none.
            shop = None
        if shop is not None:
            client = self.app.client
            self.assertEqual([], shop.list_marketplace_applications(client))
            self.assertEqual([], shop.list_marketplace_applications(client, partner_id="p"))
            self.assertEqual([], shop.list_marketplace_subscriptions(client))
        self.assertIn("input sets", self.refused(501, self.app.input_set, "nothing"))
        self.assertIn("input sets", self.refused(501, self.app.new_input_set, "i", "i", run_ids=["r"]))
