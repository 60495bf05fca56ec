#!/usr/bin/env python3
"""The one way in: `python3 dev.py TASK` makes the environment, then runs the task in it.

Standard library only, and any Python from 3.11 will do: uv is brought when it is missing, the
packages are those of requirements.lock, and nothing is written outside of this folder but caches.
"""

import sys

if sys.version_info < (3, 11):  # noqa: UP036 -- the reader of this message has an older one
    sys.exit("Hexhaul needs Python 3.11 or newer; this is %d.%d." % sys.version_info[:2])  # noqa: UP031

import fcntl
import hashlib
import os
import re
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple, NoReturn

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
TOOLS = ROOT / ".tools"
LOCK = ROOT / "requirements.lock"
MIGRATIONS = ROOT / "sql" / "migrations"
STAMP = VENV / "hexhaul-stamp"
KERNELS_STAMP = TOOLS / "kernels"  # digest of what the kernels were compiled from
UV = "uv==0.13.8"
ALONE = ("tests/acceptance", "tests/browser")  # tests that need the machine for themselves
CHROMIUM_S_MAX = 300.0  # to bring it

Arguments = Sequence[str]


class Task(NamedTuple):
    """One thing to do here; `run` gets the words after the task's name."""

    run: Callable[[Arguments], None]
    usage: str
    meaning: str


class Step(NamedTuple):
    """One step of the gate."""

    name: str
    argv: tuple[str, ...]


# ---------------------------------------------------------------- the environment


