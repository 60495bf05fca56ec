"""An issuer of OpenID Connect on this machine: real HTTP, real signatures, and lies on demand."""

import asyncio
import base64
import hashlib
import hmac
import json
import secrets
import subprocess
from contextlib import asynccontextmanager
from urllib.parse import parse_qs, unquote, urlsplit

from service.clock import real_now
from tests.integration.api.test_javascript import NODE

CLIENT_ID, CLIENT_SECRET = "hexhaul ops", "s&cret"
REDIRECT_URL = "https://ops.example/ops"

# Tells its public keys, then signs each [key, header, claims] that it is told as a token.
SIGN = """
import { createSign, generateKeyPairSync } from "node:crypto";
import { createInterface } from "node:readline";
const pairs = {
  rsa: generateKeyPairSync("rsa", { modulusLength: 2048 }),
  ec: generateKeyPairSync("ec", { namedCurve: "P-256" }),
  other: generateKeyPairSync("rsa", { modulusLength: 2048 }),
  weak: generateKeyPairSync("rsa", { modulusLength: 1024 }),
};
const tell = (value) => console.log(JSON.stringify(value));
const jwk = ([kid, { publicKey }]) => [
  kid,
  { kid, use: "sig", ...publicKey.export({ format: "jwk" }) },
];
tell(Object.fromEntries(Object.entries(pairs).map(jwk)));
const text = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");
for await (const line of createInterface({ input: process.stdin })) {
  const [name, header, claims] = JSON.parse(line);
  const said = `${text(header)}.${text(claims)}`;
  const signer = createSign("SHA256").update(said);
  const signature = signer.sign({ key: pairs[name].privateKey, dsaEncoding: "ieee-p1363" });
  tell(`${said}.${signature.toString("base64url")}`);
}
"""


class Signer:
    def __init__(self):
        command = (NODE, "--input-type=module", "-e", SIGN)
        self._node = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self.jwks = json.loads(self._node.stdout.readline())

    def sign(self, claims, *, key="rsa", **header):
        algorithm = "ES256" if key == "ec" else "RS256"
        told = json.dumps([key, {"alg": algorithm, "kid": key} | header, claims])
        print(told, file=self._node.stdin, flush=True)
        return json.loads(self._node.stdout.readline())

    def close(self):
        self._node.communicate(timeout=30.0)


def base64url(data):
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def unsigned(claims, *, alg, key=b""):
    """Return a token without a signature, or with one by a secret that is public."""
    parts = [base64url(json.dumps(part).encode()) for part in ({"alg": alg, "kid": "rsa"}, claims)]
    said = ".".join(parts)
    mac = hmac.digest(key, said.encode(), "sha256") if key else b""
    return f"{said}.{base64url(mac)}"


class Issuer:
    """`person` is who logs in there; `token_of` makes the token of the claims that are due."""

    def __init__(self, signer):
        self.signer = signer
        self.url = ""
        self.person = {"sub": "4711"}
        self.keys = ["rsa", "ec"]
        self.token_of = signer.sign
        self.answers = {}  # path -> bytes in place of the true answer
        self.asked = []
        self._codes = {}

    def authorize(self, address):
        """Log the person in where the browser was sent; return the answer that it brings back."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        assert address.startswith(f"{self.url}/authorize?")
        assert asked["response_type"] == "code"
        assert "openid" in asked["scope"].split()
        assert asked["code_challenge_method"] == "S256"
        assert (asked["client_id"], asked["redirect_uri"]) == (CLIENT_ID, REDIRECT_URL)
        code = secrets.token_urlsafe(16)
        self._codes[code] = (asked["nonce"], asked["code_challenge"])
        return {"code": code, "state": asked["state"]}

    def claims(self, nonce):
        now_s = int(real_now().timestamp())
        return {
            "iss": self.url,
            "aud": CLIENT_ID,
            "iat": now_s,
            "exp": now_s + 300,
            "nonce": nonce,
        } | self.person

    def answer(self, path, headers, body):
        """Return status and body."""
        if path == "/.well-known/openid-configuration":
            return 200, {
                "issuer": self.url,
                "authorization_endpoint": f"{self.url}/authorize",
                "token_endpoint": f"{self.url}/token",
                "jwks_uri": f"{self.url}/keys",
                "response_types_supported": ["code"],
            }
        if path == "/keys":
            return 200, {"keys": [self.signer.jwks[name] for name in self.keys]}
        assert path == "/token"
        form = {name: values[0] for name, values in parse_qs(body.decode()).items()}
        basic = base64.b64decode(headers["authorization"].removeprefix("Basic ")).decode()
        assert [unquote(part) for part in basic.split(":")] == [CLIENT_ID, CLIENT_SECRET]
        assert form["grant_type"] == "authorization_code"
        assert form["redirect_uri"] == REDIRECT_URL
        nonce, challenge = self._codes.pop(form["code"], (None, None))
        if challenge != base64url(hashlib.sha256(form["code_verifier"].encode()).digest()):
            return 400, {"error": "invalid_grant"}
        token = self.token_of(self.claims(nonce))
        return 200, {"id_token": token, "access_token": "x", "token_type": "Bearer"}

    async def serve(self, reader, writer):
        try:
            path = (await reader.readline()).decode().split()[1]
            headers = {}
            while (line := await reader.readline()) not in (b"\r\n", b""):
                name, _, value = line.decode().partition(":")
                headers[name.lower()] = value.strip()
            body = await reader.readexactly(int(headers.get("content-length", "0")))
            self.asked.append(path)
            if (spoiled := self.answers.get(path)) is not None:
                await spoiled(writer)
                return
            status, value = self.answer(path, headers, body)
            told = json.dumps(value).encode()
            length = f"Content-Length: {len(told)}\r\nConnection: close\r\n\r\n"
            writer.write(f"HTTP/1.1 {status} Told\r\n{length}".encode() + told)
            await writer.drain()
        except ConnectionError:
            pass  # who asked has heard enough
        finally:
            writer.close()


@asynccontextmanager
async def serving(signer):
    """Serve on a port of this machine; yield the issuer."""
    issuer = Issuer(signer)
    server = await asyncio.start_server(issuer.serve, "127.0.0.1", 0)
    async with server:
        issuer.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        yield issuer
