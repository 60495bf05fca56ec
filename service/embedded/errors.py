"""Why embedded servers could not be had: a closed family whose messages say what to do."""

from typing import ClassVar


class EmbeddedError(Exception):
    """Base of the family; never raised itself."""

    code: ClassVar[str]


class ServersNotFoundError(EmbeddedError):
    """No usable server program on this machine."""

    code = "servers_not_found"


class StateFolderBusyError(EmbeddedError):
    """Another running app holds the state folder."""

    code = "state_folder_busy"


class StateFolderUnusableError(EmbeddedError):
    """The folder, or what lies in it, cannot serve these servers."""

    code = "state_folder_unusable"


class ServerFailedError(EmbeddedError):
    """A server, or its supervisor, ended or never became ready."""

    code = "server_failed"