@contextmanager
def alone(name: str) -> Generator[None]:
    """Hold a lock of this clone: of two runs at once, one makes what the other then finds."""
    TOOLS.mkdir(exist_ok=True)
    with (TOOLS / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def uv() -> str:
    """Return a uv that runs, from PATH or .tools; install it there if need be."""
    ours = TOOLS / "uv" / "bin" / "uv"
    on_path = shutil.which("uv")
    for found in (str(ours), on_path):
        if found is not None and runs(found):
            return found
    print("Fetching uv into .tools ...", flush=True)
    # `--target` is allowed where the system's Python is "externally managed", and needs no root.
    unfinished = tempfile.mkdtemp(prefix="uv-", dir=TOOLS)
    install = [sys.executable, "-m", "pip", "install", "--quiet", "--target", unfinished, UV]
    if subprocess.run([*install, "--disable-pip-version-check"]).returncode != 0:
        shutil.rmtree(unfinished)
        sys.exit("Installing uv with pip failed. Install uv yourself, then run this again.")
    shutil.rmtree(TOOLS / "uv", ignore_errors=True)
    Path(unfinished).rename(TOOLS / "uv")
    return str(ours)


def runs(program: str) -> bool:
    """Tell whether the program starts; a version manager's shim may stand for nothing."""
    try:
        return subprocess.run([program, "--version"], capture_output=True).returncode == 0
    except OSError:
        return False


def environment() -> dict[str, str]:
    """Return our environment with the programs of the project first on PATH."""
    path = os.pathsep.join([str(VENV / "bin"), os.environ.get("PATH", os.defpath)])
    return {**os.environ, "PATH": path, "VIRTUAL_ENV": str(VENV)}


def interpreter() -> str:
    """Return the Python that runs this, or its original if that is a virtual environment's."""
    if sys.prefix == sys.base_prefix:
        return sys.executable
    return str(Path(sys.base_prefix) / "bin" / f"python3.{sys.version_info.minor}")


def wanted_stamp() -> str:
    """Return a digest of all that the environment is made from."""
    digest = hashlib.sha256(f"{ROOT} {sys.base_prefix} {sys.version}".encode())
    web = ROOT / "service" / "web"
    for path in (LOCK, ROOT / "pyproject.toml", web / "hatch_build.py", web / "package-lock.json"):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def has_our_interpreter() -> bool:
    """Tell whether .venv runs, and runs the same Python as this program."""
    ask = [str(VENV / "bin" / "python"), "-c", "import sys; print(sys.base_prefix, sys.version)"]
    try:
        answer = subprocess.run(ask, capture_output=True, text=True)
    except OSError:
        return False
    return answer.stdout.strip() == f"{sys.base_prefix} {sys.version}".strip()


def run_uv(tool: str, *words: str) -> None:
    # uv looks at the system's certificates only when told; the second name is of older versions
    certificates = {"UV_SYSTEM_CERTS": "true", "UV_NATIVE_TLS": "true"}
    argv = [tool, *words, "--quiet"]
    if subprocess.run(argv, env=environment() | certificates, cwd=ROOT).returncode != 0:
        sys.exit(f"{' '.join(['uv', *words])} failed.")


def make_environment() -> None:
    """Make .venv what requirements.lock says, unless it is already."""
    with alone("environment"):
        stamp = wanted_stamp()
        if STAMP.exists() and STAMP.read_text() == stamp:
            return
        print("Preparing .venv ...", flush=True)
        STAMP.unlink(missing_ok=True)  # whatever interrupts us, the next run starts again
        tool = uv()
        if not has_our_interpreter():
            run_uv(tool, "venv", "--clear", "--python", interpreter(), VENV.name)
        run_uv(tool, "pip", "sync", "--require-hashes", LOCK.name)
        run_uv(tool, "pip", "install", "--no-deps", "--editable", ".")
        STAMP.write_text(stamp)


def bake_kernels() -> None:
    """Compile the engine's kernels for this machine, unless they are: a minute or two, once."""
    with alone("kernels"):
        digest = hashlib.sha256(STAMP.read_bytes())
        for path in sorted((ROOT / "matching").glob("*.py")):
            digest.update(path.read_bytes())
        if KERNELS_STAMP.exists() and KERNELS_STAMP.read_text() == digest.hexdigest():
            return
        print("Compiling the matching kernels, once ...", flush=True)
        argv = ["hexhaul", "kernels", "bake"]
        if subprocess.run(argv, env=environment(), cwd=ROOT).returncode != 0:
            sys.exit("hexhaul kernels bake failed.")
        KERNELS_STAMP.write_text(digest.hexdigest())


def become(*argv: str) -> NoReturn:
    """Run a program of the environment in place of this one, so that signals reach it directly."""
    make_environment()
    bake_kernels()
    os.execvpe(argv[0], argv, environment())


def become_hexhaul(*words: str) -> NoReturn:
    """Run the command line where the user is, on the state of this clone."""
    os.environ.setdefault("HEXHAUL_STATE_DIR", str(ROOT / ".state"))
    become("hexhaul", *words)


def become_pytest(*words: str) -> NoReturn:
    os.chdir(ROOT)
    become("pytest", *words)


# ---------------------------------------------------------------- the gate

# From the quickest to the slowest. Tests mostly wait for servers: two workers share two cores well,
# but not where whole marketplaces run and are killed at a moment.
GATE = (
    Step("format", ("ruff", "format", "--check", "--quiet", ".")),
    Step("lint", ("ruff", "check", "--quiet", ".")),
    Step("imports", ("lint-imports", "--no-cache")),
    Step("types", ("pyright",)),
    Step(
        "tests",
        ("pytest", "-q", "-n", "2", "--dist", "loadfile", *(f"--ignore={each}" for each in ALONE)),
    ),
    Step("acceptance", ("pytest", "-q", *ALONE)),
)


SOME_TESTS_FAILED = 1  # of pytest's exit codes; the others say that not all were run


def has_pyright() -> bool:
    """Return whether pyright starts: it fetches its larger half when it first does."""
    asked = ("pyright", "--version")
    return subprocess.run(asked, env=environment(), capture_output=True).returncode == 0


def run_step(step: Step) -> str:
    """Run a step of the gate and return how it went.

    Tests that failed are run once more, by themselves: what passes then depends on how busy the
    machine is, which is said of the step and is to be cured, but holds nobody up.
    """
    print(f"--- {step.name}: {' '.join(step.argv)}", flush=True)
    status = subprocess.run(step.argv, env=environment(), cwd=ROOT).returncode
    if status == 0:
        return "ok"
    if step.argv[0] != "pytest" or status != SOME_TESTS_FAILED:
        return "FAILED"
    again = (*step.argv, "--last-failed", "--last-failed-no-failures=none")
    print(f"--- {step.name}, what failed: {' '.join(again)}", flush=True)
    status = subprocess.run(again, env=environment(), cwd=ROOT).returncode
    return "ok, BUT NOT AT ONCE: see above" if status == 0 else "FAILED"


def pass_gate() -> None:
    """Run the gate, every step whatever the one before showed; then say what took how long."""
    make_environment()
    bake_kernels()
    timings: list[str] = []
    has_failed = False
    for step in GATE:
        if step.name == "types" and not has_pyright():
            timings.append(f"{step.name:<20}   skipped: pyright could not be fetched")
            continue
        began_s = time.monotonic()
        verdict = run_step(step)
        timings.append(f"{step.name:<20} {time.monotonic() - began_s:7.1f} s  {verdict}")
        has_failed |= verdict == "FAILED"
    print("\n" + "\n".join(timings))
    if has_failed:
        sys.exit(1)


# ---------------------------------------------------------------- tasks


def demo(arguments: Arguments) -> None:
    become_hexhaul("demo", *arguments)


def hexhaul(arguments: Arguments) -> None:
    become_hexhaul(*arguments)


def test(arguments: Arguments) -> None:
    if arguments:
        become_pytest(*arguments)
    pass_gate()


def unit(arguments: Arguments) -> None:
    become_pytest("-q", "tests/unit", *arguments)


def running(*module: str) -> Callable[[Arguments], None]:
    """Return the task of running a module of this clone with these words and the user's."""

    def run(arguments: Arguments) -> None:
        os.chdir(ROOT)
        become("python", "-m", *module, *arguments)

    return run


def chromium(_: Arguments) -> None:
    """Bring the browser that tests of the pages look through, unless there is one."""
    make_environment()
    if shutil.which("chromium") or shutil.which("chromium-browser"):
        return
    if os.geteuid() == 0 and shutil.which("apt-get"):
        ways = (("apt-get", "update", "-qq"), ("apt-get", "install", "-qq", "-y", "chromium"))
    else:
        ways = (("playwright", "install", "chromium"),)
    if not all(succeeds(words, s_max=CHROMIUM_S_MAX) for words in ways):
        sys.exit(
            "No Chromium could be had, see above. Install one, or run `python3 dev.py test`: it "
            "skips the tests of the pages where there is none."
        )


def succeeds(words: Arguments, *, s_max: float) -> bool:
    try:
        return subprocess.run(words, env=environment(), timeout=s_max).returncode == 0
    except (OSError, subprocess.TimeoutExpired) as error:
        print(error, file=sys.stderr)
        return False


def fmt(_: Arguments) -> None:
    make_environment()
    for words in (("ruff", "check", "--fix", "--quiet", "."), ("ruff", "format", ".")):
        subprocess.run(words, env=environment(), cwd=ROOT, check=True)


def schema(_: Arguments) -> None:
    make_environment()
    dump = subprocess.run(
        ["hexhaul", "schema", "dump"], env=environment(), cwd=ROOT, stdout=subprocess.PIPE
    )
    if dump.returncode != 0:
        sys.exit("hexhaul schema dump failed; sql/schema.sql is as it was.")
    (ROOT / "sql" / "schema.sql").write_bytes(dump.stdout)


def migration(arguments: Arguments) -> None:
    if len(arguments) != 1 or re.fullmatch(r"[a-z][a-z0-9_]*", arguments[0]) is None:
        sys.exit("usage: python3 dev.py migration NAME   (a-z, 0-9 and _)")
    path = MIGRATIONS / f"{next_number(MIGRATIONS):04d}_{arguments[0]}.sql"
    path.write_text(f"-- {arguments[0].replace('_', ' ')}\n", "utf-8")
    print(path.relative_to(ROOT))


def next_number(folder: Path) -> int:
    """Return one more than the highest number of a migration in the folder."""
    return 1 + max((int(path.name[:4]) for path in folder.glob("[0-9]" * 4 + "_*.sql")), default=0)


def lock(_: Arguments) -> None:
    """Rewrite requirements.lock from pyproject.toml: with hashes, without the name of any host."""
    with alone("environment"):
        words = ("export", "--format", "requirements-txt", "--no-emit-project", "-o", LOCK.name)
        run_uv(uv(), *words)


TASKS = {
    "demo": Task(
        demo, "demo [ARGS]", "a city of simulated couriers and merchants, live in the terminal"
    ),
    "hexhaul": Task(hexhaul, "hexhaul ARGS", "the command line, e.g. `hexhaul doctor`"),
    "test": Task(
        test, "test [ARGS]", "the gate: format, lint, imports, types, every test; or pytest ARGS"
    ),
    "unit": Task(unit, "unit [ARGS]", "the tests that take seconds"),
    "sabotage": Task(
        running("tests.sabotage"),
        "sabotage [NAME]",
        "take guards away one at a time: which test notices?",
    ),
    "simulate": Task(
        running("tests.simulation.run"),
        "simulate SEED",
        "a world of virtual time, and the hash of its trace",
    ),
    "commands": Task(
        running("tests.simulation.commands"),
        "commands [ARGS]",
        "sequences of commands, each step compared with an oracle",
    ),
    "chromium": Task(chromium, "chromium", "bring the browser that tests of the pages need"),
    "reliability": Task(
        running("loadtests.reliability"), "reliability", "rewrite RELIABILITY.md from the records"
    ),
    "pictures": Task(
        running("tests.browser.pictures", "tests/browser/taken"),
        "pictures",
        "take the README's pictures anew, draw the icons",
    ),
    "fmt": Task(fmt, "fmt", "format, and fix what can be fixed"),
    "schema": Task(schema, "schema", "rewrite sql/schema.sql from the migrations"),
    "migration": Task(migration, "migration NAME", "start the next file in sql/migrations"),
    "lock": Task(lock, "lock", "rewrite requirements.lock from pyproject.toml"),
}


def table() -> str:
    """Return the tasks, one a line."""
    rows = (f"  {task.usage:<18} {task.meaning}" for task in TASKS.values())
    return "\n".join(["python3 dev.py TASK", *rows])


def main(words: Arguments) -> None:
    if not words or words[0] in ("-h", "--help", "help"):
        print(table())
        return
    if words[0] not in TASKS:
        sys.exit(f"There is no task {words[0]!r}.\n\n{table()}")
    try:
        TASKS[words[0]].run(words[1:])
    except KeyboardInterrupt:
        sys.exit(130)  # as a shell reports it
    except subprocess.CalledProcessError as error:
        sys.exit(error.returncode)


if __name__ == "__main__":
    main(sys.argv[1:])
