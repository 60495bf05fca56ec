"""What must hold of every commit of a run, of every answer given, and at the end.

Written against rows and answers, from the promises; no rule of the service is asked.
"""

from collections import Counter
from uuid import UUID

from service.domain.errors import DomainError
from service.domain.facts import owner_of_courier, owner_of_market, owner_of_merchant
from service.wire.courier_stream import AcceptOffer, CompleteStop

ENDED = ("delivered", "returned", "canceled", "expired", "failed")
JOB_PATHS = {
    None: {"open"},
    "open": {"assigned", "canceled", "expired"},
    "assigned": {"enroute_to_pickup", "open", "canceled"},
    "enroute_to_pickup": {"arrived_at_pickup", "open", "canceled"},
    "arrived_at_pickup": {"picked_up", "open", "canceled"},
    "picked_up": {"enroute_to_dropoff", "failed"},
    "enroute_to_dropoff": {"arrived_at_dropoff", "undeliverable", "failed"},
    "arrived_at_dropoff": {"delivered", "undeliverable", "failed"},
    "undeliverable": {"enroute_to_dropoff", "failed"},
}
OFFER_PATHS = {
    None: {"pending"},
    "pending": {"seen", "accepted", "declined", "revoked", "unreachable"},
    "seen": {"accepted", "declined", "revoked", "expired"},
}
JOBS_BEFORE_CUSTODY = ("open", "assigned", "enroute_to_pickup", "arrived_at_pickup")
FAULT_EVENTS = frozenset(
    {
        *("task_failed", "item_failed", "question_failed", "socket_failed"),
        *("commit_failed", "proposal_failed", "batch_failed", "decision_failed"),
    }
)
CLOCK_APART_S_MAX = 1.0
CLOCK_HEALED_S_MAX = 40.0  # twice the interval of anchors, and a while without the database
EXPECTED_FAULTS = ("UnavailableError", "LostLeaseError", "LockContentionError")


