import msgspec
import pytest

from service.wire.text import Instructions, Name, Phone


@pytest.mark.parametrize(
    ("type_", "good", "bad"),
    [
        (Name, "Ida Müller", ["Ida\n", "I\x00da", "", "x" * 101]),
        (Instructions, "ring twice\nthen wait", ["ring\t", "ring\x7f"]),
        (Phone, "+4315331234", ["+4315331234\n", "0043", "+0123456789"]),
    ],
)
def test_what_a_stranger_may_write_is_bounded(type_, good, bad):
    assert msgspec.convert(good, type_) == good
    for text in bad:
        with pytest.raises(msgspec.ValidationError):
            msgspec.convert(text, type_)
