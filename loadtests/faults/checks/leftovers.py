"""I14: a fault leaves no transaction open behind it, and no files."""

from collections import Counter
from collections.abc import Iterable, Iterator

from loadtests.faults.proof import OpenFiles, Proof

IDLE_S_MAX = 1.0  # in a transaction in which nothing happens
ACTIVE_S_MAX = 5.0  # of a statement: more than any may take
SESSIONS_COUNT_MAX = 100  # seven processes with pools of 12, and what listens
FILES_COUNT_MAX = 64  # more than before: sockets come and go


def violations(proof: Proof) -> Iterator[str]:
    """Yield sessions that hang, too many of them, and roles whose files grew in number."""
    sessions = proof.rows.sessions
    for session in sessions:
        if session.state.startswith("idle in transaction") and session.for_s > IDLE_S_MAX:
            yield f"a session is {session.state} for {session.for_s:.1f} s"
        if session.state == "active" and session.for_s > ACTIVE_S_MAX:
            what = f"{session.statement!r}, which waits for {session.waits_for or 'nothing'}"
            yield f"a statement runs for {session.for_s:.1f} s: {what}"
    if len(sessions) > SESSIONS_COUNT_MAX:
        yield f"there are {len(sessions)} sessions"
    for files in of_roles(proof.files):
        if files.after_count > files.before_count + FILES_COUNT_MAX:
            yield f"{files.process} has {files.after_count} files open, {files.before_count} before"


def of_roles(files: Iterable[OpenFiles]) -> Iterator[OpenFiles]:
    """Yield the files of each role together: sockets move from one api to the other."""
    before, after = Counter[str](), Counter[str]()
    for one in files:
        role = one.process.partition("-")[0]
        before[role] += one.before_count
        after[role] += one.after_count
    for role in before:
        yield OpenFiles(process=role, before_count=before[role], after_count=after[role])
