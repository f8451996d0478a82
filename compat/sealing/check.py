"""Seals and opens Satchel's boxes with PyNaCl, by docs/sealing.md and nothing else.

    check.py verify FILE   opens every box of a file and compares; exits with 1 where one differs
    check.py make          prints such a file, made here, with fixed keys and nonces

A file is that of docs/sealing-vectors.json; members that are absent are not compared.
"""

import hashlib
import json
import struct
import sys

import nacl.exceptions
import nacl.secret


def keyed_hash(key, message):
    """crypto_generichash with 32 bytes of output."""
    return hashlib.blake2b(message, key=key, digest_size=32).digest()


def key_id(key):
    return keyed_hash(key, b"satchel/key-id/1")[:8]


def message(address):
    parts = [address[part] for part in ("workspace", "kind", "owner_id")]
    parts += [str(address["revision"]), address["type"], address["location"]]
    out = b"satchel/box/1"
    for part in parts:
        encoded = part.encode("utf-8")
        out += struct.pack(">I", len(encoded)) + encoded
    return out


def unwrap(master_key, wrapped):
    return nacl.secret.SecretBox(keyed_hash(master_key, b"satchel/wrap/1")).decrypt(wrapped)


class Report:
    def __init__(self):
        self.compared = 0
        self.wrong = []

    def same(self, place, of, member, value):
        if member in of:
            self.compared += 1
            if of[member] != value.hex():
                self.wrong.append(f"{place}: {member} differs")


def verify(file):
    report = Report()
    master_key = bytes.fromhex(file["master_key"])
    report.same("file", file, "master_id", key_id(master_key))
    report.same("file", file, "wrap_key", keyed_hash(master_key, b"satchel/wrap/1"))
    data_keys = {}
    for i, row in enumerate(file["keys"]):
        data_key = unwrap(master_key, bytes.fromhex(row["wrapped"]))
        data_keys[key_id(data_key)] = data_key
        report.same(f"keys[{i}]", row, "data_key", data_key)
        report.same(f"keys[{i}]", row, "id", key_id(data_key))
    for i, row in enumerate(file["boxes"]):
        verify_box(report, f"boxes[{i}]", row, data_keys)
    return report


def verify_box(report, place, row, data_keys):
    box = bytes.fromhex(row["box"])
    data_key = data_keys[box[:8]]
    bound = message(row["address"])
    box_key = keyed_hash(data_key, bound)
    report.same(place, row, "message", bound)
    report.same(place, row, "box_key", box_key)
    report.same(place, row, "plaintext", nacl.secret.SecretBox(box_key).decrypt(box[8:]))
    moved = dict(row["address"], revision=row["address"]["revision"] + 1)
    try:
        nacl.secret.SecretBox(keyed_hash(data_key, message(moved))).decrypt(box[8:])
        report.wrong.append(f"{place}: opens at another revision")
    except nacl.exceptions.CryptoError:
        report.compared += 1


ADDRESSES = [
    ("default", "bundle", "9n3k5x0ad2r8vw1q7yt4hz6mcb", 1, "env", "HF_TOKEN", b"hf_example"),
    ("default", "bundle", "9n3k5x0ad2r8vw1q7yt4hz6mcb", 2, "env", "HF_TOKEN", b""),
    ("default", "bundle", "9n3k5x0ad2r8vw1q7yt4hz6mcb", 2, "file", "tls/\u043a\u043b\u044e\u0447.pem", bytes(range(256))),
    ("default", "attempt", "k3v9t0q2xw1m", 12, "value", "0", "zażółć 🔑".encode("utf-8")),
    ("team-b", "bundle", "0123456789abcdefghjkmnpqrs", 9007199254740991, "env", "A", b"v"),
]


def make():
    master_key = bytes(range(32))
    data_key = bytes(range(32, 64))
    wrap_key = keyed_hash(master_key, b"satchel/wrap/1")
    wrapped = nacl.secret.SecretBox(wrap_key).encrypt(data_key, bytes(range(64, 88)))
    boxes = []
    for i, (workspace, kind, owner_id, revision, type_, location, plaintext) in enumerate(ADDRESSES):
        address = {
            "workspace": workspace,
            "kind": kind,
            "owner_id": owner_id,
            "revision": revision,
            "type": type_,
            "location": location,
        }
        box_key = keyed_hash(data_key, message(address))
        sealed = nacl.secret.SecretBox(box_key).encrypt(plaintext, bytes([i]) * 24)
        boxes.append(
            {
                "address": address,
                "plaintext": plaintext.hex(),
                "message": message(address).hex(),
                "box_key": box_key.hex(),
                "box": (key_id(data_key) + sealed).hex(),
            }
        )
    return {
        "master_key": master_key.hex(),
        "master_id": key_id(master_key).hex(),
        "wrap_key": wrap_key.hex(),
        "keys": [
            {
                "id": key_id(data_key).hex(),
                "data_key": data_key.hex(),
                "wrapped": bytes(wrapped).hex(),
            }
        ],
        "boxes": boxes,
    }


def main(arguments):
    if arguments == ["make"]:
        print(json.dumps(make(), indent=2))
        return 0
    if len(arguments) == 2 and arguments[0] == "verify":
        with open(arguments[1], encoding="utf-8") as file:
            report = verify(json.load(file))
        for line in report.wrong:
            print(line)
        print(f"{report.compared} compared, {len(report.wrong)} wrong")
        return 1 if report.wrong else 0
    print(__doc__, file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
