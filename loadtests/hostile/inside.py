"""URLs and names that lead inside: none of them may be set, or called when a name turns out so.

What is drawn is never of use: each URL is of an address that is not public, or is not spelled as a
URL of an endpoint may be.
"""

from collections.abc import Callable, Sequence
from ipaddress import IPv4Address, IPv6Address
from random import Random

import msgspec
from msgspec import Struct

from loadtests.hostile.exchange import PATIENCE_S
from loadtests.hostile.patience import open_patient, told_pause_s
from loadtests.hostile.tally import Tally
from service.clock import real_now
from service.domain.vocabulary import AttemptOutcome
from service.settings import Settings
from service.webhooks.call import Call, Caller

_INSIDE_V4 = (
    *("127.0.0.1", "127.255.255.254", "10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1"),
    *("169.254.169.254", "169.254.170.2", "168.63.129.16", "100.64.0.1", "100.127.255.255"),
    *(
        "0.0.0.0",  # noqa: S104  # nobody binds to it
        "0.0.0.1",
        "192.0.0.192",
        "198.18.0.1",
        "203.0.113.7",
        "224.0.0.1",
        "255.255.255.255",
    ),
)
_INSIDE_V6 = (
    *("::", "::1", "::127.0.0.1", "fe80::1", "fc00::1", "fd00:ec2::254", "ff02::1", "2001:db8::1"),
    *("64:ff9b::7f00:1", "2002:7f00:1::", "2001:0:7f00:1::", "::ffff:0:7f00:1", "100::1"),
)
_NAMES = ("localhost", "ip6-localhost", "intranet", "metadata", "kubernetes", "host")
_PUBLIC = "93.184.215.14"  # is never called: it always comes with an address inside
ENDPOINTS = "/v1/webhook-endpoints"


def _v4(random: Random) -> IPv4Address:
    return IPv4Address(random.choice(_INSIDE_V4))


def _numbers(random: Random) -> str:
    """Return an address inside, spelled as resolvers also read them."""
    address = _v4(random)
    parts = [int(part) for part in str(address).split(".")]
    spell = random.choice([oct, hex, str])
    whole = int(address)
    return random.choice(
        [
            *(str(whole), hex(whole), f"0{whole:o}", f"{hex(whole).upper()}", f"0x{whole:016x}"),
            ".".join(f"0{part:o}" for part in parts),
            ".".join(hex(part) for part in parts),
            ".".join(spell(part).replace("0o", "0") for part in parts[:3]) + f".{hex(parts[3])}",
            f"{parts[0]}.{hex(whole & 0xFF_FFFF)}",
            f"{parts[0]}.{parts[1]}.0x{whole & 0xFFFF:x}",
            ".".join(f"{part:03d}" for part in parts) + ".",
            f"{address}.",
        ]
    )


def _plain(random: Random) -> str:
    return str(_v4(random))


def _v6(random: Random) -> str:
    address = IPv6Address(random.choice(_INSIDE_V6))
    return f"[{random.choice([str(address), address.exploded, str(address).upper()])}]"


def _mapped(random: Random) -> str:
    address = _v4(random)
    whole = int(address)
    return random.choice(
        [
            f"[::ffff:{address}]",
            f"[::ffff:{whole >> 16:x}:{whole & 0xFFFF:x}]",
            f"[0:0:0:0:0:ffff:{address}]",
            f"[64:ff9b::{address}]",
            f"[2002:{whole >> 16:x}:{whole & 0xFFFF:x}::]",
            f"[::ffff:{address}%25lo]",
        ]
    )


def _name(random: Random) -> str:
    name = random.choice(_NAMES)
    return random.choice([name, name.upper(), f"{name}.", f".{name}", f"{name}%00.example.com"])


def _folded(random: Random) -> str:
    """Return an address in digits, dots or letters that some software folds to plain ones."""
    text = str(_v4(random))
    return random.choice(
        [
            "".join(chr(0xFF10 + int(c)) if c.isdigit() else c for c in text),
            text.replace(".", "\u3002"),
            text.replace(".", "\uff0e"),
            "ⓛⓞⓒⓐⓛⓗⓞⓢⓣ",
            f"example.com\u2100.{text}",
        ]
    )


