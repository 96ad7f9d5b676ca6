"""The two keys: what they seal opens only for its row, and an older version still opens."""

import base64

import pytest

from blk_portal.privacy import keys

NIK = "3273051705019001"
OLD, NEW = b"o" * 32, b"n" * 32


def entry(version: int, key: bytes) -> str:
    return f"{version}:{base64.b64encode(key).decode()}"


@pytest.fixture
def with_keys(settings):
    """Set both keys, newest first."""

    def change(*entries: tuple[int, bytes]) -> None:
        settings.NIK_ENCRYPTION_KEYS = [entry(*pair) for pair in entries]
        settings.NIK_INDEX_KEYS = [entry(version, key[::-1]) for version, key in entries]

    return change


@pytest.fixture(autouse=True)
def _one_key(with_keys):
    with_keys((1, OLD))


def test_sealed_value_opens_for_its_row_and_for_no_other():
    token = keys.encrypt(NIK.encode(), bound_to="row:1")
    assert keys.decrypt(token, bound_to="row:1") == NIK.encode()
    for other in ("row:2", "row:", "", "row:11"):
        with pytest.raises(keys.KeyProblem):
            keys.decrypt(token, bound_to=other)


def test_sealed_value_shows_nothing_and_never_repeats():
    tokens = {keys.encrypt(NIK.encode(), bound_to="row:1") for _n in range(50)}
    assert len(tokens) == 50
    assert not any(NIK.encode() in token for token in tokens)


@pytest.mark.parametrize("position", [1, 12, 13, 28, -1])
def test_altered_value_is_refused(position):
    token = bytearray(keys.encrypt(NIK.encode(), bound_to="row:1"))
    token[position] ^= 1
    with pytest.raises(keys.KeyProblem):
        keys.decrypt(bytes(token), bound_to="row:1")


def test_wrong_key_of_the_same_version_is_refused(with_keys):
    token = keys.encrypt(NIK.encode(), bound_to="row:1")
    with_keys((1, NEW))
    with pytest.raises(keys.KeyProblem) as problem:
        keys.decrypt(token, bound_to="row:1")
    assert NIK not in str(problem.value)


def test_older_version_still_opens_and_the_newest_seals(with_keys):
    before = keys.encrypt(NIK.encode(), bound_to="row:1")
    with_keys((2, NEW), (1, OLD))
    after = keys.encrypt(NIK.encode(), bound_to="row:1")
    assert (before[0], after[0]) == (1, 2)
    assert keys.decrypt(before, bound_to="row:1") == keys.decrypt(after, bound_to="row:1")
    with_keys((2, NEW))
    assert keys.decrypt(after, bound_to="row:1") == NIK.encode()
    with pytest.raises(keys.KeyProblem, match="1"):
        keys.decrypt(before, bound_to="row:1")


def test_value_reads_as_the_database_gives_it():
    token = memoryview(keys.encrypt(NIK.encode(), bound_to="row:1"))
    assert keys.decrypt(token, bound_to="row:1") == NIK.encode()


def test_index_is_stable_distinct_and_keyed(with_keys):
    index = keys.index_of(NIK)
    assert index == keys.index_of(NIK)
    assert index != keys.index_of("3273051705019002")
    assert NIK.encode() not in index
    with_keys((1, NEW))
    assert keys.index_of(NIK) != index


def test_index_does_not_follow_from_the_encryption_key(settings):
    before = keys.index_of(NIK)
    settings.NIK_ENCRYPTION_KEYS = [entry(1, NEW)]
    assert keys.index_of(NIK) == before


def test_fingerprint_tells_keys_apart_and_gives_none_away():
    assert keys.fingerprint(OLD) == keys.fingerprint(OLD) != keys.fingerprint(NEW)
    assert OLD.hex() not in keys.fingerprint(OLD)
    assert len(keys.fingerprint(OLD)) == 32


def test_versions_are_read_newest_first():
    assert list(keys.parse_keys("X", (entry(3, NEW), entry(2, OLD)))) == [3, 2]


@pytest.mark.parametrize(
    "entries",
    [
        (), ("",), ("1",), ("1:",), ("1:not base64!",), ("1:c2hvcnQ=",), (":" + "YQ==",),
        (entry(0, OLD),), (entry(256, OLD),), ("x" + entry(1, OLD),), (entry(1, OLD + b"o"),),
        (entry(2, NEW), "1:"),
    ],
)  # fmt: skip
def test_malformed_keys_are_refused_in_one_line_that_quotes_no_key(entries):
    with pytest.raises(keys.KeyProblem) as problem:
        keys.parse_keys("NIK_INDEX_KEYS", entries)
    line = str(problem.value)
    assert "NIK_INDEX_KEYS" in line
    assert "\n" not in line
    assert not any(part and part in line for text in entries for part in text.split(":")[1:])
