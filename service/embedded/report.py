"""The one line by which the supervisor tells its app how the start went."""

import msgspec

from service.embedded.errors import EmbeddedError, ServerFailedError


class ServerUrls(msgspec.Struct, frozen=True, kw_only=True, tag="ready"):
    """Where the servers listen; the same for as long as the app runs."""

    database_url: str
    redis_url: str


class Failure(msgspec.Struct, frozen=True, kw_only=True, tag="failure"):
    code: str  # an EmbeddedError.code
    message: str


Report = ServerUrls | Failure

_ERROR_OF = {error.code: error for error in EmbeddedError.__subclasses__()}
_decoder = msgspec.json.Decoder(Report)


def encode_report(report: Report) -> bytes:
    """Return the report as one line of JSON."""
    return msgspec.json.encode(report) + b"\n"


def decode_report(line: bytes) -> ServerUrls:
    """Return the URLs that the supervisor reported.

    Raises:
        EmbeddedError: the supervisor reported a failure, or ended without a word.
    """
    try:
        report = _decoder.decode(line)
    except msgspec.DecodeError:
        raise ServerFailedError(
            "The supervisor of the embedded servers ended without a report; "
            "supervisor.log in the state folder says why."
        ) from None
    if isinstance(report, Failure):
        raise _ERROR_OF[report.code](report.message)
    return report
