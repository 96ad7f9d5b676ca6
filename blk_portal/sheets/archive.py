"""Weigh a zip container before anything parses it."""

import io
import struct
import zipfile
import zlib

from blk_portal.sheets.errors import Refusal, refuse

MEGABYTE = 1024 * 1024
MAX_UNPACKED = 50 * MEGABYTE
MAX_MEMBERS = 5_000
CHUNK = 256 * 1024
LOCAL_HEADER = struct.Struct("<4s22xHH")


def check_archive(data: bytes, max_unpacked: int = MAX_UNPACKED) -> list[str]:
    """Refuse a container that unpacks to too much, lies about its size or is broken.

    Sizes are first taken from the directory, then every member is really unpacked, piece by piece
    and without keeping it, because the directory may lie. Returns the names of the members.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError, struct.error) as error:
        raise refuse(Refusal.FILE_DAMAGED) from error
    too_large = refuse(Refusal.UNPACKS_TOO_LARGE, limit=max_unpacked // MEGABYTE)
    if len(members) > MAX_MEMBERS or sum(member.file_size for member in members) > max_unpacked:
        raise too_large
    if any(member.flag_bits & 0x1 for member in members):
        raise refuse(Refusal.FILE_ENCRYPTED)
    left = max_unpacked
    for member in members:
        left -= _unpacked_size(data, member, left)
        if left < 0:
            raise too_large
    return [member.filename for member in members]


def _unpacked_size(data: bytes, member: zipfile.ZipInfo, limit: int) -> int:
    """How much a member really holds, counted up to just over the limit."""
    start = member.header_offset
    if not 0 <= start <= len(data) - LOCAL_HEADER.size:
        raise refuse(Refusal.FILE_DAMAGED)
    signature, name_length, extra_length = LOCAL_HEADER.unpack_from(data, start)
    start += LOCAL_HEADER.size + name_length + extra_length
    packed = memoryview(data)[start : start + member.compress_size]
    if signature != b"PK\x03\x04" or len(packed) != member.compress_size:
        raise refuse(Refusal.FILE_DAMAGED)
    if member.compress_type == zipfile.ZIP_STORED:
        return len(packed)
    if member.compress_type != zipfile.ZIP_DEFLATED:
        raise refuse(Refusal.FILE_DAMAGED)
    inflater, size = zlib.decompressobj(-15), 0
    rest: bytes | memoryview = packed
    try:
        while not inflater.eof and size <= limit:
            piece = inflater.decompress(rest, CHUNK)
            rest = inflater.unconsumed_tail
            size += len(piece)
            if not piece and not rest:
                break
    except zlib.error as error:
        raise refuse(Refusal.FILE_DAMAGED) from error
    return size
