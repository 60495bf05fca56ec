"""The environment, read once into a frozen struct. Every limit has its unit in its name."""

import os
from collections.abc import Mapping
from ipaddress import ip_network
from pathlib import Path
from typing import Literal
from urllib.parse import SplitResult, parse_qs, urlsplit

import msgspec

from service.domain.audit_log import LOOK_RETENTION_DAYS_MIN
from service.domain.webhook_signature import read_keys

LOCK_SHARE_MAX = 0.75  # of the time for a statement may go by waiting for a lock
WEBHOOK_LEASE_MARGIN_S = 10.0  # in which a call is recorded, also when connections are few
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
_ENCRYPTED = frozenset({"require", "verify-ca", "verify-full"})  # libpq's words
_OF_THE_COMMAND_LINE = frozenset({"HEXHAUL_STATE_DIR"})


class UnfitError(Exception):
    """No process can run as things are; the message says what to do."""


class UnfitForLiveError(UnfitError):
    """There is a live market, and these settings are for tests."""


class Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What may differ between deployments; what may differ between markets is policy."""

    database_url: str
    redis_url: str
    http_host: str = "127.0.0.1"
    http_port: int = 8000
    metrics_host: str = "127.0.0.1"
    metrics_port: int = 0  # of this process; 0: nobody may ask

    # Postgres (pitfalls: an unbounded acquire hangs for ever behind a frozen server)
    pool_connections_count_max: int = 16  # of one process; an api shares them out by priority
    acquire_timeout_s: float = 1.5
    command_timeout_s: float = 2.0
    # Longer than Postgres' deadlock_timeout (1 s), so that a ring is found out and not waited for;
    # shorter than a statement may take, so that who waited for a lock is told that it was a lock.
    lock_timeout_ms: int = 1_200
    transaction_attempts_count_max: int = 5

    # Redis
    redis_timeout_s: float = 0.5
    redis_connections_count_max: int = 32

    recipient_keys: str = ""  # path of the key file; without one recipients' data is not sealed
    seal_recipients: bool = True  # false: only open it, until every api has the keys

    # how long personal data is kept (`domain/personal_data.py`), in market time but for two
    recipient_retention_days: int = 90  # after the end of the job
    decision_retention_days: int = 180
    trail_retention_days: int = 30  # recorded ticks too: they hold positions
    idle_places_retention_h: int = 24  # where couriers without a job were; then only their cells
    proof_retention_days: int = 90  # pictures and codes that were said
    webhook_retention_days: int = 30  # after the newest event of its job; real time
    look_retention_days: int = 365  # who has looked at what, in the audit log; real time

    # processes
    network_is_own: bool = False  # to Postgres and Redis: then TLS is not insisted on
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    # Who leads is followed within the sum of both, and is to be within 5 s; a renewal may take 3.5.
    lease_ttl_s: float = 3.5
    lease_renew_s: float = 0.75
    lease_failing_s_max: float = 10.0  # a leader whose work fails for longer lets others try
    relay_poll_s: float = 0.25
    relay_batch_count_max: int = 500
    relay_unknown_s: float = 120.0  # so long a fact of another release waits for a relay of that
    sweep_interval_s: float = 0.5
    audit_interval_s: float = 2.0
    tick_real_s_min: float = 0.2
    tick_improve_s_max: float = 0.1  # a tick's plan is made better for so long, in real time
    tick_jobs_count_max: int = 2_000
    tick_couriers_count_max: int = 20_000
    recorded_tick_bytes_max: int = 4_194_304  # packed; a larger one is not kept, and 0 keeps none
    recorded_ticks_bytes_max: int = 4_294_967_296  # of one market; then the oldest go

    # travel times: straight lines, a routing server, or a road file in this process
    travel: Literal["straight", "osrm", "valhalla", "graph"] = "straight"
    travel_url: str = ""
    travel_foot_url: str = ""  # OSRM serves one profile a server; empty: the same server
    travel_bike_url: str = ""
    travel_graph: str = ""  # path of the road file
    travel_budget_s: float = 0.15  # how long a tick waits for answers
    travel_timeout_s: float = 2.0
    travel_near_m: float = 5_000.0  # straight line; ways longer than this are not asked for
    travel_tick_cells_count_max: int = 400
    travel_cells_count_max: int = 1_500  # kept for each market; 18 MB for each profile in use
    travel_cache_s: float = 86_400.0
    travel_table_cells_count_max: int = 100
    travel_round_requests_count_max: int = 64  # for each profile
    travel_requests_count_max: int = 4  # at once
    travel_answer_bytes_max: int = 4_194_304
    travel_failures_count_max: int = 5  # in a row; then the source is left alone for a while
    travel_rest_s: float = 15.0
    travel_legs_count_max: int = 10_000  # the newest, to learn the correction from; 0: none
    travel_legs_s_max: float = 2_419_200.0  # four weeks of market time
    travel_learning_requests_count_max: int = 40  # an hour

    # sockets
    frame_bytes_max: int = 16_384
    handshake_timeout_s: float = 5.0
    session_s: float = 900.0  # then a connection ends, unless it was renewed
    resume_within_s: float = 600.0
    resume_events_count_max: int = 500
    mailbox_messages_count_max: int = 128
    mailbox_bytes_max: int = 131_072
    sockets_count_max: int = 20_000  # of one api process
    courier_sockets_per_min_max: float = 60.0  # new ones; tunnels and lifts end many
    watcher_sockets_per_min_max: float = 1_200.0  # of all programs with one merchant's keys
    credentials_check_s: float = 60.0  # a revoked key keeps its open sockets for so long at most
    send_timeout_s: float = 5.0
    stream_check_s: float = 1.0
    position_interval_ms: int = 4_000
    courier_positions_per_s_max: float = 2.0  # passed on in the long run; five seconds' at once
    position_flush_s: float = 0.02
    position_batch_count_max: int = 500
    view_round_s: float = 0.25  # between two looks of all consoles
    view_census_s: float = 1.0  # so long counts by cell are good for
    sighting_interval_s: float = 5.0  # of a courier, for a merchant
    drain_s: float = 20.0  # over which those who are sent away come back elsewhere
    origins_allowed: str = ""  # of pages that may open sockets besides our own; spaces between
    ticket_ttl_s: int = 30

    # webhooks
    webhook_loopback: bool = False  # http and any port, to this machine: for demos and tests
    webhook_keys: str = ""  # 64 hex digits each, spaces between: make the secrets from seeds
    webhook_timeout_s: float = 15.0
    webhook_answer_bytes_max: int = 65_536  # read of an answer, and not looked at
    webhook_calls_count_max: int = 200  # at once of one process; 4 for one endpoint
    webhook_lease_s: float = 30.0  # of a lane; then another process may call
    webhook_poll_s: float = 0.25
    webhook_stop_s: float = 10.0  # so long calls under way may go on after SIGTERM

    # what pages draw maps upon: a style of MapLibre's, tiles or roads as GeoJSON; else nothing
    map_style_url: str = ""
    map_origins: str = ""  # of the style, its tiles and pictures, such as https://tiles.example
    map_tiles: str = ""  # path of a PMTiles file
    map_roads: str = ""  # path of the file
    map_attribution: str = ""  # whose roads or tiles they are

    # HTTP
    # of each in the long run; at once four seconds' worth
    merchant_requests_per_s_max: float = 50.0
    courier_requests_per_s_max: float = 5.0
    ops_requests_per_s_max: float = 20.0
    recipient_requests_per_s_max: float = 1.0  # of one link; at once a minute's worth
    stranger_requests_per_s_max: float = 50.0  # of an address; a mobile network has few of them
    failed_keys_per_min_max: float = 5.0  # with one id, and from one address; good keys pass
    ops_passwords: bool = True  # or only accounts for an emergency log in with one
    oidc_issuer: str = ""  # of OpenID Connect, who vouches for operators; its name to the letter
    oidc_client_id: str = ""
    oidc_client_secret: str = ""  # or none: then PKCE alone tells that it is us
    oidc_redirect_url: str = ""  # of our page /ops, as browsers and the issuer know it
    ops_cookie_is_plain: bool = False  # without TLS; for a console on this very machine
    proxies_trusted: str = ""  # addresses and networks whose X-Forwarded-For is true; spaces
    body_bytes_max: int = 65_536
    idempotency_ttl_s: int = 172_800

    def __post_init__(self) -> None:
        for network in self.proxies_trusted.split():
            ip_network(network)  # or it says what is wrong
        read_keys(self.webhook_keys)  # better now than at the first call
        if self.lock_timeout_ms > LOCK_SHARE_MAX * 1_000.0 * self.command_timeout_s:
            raise ValueError("lock_timeout_ms is too near to command_timeout_s: which was it?")
        self._check_retention()
        self._check_issuer()
        if self.webhook_lease_s < self.webhook_timeout_s + WEBHOOK_LEASE_MARGIN_S:
            raise ValueError(
                f"webhook_lease_s is not {WEBHOOK_LEASE_MARGIN_S:g} s above webhook_timeout_s:"
                " calls would overlap"
            )
        if self.travel in ("osrm", "valhalla") and not self.travel_url:
            raise ValueError(f"travel_url is needed for {self.travel}")
        if self.travel == "graph" and not self.travel_graph:
            raise ValueError("travel_graph is needed for graph: the path of a road file")
        if self.travel_table_cells_count_max < 2:
            raise ValueError("travel_table_cells_count_max is below 2: a way has two ends")
        if self.travel_cells_count_max < self.travel_tick_cells_count_max:
            raise ValueError("travel_cells_count_max is below travel_tick_cells_count_max")

    def _check_issuer(self) -> None:
        needed = (self.oidc_issuer, self.oidc_client_id, self.oidc_redirect_url)
        if any(needed) and not all(needed):
            raise ValueError("oidc_issuer, oidc_client_id and oidc_redirect_url go together")
        if self.oidc_issuer and not is_tls_or_loopback(self.oidc_issuer):
            raise ValueError("oidc_issuer is no https address")
        if not self.ops_passwords and not self.oidc_issuer:
            raise ValueError("ops_passwords is off and oidc_issuer is not set: nobody could log in")

    def _check_retention(self) -> None:
        days = self.recipient_retention_days
        others = (self.decision_retention_days, self.trail_retention_days)
        if min(days, self.proof_retention_days, *others) < 1:
            raise ValueError("a retention is below a day: what is under way needs what is kept")
        if self.look_retention_days < LOOK_RETENTION_DAYS_MIN:
            raise ValueError(f"look_retention_days is below {LOOK_RETENTION_DAYS_MIN}")
        if self.idle_places_retention_h < 0:
            raise ValueError("idle_places_retention_h is below 0")
        if not 5 <= self.webhook_retention_days <= days:
            raise ValueError(
                "webhook_retention_days is below 5, and calls may take 4, or above "
                "recipient_retention_days: places would outlive their addresses"
            )

    def __repr__(self) -> str:
        return "Settings(...)"  # URLs have passwords in them, and keys are keys

    def check_fit_for_live(self) -> None:
        """Check that strangers may be let in, as merchants of a live market are.

        Raises:
            UnfitForLiveError: a setting is for demos and tests only, or a key is missing.
        """
        if not self.webhook_keys:
            raise UnfitForLiveError("webhook_keys is needed: secrets stay out of the database")
        if self.oidc_issuer.startswith("http:"):
            raise UnfitForLiveError("oidc_issuer is without TLS")
        if self.webhook_loopback:
            raise UnfitForLiveError("webhook_loopback is on: strangers would call us inside")
        if self.ops_cookie_is_plain:
            raise UnfitForLiveError("ops_cookie_is_plain is on: log-ins would cross the net openly")
        if self.log_level == "debug":
            raise UnfitForLiveError("log_level is debug: it tells more than anybody should keep")
        if any(origin.startswith("http:") for origin in self.origins_allowed.split()):
            raise UnfitForLiveError("origins_allowed has one without TLS: pages can be forged")
        self._check_ways_to_servers()

    def check_seals_recipients(self) -> None:
        """Check that a file of keys is named, as whoever tells people of a live market needs one.

        Raises:
            UnfitForLiveError: there is none.
        """
        if not self.recipient_keys:
            raise UnfitForLiveError("recipient_keys is needed: recipients are to be sealed")

    def _check_ways_to_servers(self) -> None:
        redis, database = urlsplit(self.redis_url), urlsplit(self.database_url)
        if not _is_here(redis) and not redis.password:
            raise UnfitForLiveError("redis_url is elsewhere and has no password in it")
        if self.network_is_own:
            return
        if not _is_here(redis) and redis.scheme != "rediss":
            raise UnfitForLiveError("redis_url is elsewhere and not rediss: network_is_own?")
        modes = parse_qs(database.query).get("sslmode", [])
        if not _is_here(database) and not _ENCRYPTED.issuperset(modes or ["prefer"]):
            raise UnfitForLiveError(
                "database_url is elsewhere, its sslmode neither require nor verify-ca nor "
                "verify-full: network_is_own?"
            )


def _is_here(url: SplitResult) -> bool:
    """Tell whether a server is on this very machine."""
    hosts = parse_qs(url.query).get("host", [url.hostname or ""])
    return all(not host or host.startswith("/") or host in _LOOPBACK for host in hosts)


def is_tls_or_loopback(url: str) -> bool:
    """Return whether nobody on a network reads along, or answers instead."""
    parts = urlsplit(url)
    is_here = parts.scheme == "http" and parts.hostname in ("127.0.0.1", "::1")
    return parts.hostname is not None and (parts.scheme == "https" or is_here)


def read_settings(environ: Mapping[str, str] | None = None) -> Settings:
    """Return the settings of this process from `HEXHAUL_*`, `DATABASE_URL` and `REDIS_URL`.

    Raises:
        msgspec.ValidationError: a variable is missing, unknown or not of its type, by name.
    """
    source = os.environ if environ is None else environ
    values = {
        name.removeprefix("HEXHAUL_").lower(): value
        for name, value in source.items()
        if name.startswith("HEXHAUL_") and name not in _OF_THE_COMMAND_LINE
    }
    for name in ("DATABASE_URL", "REDIS_URL"):
        if name in source:
            values[name.lower()] = source[name]
    return msgspec.convert(values, Settings, strict=False)


def own_servers(environ: Mapping[str, str] | None = None) -> tuple[str, str] | None:
    """Return DATABASE_URL and REDIS_URL, or None unless both are set: then we bring our own."""
    source = os.environ if environ is None else environ
    urls = source.get("DATABASE_URL"), source.get("REDIS_URL")
    return (urls[0], urls[1]) if urls[0] and urls[1] else None


def first_metrics_port(environ: Mapping[str, str] | None = None) -> int:
    """Return HEXHAUL_METRICS_PORT for whoever starts several processes, or 0 if it is not set."""
    source = os.environ if environ is None else environ
    return int(source.get("HEXHAUL_METRICS_PORT", "0"))


def default_state_dir() -> Path:
    """Return HEXHAUL_STATE_DIR, or `.state` below the working folder."""
    return Path(os.environ.get("HEXHAUL_STATE_DIR", ".state"))


def child_environment(changes: Mapping[str, str]) -> dict[str, str]:
    """Return the environment of this process with some variables set, for a child process."""
    return {**os.environ, **changes}
