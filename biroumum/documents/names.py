"""File names are the sender's text: cleaned before anyone's disk, screen or header sees them."""

import re
import unicodedata
from pathlib import PurePosixPath

from django.utils.translation import gettext

MAX_LENGTH = 120


def clean_name(name: str, extension: str) -> str:
    """The name without path, control and direction marks, ending in the extension of the real type.

    Inner dots before a letter or digit become underscores, so `surat.pdf.exe` cannot pose as anything.
    Returns "" when nothing of a name is left.
    """
    text = unicodedata.normalize("NFC", name.replace("\\", "/").rsplit("/", 1)[-1])
    text = "".join(char for char in text if char.isspace() or unicodedata.category(char)[0] != "C")
    text = re.sub(r'[<>:"|?*]', "_", re.sub(r"\s+", " ", text))
    stem = PurePosixPath(text).stem if re.search(r"[^.]\.\w{1,5}$", text) else text
    stem = re.sub(r"\.(?=\S)", "_", stem.strip(" .")).strip(" ._")
    return f"{stem[: MAX_LENGTH - len(extension) - 1].rstrip(' ._')}.{extension}" if stem else ""


def shown_name(name: str) -> str:
    """A refused file's name for the page that says so: inert and short, "(tanpa nama)" if it has none."""
    text = name.replace("\\", "/").rsplit("/", 1)[-1]
    text = "".join(char for char in text if unicodedata.category(char)[0] != "C").strip()
    return text[:MAX_LENGTH] or gettext("(tanpa nama)")