class Judge:
    def __init__(self, database, trace, market_id):
        self._database, self._trace, self._market_id = database, trace, market_id
        self.violations = []
        self._answers = {}  # {key: job or refusal}, of what merchants were told
        self._epochs = {}
        self.counts = Counter()
        database.on_commit.append(self._look)

    def accuse(self, text):
        self._trace.say("judge", text)
        self.violations.append(text)

    def expect(self, truth, text):
        if not truth:
            self.accuse(text)

    # ------------------------------------------------------------------ each commit
    def _look(self, changed):
        rows = {}
        for (table, key), (before, row) in changed.items():
            rows.setdefault(table, []).append((key, before, row))
        for key, before, row in rows.get("job", ()):
            facts = [fact for _, _, fact in rows.get("fact", ()) if fact["job_id"] == key]
            self._look_at_job(before, row, sorted(facts, key=lambda fact: fact["sequence"]))
        for _, before, row in rows.get("offer", ()):
            self._look_at_offer(before, row)
        for key, before, row in rows.get("courier", ()):
            self._look_at_courier(key, before, row)
        for table, said in (("fact", "type"), ("audit_entry", "number"), ("transfer", "kind")):
            for _, before, row in rows.get(table, ()):
                self.expect(before is None, f"a row of {table} was changed: {row[said]}")
        if rows.keys() - {"lease"}:  # which are renewed all the time
            self._trace.say("commit", " ".join(f"{t}:{len(r)}" for t, r in sorted(rows.items())))

    def _look_at_job(self, before, job, facts):
        name = f"job {job['id']}"
        status = None if before is None else before["status"]
        sequence = 0 if before is None else before["last_sequence"]
        self.expect(status not in ENDED, f"{name} had ended and was changed")
        for fact in facts:
            sequence += 1
            self.expect(fact["sequence"] == sequence, f"{name} has a gap in its facts")
            after = fact["body"]["status"]
            is_known = after == status or after in JOB_PATHS.get(status, ())
            self.expect(is_known, f"{name} went from {status} to {after}")
            status = after
        self.expect(job["last_sequence"] == sequence, f"{name}: its facts and its row differ")
        self.expect(job["status"] == status, f"{name} is {job['status']} without a fact of it")
        if before is not None:
            is_new = job["version"] > before["version"]
            self.expect(is_new or job == before, f"{name} changed and kept its version")
        active = [
            row["courier_id"]
            for row in self._database.having("assignment", "job_id", job["id"])
            if row["ended_at"] is None
        ]
        is_carried = job["status"] not in ("scheduled", "open", *ENDED)
        self.expect(
            active == ([job["courier_id"]] if is_carried else []),
            f"{name} is {job['status']} and has the couriers {active}",
        )
        if job["status"] in ENDED:
            self._look_at_money(job)

    def _look_at_money(self, job):
        """Who delivers gets what the accepted offer said, and the merchant pays the fee."""
        due = {}
        if job["status"] == "delivered":
            (offer,) = [
                self._database.committed["offer"][row["offer_id"]]
                for row in self._database.having("assignment", "job_id", job["id"])
                if row["ended_at"] == job["ended_at"]
            ]
            pay = sum(leg["pay_cents"] for leg in offer["legs"] if leg["job_id"] == job["id"])
            market = owner_of_market(self._market_id)
            due = {
                (owner_of_merchant(job["merchant_id"]), market): job["fee_cents"],
                (market, owner_of_courier(job["courier_id"])): pay,
            }
        moved = {
            (row["debit"], row["credit"]): row["amount_cents"]
            for row in self._database.having("transfer", "job_id", job["id"])
        }
        due = {sides: cents for sides, cents in due.items() if cents > 0}
        self.expect(moved == due, f"job {job['id']} moved {moved} and not {due}")

    def _look_at_offer(self, before, offer):
        name = f"offer {offer['id']}"
        status = None if before is None else before["status"]
        if offer["status"] != status:
            self.expect(
                offer["status"] in OFFER_PATHS.get(status, ()),
                f"{name} went from {status} to {offer['status']}",
            )
            self.counts[offer["status"]] += 1
        if offer["status"] == "accepted" and status != "accepted":
            self.expect(
                offer["answered_at"] < before["expires_at"], f"{name} was accepted too late"
            )
        if before is None and offer["dispatch_epoch"] is not None:
            newest = self._epochs.setdefault("dispatch", 0)
            self.expect(offer["dispatch_epoch"] >= newest, f"{name} is of a leader of before")
            self._epochs["dispatch"] = max(newest, offer["dispatch_epoch"])

    def _look_at_courier(self, courier_id, before, courier):
        if before is not None:
            self.expect(courier["version"] > before["version"], f"{courier_id}: same version")
        in_hand = [
            job
            for job in self._database.having("job", "courier_id", courier_id)
            if job["ended_at"] is None
        ]
        self.expect(
            courier["live_jobs_count"] == len(in_hand),
            f"{courier_id} counts {courier['live_jobs_count']} jobs and has {len(in_hand)}",
        )
        aboard = [job for job in in_hand if job["status"] not in JOBS_BEFORE_CUSTODY]
        weight_g = sum(job["weight_g"] for job in aboard)
        self.expect(weight_g <= courier["capacity_weight_g"], f"{courier_id} carries too much")

    # ------------------------------------------------------------------ each answer
    def posted(self, merchant_id, key, answer):
        if isinstance(answer, DomainError | None):
            self.expect(answer is not None, f"{key} was refused: {answer!r}")
            return
        job = self._database.committed["job"].get(self.job_of(answer))
        self.expect(job is not None, f"{key} was answered, and there is no job")
        self.expect(job is None or job["merchant_id"] == merchant_id, f"{key}: another's job")
        self._answers[key] = answer

    def job_of(self, answer):
        return UUID(bytes=answer)

    def canceled(self, job_id, answer):
        if not isinstance(answer, DomainError | None):
            status = self._database.committed["job"][job_id]["status"]
            self.expect(status == "canceled", f"job {job_id} was canceled, and is {status}")

    def done(self, courier_id, message):
        """What a courier's app was told is done must be so, for good."""
        match message:
            case AcceptOffer():
                offer = self._database.committed["offer"][message.offer_id]
                self.expect(
                    (offer["status"], offer["courier_id"]) == ("accepted", courier_id),
                    f"offer {offer['id']} was said to be accepted, and is {offer['status']}",
                )
            case CompleteStop():
                stop = self._database.committed["stop"][message.stop_id]
                self.expect(stop["status"] == "completed", f"stop {stop['id']} is not completed")
            case _:
                pass

    def look_at(self, task):
        """Take a task of the service that is over: nothing but what is foreseen may go wrong."""
        if not task.cancelled() and task.exception() is not None:
            self.accuse(f"a task failed: {task.exception()!r}")

    def read_log(self, entries):
        """Accuse what the service has logged as its own fault."""
        for entry in entries:
            error = repr(entry.get("error") or entry.get("exc_info"))
            is_foreseen = any(name in error for name in EXPECTED_FAULTS)
            if entry["event"] in FAULT_EVENTS and not is_foreseen:
                self.accuse(f"the service says {entry['event']}: {error}")

    def judge_clock(self, host, apart_s, *, awake_s):
        """A process goes by the database's time, whatever its host's clocks say."""
        is_right = apart_s <= CLOCK_APART_S_MAX
        self.counts["clocks_wrong_after_sleep"] += not is_right
        if not is_right and awake_s > CLOCK_HEALED_S_MAX:
            self.accuse(f"the clock of {host} is {apart_s} s off, {awake_s} s after it last slept")

    # ------------------------------------------------------------------ what people look at
    def live_jobs(self):
        jobs = self._database.committed["job"].values()
        return sorted(job["id"] for job in jobs if job["status"] not in ENDED)

    def open_exceptions(self):
        rows = self._database.committed["exception"].values()
        return [row for row in rows if row["resolved_at"] is None]

    # ------------------------------------------------------------------ the end
    def judge_end(self, phones):
        """Judge what is left when everything has come to rest."""
        committed = self._database.committed
        for ring in self._database.locks.deadlocks:
            self.accuse(f"transactions waited for one another: {ring}")
        for text in self._database.refused:
            self.accuse(f"the database had to refuse: {text}")
        for job_id in self.live_jobs():
            self.accuse(f"job {job_id} never ended: {committed['job'][job_id]['status']}")
        self._judge_keys()
        self._judge_streams()
        for phone in phones:
            self._judge_phone(phone)

    def _judge_keys(self):
        """Each key has made one job, however often it was sent; there are no other jobs."""
        posted = Counter(self._answers.values())
        for answer, count in posted.items():
            self.expect(count == 1, f"job {self.job_of(answer)} is the answer to {count} keys")
        jobs_count = len(self._database.committed["job"])
        self.expect(len(posted) == jobs_count, f"{len(posted)} keys made {jobs_count} jobs")

    def _judge_streams(self):
        """Each fact is told once, in the order of the commits, and no number is left out."""
        committed = self._database.committed
        last_seq_of = Counter()
        for owner, seq in committed["stream_event"]:
            last_seq_of[owner] = max(last_seq_of[owner], seq)
        for owner, count in Counter(owner for owner, _ in committed["stream_event"]).items():
            self.expect(count == last_seq_of[owner], f"the stream of {owner} has a gap")
            self.expect(committed["stream"][owner]["last_seq"] == count, f"{owner}: wrong end")
        told = last_seq_of[owner_of_market(self._market_id)]
        facts_count = len(committed["fact"])
        self.expect(told == facts_count, f"{facts_count} facts happened, {told} were told")

    def _judge_phone(self, phone):
        """Nothing came twice or in the wrong order, and the screen shows what is so."""
        name = f"the app of {phone.courier_id}"
        for text in (*phone.violations, *phone.link.check.violations):
            self.accuse(f"{name} was told wrong: {text}")
        courier = self._database.committed["courier"][phone.courier_id]
        owner = owner_of_courier(phone.courier_id)
        stream = self._database.committed["stream"].get(owner, {"last_seq": 0})
        self.expect(phone.link.check.seq == stream["last_seq"], f"{name} has not heard all")
        self.expect(phone.status == courier["status"], f"{name} shows {phone.status}")
        self.expect(not phone.route, f"{name} shows a route")
