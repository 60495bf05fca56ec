"""Which version of the service a process runs: decided when it is started, as a deploy does it.

All start in one folder that is a link; a deploy points the link elsewhere, and whoever is started
from then on is of the other version.
"""

import asyncio
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path

import msgspec

import matching
from loadtests.faults.surroundings import NotPossibleError
from service.stack import StackFailedError

HERE = Path(__file__).parents[2]  # the version that is under trial
FOUNDING = Path(__file__).with_name("founding.py")
FOUNDED_S_MAX = 90.0
# The commit that added the newest migration: what is before it has the schema before it.
_NEWEST_MIGRATION = ("log", "-1", "--diff-filter=A", "--format=%H", "--", "sql/migrations")


class Version:
    """The link, at first to the version that is under trial."""

    def __init__(self, folder: Path) -> None:
        self.link = folder / "version"
        self.deploy(HERE)

    @property
    def root(self) -> Path:
        """Where the code is of whatever is started now."""
        return self.link.resolve()

    def deploy(self, root: Path) -> None:
        """Let whatever is started from now on be of another version."""
        following = self.link.with_suffix(".next")
        following.symlink_to(root, target_is_directory=True)
        following.replace(self.link)

    def is_run_by(self, pid: int) -> bool:
        """Whether a process is of the version that is deployed."""
        try:
            return Path(f"/proc/{pid}/cwd").readlink() == self.root
        except OSError:
            return False


def former_version(folder: Path) -> Path:
    """Write the last version without the newest migration into the folder; return where it is.

    Raises:
        NotPossibleError: there is no history of the code here, or not of so long ago.
    """
    root = folder / "former"
    newest = _git(*_NEWEST_MIGRATION).decode().strip()
    with tarfile.open(fileobj=BytesIO(_git("archive", f"{newest}^"))) as archive:
        archive.extractall(root, filter="data")
    for kernels in map(Path, matching.__path__):  # those that are alike need no compiling again
        if (kernels / "__kernels__").is_dir():
            shutil.copytree(kernels / "__kernels__", root / "matching" / "__kernels__")
    return root


async def founded(root: Path, environment: Mapping[str, str]) -> list[str]:
    """Let a version prepare the servers that the environment names; return everybody's keys.

    Raises:
        StackFailedError: it does not come to that.
    """
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        str(FOUNDING),
        cwd=root,
        env={**environment, "PYTHONPATH": str(root)},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        async with asyncio.timeout(FOUNDED_S_MAX):
            printed, complaint = await process.communicate()
    except TimeoutError:
        process.kill()
        raise StackFailedError("nobody could be enrolled in time") from None
    if process.returncode != 0:
        raise StackFailedError(f"nobody could be enrolled: {complaint.decode('utf-8', 'replace')}")
    return msgspec.json.decode(printed.splitlines()[-1], type=list[str])


def _git(*words: str) -> bytes:
    command = ["git", "-C", str(HERE), *words]
    try:
        done = subprocess.run(command, check=True, capture_output=True)  # noqa: S603  # our own
    except (FileNotFoundError, subprocess.CalledProcessError):
        raise NotPossibleError("no former version is known here: the code has no history") from None
    return done.stdout