HOSTS: Sequence[Callable[[Random], str]] = (_numbers, _plain, _v6, _mapped, _name, _folded)
_BEFORE = ("", "user@", "example.com@", "user:secret@", "example.com:443@", "example.com%40", "@")
_AFTER = ("", "/", ":443/", "/hooks?a=b", "/#@example.com", "?@example.com/", "\\@example.com/")
_SCHEMES = ("https://", "https://", "https://", "HTTPS://", "https:/\\", "https:////", "//")
_WRONG_SCHEMES = ("http://", "ftp://", "file://", "gopher://", "dict://", "ws://", "javascript:")
_WRONG_PORTS = (":22", ":0", ":8443", ":65536", ":-443", ":+443", ":443:443", ":0443x", ": 443")


def url(random: Random) -> str:
    """Return a URL that no merchant may set."""
    inside = random.choice(HOSTS)(random)
    return random.choice(
        [
            random.choice(_SCHEMES) + random.choice(_BEFORE) + inside + random.choice(_AFTER),
            f"https://{inside}/",
            random.choice(_WRONG_SCHEMES) + random.choice(["example.com", inside]) + "/",
            f"https://example.com{random.choice(_WRONG_PORTS)}/",
            f"https://example.com/\r\nHost: {inside}",
            f"https://example.com{random.choice([' ', chr(9), chr(0), chr(92)])}@{inside}/",
            f"https://{'a.' * 130}com/",
        ]
    )


class _Refusal(Struct):
    field: str | None = None


def _pointed_at(body: bytes) -> str | None:
    """Return the pointer to what is wrong, as a refusal gives it."""
    return msgspec.json.decode(body, type=_Refusal).field


async def set_urls(address: str, key: str, *, seed: int, count: int) -> Tally:
    """Try to have so many URLs called; each must be refused, with a pointer to it."""
    random, tally = Random(seed), Tally()
    async with open_patient(f"http://{address}", timeout_s=PATIENCE_S) as http:
        for number in range(count):
            tried = url(random)
            answer = await http.post(
                ENDPOINTS,
                json={"url": tried},
                headers={"Authorization": f"Bearer {key}", "Idempotency-Key": f"{seed}-{number}"},
            )
            tally.tried("URL that leads inside", str(answer.status_code))
            is_full = told_pause_s(answer.status_code, answer.headers) is not None
            is_refused = answer.status_code == 400 and _pointed_at(answer.content) == "/url"
            if not (is_refused or is_full):
                tally.surprised(f"{tried!r}: {answer.status_code} {answer.text[:200]}")
    return tally


class Liar:
    """A name server in whose answers there is always an address inside; each is counted."""

    def __init__(self, random: Random) -> None:
        self._random = random
        self.asked_count = 0

    async def resolve(self, _host: str, _port: int) -> list[str]:
        """Return addresses of the host, at least one of which is not public."""
        self.asked_count += 1
        inside = self._random.choice([*_INSIDE_V4, *_INSIDE_V6])
        found = [inside, *[_PUBLIC] * self._random.randrange(3)]
        self._random.shuffle(found)
        return found


async def call_names(*, seed: int, count: int) -> Tally:
    """Call so many names whose addresses are a liar's, with the service's own caller."""
    random, tally = Random(seed), Tally()
    settings = Settings(database_url="unused", redis_url="unused", webhook_timeout_s=5.0)
    liar = Liar(random)
    caller = Caller(settings, liar.resolve)
    for number in range(count):
        made = Call(
            url=f"https://h{number}.rebind.example/", headers={}, body=b"{}", sent_at=real_now()
        )
        outcome = (await caller.call(made)).outcome
        tally.tried("name that leads inside", outcome)
        if outcome is not AttemptOutcome.FORBIDDEN_ADDRESS or liar.asked_count != number + 1:
            tally.surprised(f"{made.url}: {outcome}, asked {liar.asked_count} times")
    await caller.close()
    return tally
