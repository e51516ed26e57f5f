"""The receipt code: 80 bits that only the citizen keeps; the portal holds its hash.

The code is derived from the form's own token with the portal's key, so a form sent twice earns the same code,
and nothing that is stored (neither the token nor the code) suffices to make it again.
"""

import hashlib
import hmac
import secrets
import uuid

from django.conf import settings

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford: no I, L, O, U to misread
LENGTH = 16  # 16 x 5 bits
LOOKALIKES = str.maketrans("ILO", "110")


def derive_code(token: uuid.UUID) -> str:
    """The code of the form with this token, as `K7QD-93VX-M2TB-8HNA`."""
    digest = hmac.digest(settings.SECRET_KEY.encode(), b"receipt code\0" + token.bytes, "sha256")
    number = int.from_bytes(digest, "big")
    letters = "".join(ALPHABET[(number >> (5 * i)) & 31] for i in range(LENGTH))
    return "-".join(letters[i : i + 4] for i in range(0, LENGTH, 4))


def hash_token(token: uuid.UUID) -> bytes:
    return hashlib.sha256(b"submit token\0" + token.bytes).digest()


def hash_code(code: str) -> bytes:
    """32 bytes; small letters, blanks, dashes and look-alikes (I, L, O) are forgiven."""
    plain = "".join(ch for ch in code.upper() if ch.isalnum()).translate(LOOKALIKES)
    return hashlib.sha256(b"receipt code\0" + plain.encode()).digest()


def hash_api_key(key: str) -> bytes:
    return hashlib.sha256(b"open311 key\0" + key.encode()).digest()


def same_code(code: str, stored: bytes | None) -> bool:
    """Whether the code is the stored one; takes the same time when there is nothing stored."""
    return hmac.compare_digest(hash_code(code), bytes(stored) if stored else secrets.token_bytes(32))
