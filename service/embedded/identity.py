"""As which user the servers run: PostgreSQL refuses to run as root, and some of us are root."""

import os
import pwd
import shutil
import stat
import subprocess
from pathlib import Path

import msgspec

from service.embedded.errors import StateFolderUnusableError

_OVERFLOW_ID = 65534  # nobody, on every system we know


class Identity(msgspec.Struct, frozen=True, kw_only=True):
    """What to put before a server's command line, and the account it switches to, if any."""

    prefix: tuple[str, ...] = ()
    user_id: int | None = None
    group_id: int | None = None

    @property
    def extra_groups(self) -> tuple[int, ...] | None:
        return None if self.user_id is None else ()

    @property
    def owner_id(self) -> int:
        """The owner of the servers' files."""
        return os.geteuid() if self.user_id is None else self.user_id


# Looks like `nobody` to PostgreSQL while files stay root's: no account is added, no owner changed,
# and a state folder below a private home works.
IN_USER_NAMESPACE = Identity(
    prefix=(
        "unshare",
        "--user",
        f"--map-user={_OVERFLOW_ID}",
        f"--map-group={_OVERFLOW_ID}",
        "--",
    )
)


def choose_identity() -> Identity:
    """Return the identity that works here: ourselves, or for root the least it can become."""
    if os.geteuid() != 0:
        return Identity()
    if user_namespaces_work():
        return IN_USER_NAMESPACE
    return account_nobody()


def user_namespaces_work() -> bool:
    """Tell whether this process may start another in a user namespace (Docker forbids it)."""
    if shutil.which("unshare") is None:
        return False
    probe = [*IN_USER_NAMESPACE.prefix, "true"]
    return subprocess.run(probe, capture_output=True).returncode == 0  # noqa: S603 -- fixed words


def account_nobody() -> Identity:
    """Return the identity of the account `nobody`, for root where namespaces are forbidden."""
    account = pwd.getpwnam("nobody")
    return Identity(user_id=account.pw_uid, group_id=account.pw_gid)


def is_reachable(path: Path, *, user_id: int) -> bool:
    """Tell whether the user may go through every folder down to `path`, by owner or as other."""
    for folder in (path, *path.parents):
        status = folder.stat()
        needed = stat.S_IXUSR if status.st_uid == user_id else stat.S_IXOTH
        if not status.st_mode & needed:
            return False
    return True


def open_state_folder(state_dir: Path, identity: Identity) -> None:
    """Let the servers' account pass through the state folder; all that lies in it stays private."""
    if identity.user_id is not None:
        state_dir.chmod(state_dir.stat().st_mode | stat.S_IXOTH)


def give_folder(folder: Path, identity: Identity) -> None:
    """Make the folder with all in it private to the identity; it may have been another's before.

    Raises:
        StateFolderUnusableError: the identity cannot reach it.
    """
    folder.mkdir(mode=0o700, exist_ok=True)
    if folder.stat().st_uid != identity.owner_id and os.geteuid() == 0:
        group_id = os.getegid() if identity.group_id is None else identity.group_id
        for path in (folder, *folder.rglob("*")):
            os.chown(path, identity.owner_id, group_id, follow_symlinks=False)
    if identity.user_id is not None and not is_reachable(folder, user_id=identity.user_id):
        raise StateFolderUnusableError(
            f"You are root, user namespaces are forbidden here, and the unprivileged account that "
            f"would run the servers cannot reach {folder}. Choose a state folder outside of "
            f"private folders, or set DATABASE_URL and REDIS_URL."
        )
