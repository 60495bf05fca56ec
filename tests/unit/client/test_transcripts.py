"""The protocol by example, without an event loop: every story holds, at both ends."""

import copy
import json

import jsonschema
import pytest

from service.wire.asyncapi import asyncapi
from tests.unit.client.story import Stage, plain, read_stories

STORIES = read_stories()
DOCUMENT = plain(asyncapi(version="1"))


@pytest.mark.parametrize("name", STORIES)
def test_the_story_holds(name):
    Stage(copy.deepcopy(STORIES[name])).play()


@pytest.mark.parametrize("name", STORIES)
def test_a_story_that_tells_less_than_what_happens_fails(name):
    """Each step counts: without any one thing that the client does, the story is refused."""
    steps = STORIES[name]["steps"]
    for number, step in enumerate(steps):
        if step.keys() & {"client", "delivered", "fetches_ticket", "hangs_up"}:
            shorter = {**STORIES[name], "steps": steps[:number] + steps[number + 1 :]}
            with pytest.raises(AssertionError):
                Stage(shorter).play()


def validator_of(channel, action):
    """Return a validator of all messages of a channel in one direction."""
    [operation] = [
        operation
        for operation in DOCUMENT["operations"].values()
        if operation["channel"]["$ref"] == f"#/channels/{channel}" and operation["action"] == action
    ]
    names = [message["$ref"].rsplit("/", 1)[1] for message in operation["messages"]]
    references = [{"$ref": f"#/components/schemas/{name}"} for name in names]
    schema = {"oneOf": references, "components": DOCUMENT["components"]}
    return jsonschema.Draft202012Validator(schema)


@pytest.mark.parametrize("name", sorted(STORIES.keys() - {"newer_server", "malformed", "refused"}))
def test_every_message_of_a_story_is_one_of_the_asyncapi_document(name):
    """But for the stories of messages that are wrong, or of a later version."""
    channel = STORIES[name]["stream"]
    down, up = validator_of(channel, "send"), validator_of(channel, "receive")
    for step in STORIES[name]["steps"]:
        if "server" in step:
            down.validate(step["server"])
        for frame in [step[kind] for kind in ("client", "app") if kind in step]:
            up.validate(frame)


def test_the_stories_speak_of_every_message_to_a_courier():
    told = {
        step["server"]["type"]
        for story in STORIES.values()
        if story["stream"] == "courier"
        for step in story["steps"]
        if "server" in step
    }
    channel = DOCUMENT["channels"]["courier"]["messages"]
    sent = DOCUMENT["operations"]["courierReceives"]["messages"]
    names = {reference["$ref"].rsplit("/", 1)[1] for reference in sent}
    assert names <= channel.keys()
    tags = {DOCUMENT["components"]["messages"][name]["name"] for name in names}
    assert tags <= told


def test_no_story_is_told_twice():
    texts = [json.dumps(story["steps"]) for story in STORIES.values()]
    assert len(texts) == len(set(texts))
