"""Codes printed on documents: 80 random bits in Crockford's base32, which has no I, L, O or U to misread."""

import re
import secrets

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 16
_LOOKALIKES = str.maketrans("ILO", "110")


def new_code() -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def normal_code(typed: str) -> str:
    """What someone meant who typed small letters, spaces, hyphens, O for 0 or l for 1; "" if it is no code."""
    code = re.sub(r"[\s\-–]", "", typed).upper().translate(_LOOKALIKES)
    return code if len(code) == LENGTH and set(code) <= set(ALPHABET) else ""


def grouped(code: str) -> str:
    """In fours, as people read it aloud."""
    return "-".join(code[at : at + 4] for at in range(0, len(code), 4))
