"""The package in which a case goes to discipline inspection: one file, sealed as a whole to their key, that they take to
their own network and open there. What lies in it was sealed to them already, so nobody on the way has ever seen it."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterable, Mapping
from typing import Any, Final

from nacl.public import PrivateKey

from portal.domain.case_form import read_sealed
from portal.domain.case_routing import WHOM
from portal.domain.case_words import SealedFile
from portal.domain.findings import Refused
from portal.security import sealing
from portal.security.case_keys import CaseKeys

ENDING: Final = ".mingbai"
_SEALED: Final = ".sealed"
_FACTS, _CODE = "facts.json", "acknowledgement.txt"


def make_package(
    case_keys: CaseKeys,
    facts: Mapping[str, Any],
    words: Iterable[tuple[str, bytes]],
    files: Iterable[SealedFile],
    acknowledgement: str,
) -> bytes:
    """`words` are (what it is, sealed to discipline inspection); `acknowledgement` is the code to sign for it with."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(_FACTS, json.dumps(facts, ensure_ascii=False, indent=1))
        archive.writestr(_CODE, acknowledgement)
        for place, (part, sealed) in enumerate(words, start=1):
            archive.writestr(f"words-{place}-{part}.txt{_SEALED}", sealed)
        for place, file in enumerate(files, start=1):
            ending = file.media.rpartition("/")[2].partition(";")[0]
            archive.writestr(f"file-{place}-{file.kind}.{ending if ending.isalnum() else 'bin'}{_SEALED}", file.sealed)
    return case_keys.seal("discipline", buffer.getvalue())


def open_package(key: PrivateKey, package: bytes) -> tuple[dict[str, bytes], str]:
    """(file name → content, acknowledgement code). Raises Refused for the wrong key or a changed file."""
    try:
        with zipfile.ZipFile(io.BytesIO(sealing.unseal(key, package))) as archive:
            found = {name: archive.read(name) for name in archive.namelist()}
        acknowledgement = found.pop(_CODE).decode()
    except (zipfile.BadZipFile, KeyError):
        raise Refused("这不是移交包，或者文件不完整", "package.broken") from None
    opened: dict[str, bytes] = {}
    for name, content in found.items():
        if "/" in name or "\\" in name or name.startswith("."):
            raise Refused("移交包里的文件名不对，没有打开", "package.broken")
        if name.endswith(_SEALED):
            name, content = name.removesuffix(_SEALED), sealing.unseal(key, content)
        opened[name] = _readable(name, content)
    return opened, acknowledgement


def _readable(name: str, content: bytes) -> bytes:
    """What the form wrote, as lines that people read."""
    if name.endswith("-contact.txt"):
        said = json.loads(content)
        return f"姓名：{said['name'] or '没有留'}\n电话：{said['phone'] or '没有留'}\n".encode()
    if not name.endswith("-story.txt"):
        return content
    form = read_sealed(content.decode())
    lines = [
        ("说了什么", form.story),
        ("什么时候的事", form.when),
        ("跟谁有关", WHOM[form.whom]),
        ("区划代码", form.area),
        ("单位编码", form.unit),
        ("针对哪个人", form.person),
        ("补贴项目编码", form.policy),
        ("哪一笔", str(form.payment) if form.payment else ""),
        *form.details,
    ]
    return "".join(f"{label}：{value}\n" for label, value in lines if value).encode()
