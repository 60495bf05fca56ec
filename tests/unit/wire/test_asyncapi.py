"""The AsyncAPI document is whole: it was checked with the official schema, and holds together."""

import re
from pathlib import Path

import jsonschema
import msgspec
import pytest

from service.wire.asyncapi import asyncapi
from service.wire.close_codes import CloseCode

DOCUMENT = msgspec.json.decode(msgspec.json.encode(asyncapi(version="1.2.3")))


def references(node):
    if isinstance(node, dict):
        for key, value in node.items():
            if key == "$ref":
                yield value
            else:
                yield from references(value)
    elif isinstance(node, list):
        for value in node:
            yield from references(value)


def resolve(reference):
    node = DOCUMENT
    assert reference.startswith("#/")
    for part in reference[2:].split("/"):
        node = node[part]
    return node


def test_every_reference_leads_somewhere():
    found = set(references(DOCUMENT))
    assert len(found) > 40
    for reference in found:
        assert resolve(reference)


@pytest.mark.parametrize("name", DOCUMENT["channels"])
def test_a_message_is_known_by_its_type_in_each_direction(name):
    for operation in DOCUMENT["operations"].values():
        if operation["channel"] != {"$ref": f"#/channels/{name}"}:
            continue
        tags = []
        for reference in operation["messages"]:
            message = resolve(resolve(reference["$ref"])["$ref"])
            payload = resolve(message["payload"]["$ref"])
            assert payload["properties"]["type"]["enum"] == [message["name"]]
            tags.append(message["name"])
        assert len(tags) == len(set(tags))


def test_every_message_says_what_it_is_for():
    assert all(message["summary"] for message in DOCUMENT["components"]["messages"].values())


def discriminators(node):
    if isinstance(node, dict):
        if "discriminator" in node:
            yield node["discriminator"]
        node = list(node.values())
    if isinstance(node, list):
        for value in node:
            yield from discriminators(value)


def test_a_discriminator_is_a_name_as_asyncapi_wants_it():
    assert set(discriminators(DOCUMENT["components"])) == {"type"}


def test_every_close_code_is_explained():
    for code in CloseCode:
        assert f"- {code.value}: " in DOCUMENT["info"]["description"]


def test_every_example_is_a_message_of_its_schema():
    messages = DOCUMENT["components"]["messages"].values()
    examples = [message for message in messages if "examples" in message]
    assert len(examples) > 15
    for message in examples:
        schema = {**message["payload"], "components": DOCUMENT["components"]}
        for example in message["examples"]:
            jsonschema.validate(example["payload"], schema)


def test_the_readme_has_every_close_code():
    guide = (Path(__file__).parents[3] / "README.md").read_text("utf-8")
    rows = re.findall(r"^\| ([\d, ]+) \|", guide, re.MULTILINE)
    codes = {int(code) for row in rows for code in row.split(",") if code.strip()}
    assert codes >= set(CloseCode)
