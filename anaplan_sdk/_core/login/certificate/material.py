"""Certificates and keys as callers give them: a path, PEM text, or bytes of any format."""

from __future__ import annotations

import codecs
import os
import re
from collections.abc import Callable, Generator
from pathlib import Path
from typing import Any, TypeAlias

import attrs

from anaplan_sdk._core.flow import ReadFile, Step
from anaplan_sdk._core.secret import NotPickled
from anaplan_sdk.errors import ConfigurationError

Source: TypeAlias = str | bytes | os.PathLike[str]

_BEGIN = "-----BEGIN"
# A block that was cut short ends where the next one begins.
_BLOCK = re.compile(rb"-----BEGIN ([A-Z0-9 ]+)-----(?:(?!-----BEGIN).)+?-----END \1-----", re.DOTALL)
# Base64 without its PEM lines. Taken for a path it would be repeated in "no such file", and it may be a key:
# 128 characters are fewer than any key has, and many for a path without a dot, a blank or a dash.
_BARE_BASE64 = re.compile(r"[A-Za-z0-9+/=]{128,}")
# How PKCS#12 begins (RFC 7292): a sequence, with a length in any of its forms, whose first member is version 3.
# No certificate begins with a version, and no private key has that one.
_PKCS12 = re.compile(rb"\x30(?:[\x00-\x80]|\x81.|\x82.{2}|\x83.{3}|\x84.{4})\x02\x01\x03", re.DOTALL)
# Java's own formats, JKS and JCEKS. Since Java 9 keytool writes PKCS#12 instead, whatever a file is called.
_JAVA_KEYSTORES = (b"\xfe\xed\xfe\xed", b"\xce\xce\xce\xce")


@attrs.frozen
class Content(NotPickled):
    """PEM, DER or PKCS#12 bytes, and where they came from."""

    where: str
    data: bytes = attrs.field(repr=False)

    @property
    def is_pem(self) -> bool:
        """Whether it has PEM blocks; it is DER or PKCS#12 otherwise."""
        return _BEGIN.encode() in self.data

    @property
    def is_pkcs12(self) -> bool:
        """Whether it is PKCS#12, which holds a key and its certificates together."""
        return _PKCS12.match(self.data) is not None

    @property
    def labels(self) -> str:
        """What the PEM blocks say they are, for messages."""
        return ", ".join(label.decode() for label in _BLOCK.findall(self.data))

    def blocks(self, kind: str) -> list[bytes]:
        """The PEM blocks with a label that ends in *kind*; DER is one block of any kind."""
        if not self.is_pem:
            return [self.data]
        ending = kind.encode()
        return [_unindented(block[0]) for block in _BLOCK.finditer(self.data) if block[1].endswith(ending)]


@attrs.frozen
class Material(NotPickled):
    """A certificate or a key that was given as *argument*. Its repr shows a path, but no content."""

    argument: str
    origin: Path | bytes = attrs.field(
        repr=lambda origin: repr(str(origin)) if isinstance(origin, Path) else "<content>"
    )

    @classmethod
    def of(cls, argument: str, source: Source, expanded: Callable[[str], Path] = Path) -> Material:
        """Decide what *source* is. *expanded* makes a path of text that is one; it is not read yet."""
        if isinstance(source, bytes):
            return cls(argument, source)
        text = _text(argument, source)
        if _BEGIN in text:
            # Environment files and CI variables often hold PEM on one line, with "\n" spelled out.
            return cls(argument, text.replace("\\r", "").replace("\\n", "\n").encode())
        if "\n" in text or "\0" in text or _BARE_BASE64.fullmatch(text):
            raise ConfigurationError(
                f"{argument} is neither a path nor PEM text, which begins with a line such as "
                f"{_BEGIN} CERTIFICATE-----."
            )
        return cls(argument, expanded(text))

    def read(self) -> Generator[Step, Any, Content]:
        """Get the content."""
        if isinstance(self.origin, bytes):
            return _complete(Content(self.argument, self.origin))
        try:
            data: bytes = yield ReadFile(self.origin)
        except OSError as error:
            raise ConfigurationError(f"{self.argument}: {_trouble(error)}: {self.origin}") from None
        return _complete(Content(f"{self.argument} ({self.origin})", data))


def _text(argument: str, source: str | os.PathLike[str]) -> str:
    try:
        text: object = os.fspath(source)
    except TypeError:
        text = None
    if not isinstance(text, str):
        given = type(source).__name__
        raise ConfigurationError(f"{argument} must be a path, PEM text or bytes, not {given}.")
    if not text.strip():
        raise ConfigurationError(f"{argument} is empty: give a path, PEM text or bytes.")
    return text


def _complete(content: Content) -> Content:
    content = attrs.evolve(content, data=_in_ascii(content.data))
    if not content.data.strip():
        raise ConfigurationError(f"{content.where} is empty.")
    if content.is_pem and not content.labels:
        raise ConfigurationError(f"{content.where} is cut short: a BEGIN line has no matching END line.")
    if content.data.startswith(_JAVA_KEYSTORES):
        raise ConfigurationError(
            f"{content.where} is a Java keystore. Convert a copy to PKCS#12, and give that as certificate: "
            "keytool -importkeystore -srckeystore FILE -destkeystore FILE.p12 -deststoretype PKCS12"
        )
    return content


def _in_ascii(data: bytes) -> bytes:
    """PEM as it should be: Windows PowerShell writes text in UTF-16, and some editors put a mark before UTF-8."""
    for encoding, width in (("utf-16-le", 2), ("utf-16-be", 2), ("utf-32-le", 4), ("utf-32-be", 4)):
        at = data.find(_BEGIN.encode(encoding))
        if at >= 0 and at % width == 0:  # a byte further, one is the other
            return data.decode(encoding, "ignore").lstrip("\ufeff").encode()
    return data.removeprefix(codecs.BOM_UTF8)


def _unindented(block: bytes) -> bytes:
    """Without the indentation of PEM text inside source code or YAML, which PEM readers refuse."""
    return b"\n".join(line.strip() for line in block.splitlines())


def _trouble(error: OSError) -> str:
    if isinstance(error, FileNotFoundError):
        return "no such file"
    if isinstance(error, IsADirectoryError):
        return "this is a directory, not a file"
    return f"cannot be read ({error.strerror or type(error).__name__})"
