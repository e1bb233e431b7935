"""Staff accounts: who needs a second factor, what a password must be, how long somebody stays signed in."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from typing import Final

from portal.domain.batches import ROLES, Actor
from portal.domain.findings import Refused

SECOND_FACTOR: Final = frozenset(
    {"department", "finance", "treasury", "disclosure", "complaints", "discipline", "audit", "admin"}
)
"""Roles that work for the whole county, or may open sealed fields: nobody signs in as one of these by password alone.
Villages, stations, townships' finance offices and the bank may switch it on."""

IDLE_SECONDS: Final = 30 * 60
SESSION_SECONDS: Final = 10 * 3600
"""How long somebody stays signed in without doing anything, and in all."""

SHORTEST_PASSWORD: Final = 10
_USERNAME: Final = re.compile(r"[a-z][a-z0-9._-]{1,39}")
_COMMONEST: Final = frozenset(
    {
        "1234567890", "12345678910", "123456789a", "123456789q", "a123456789", "q123456789", "qq123456789",
        "aa123456789", "woaini1314", "0123456789", "0987654321", "9876543210", "1111111111", "0000000000",
        "6666666666", "8888888888", "5201314520", "1314520520", "123456123456", "123123123123", "1122334455",
        "147258369a", "1qaz2wsx3edc", "1q2w3e4r5t", "1q2w3e4r5t6y", "qwertyuiop", "qwer123456", "qwerty123456",
        "asdfghjkl1", "asdf123456", "zxcvbnm123", "abc1234567", "abc123456789", "abcd123456", "abcd1234567",
        "abcdefghij", "aaaaaaaaaa", "a1b2c3d4e5", "password12", "password123", "password1234", "p@ssw0rd123",
        "passw0rd123", "iloveyou123", "woaini520520", "woaini1314520", "admin12345", "admin123456", "admin888888",
        "administrator", "mingbai123", "mingbai123456", "mingbaizhang",
    }
)  # fmt: skip
"""The commonest passwords that are long enough."""


@dataclass(frozen=True, slots=True)
class Account:
    """A registered person as the desk knows them. `uniquifier` is what their sessions stand for: another one ends them.

    `password_hash` is None for who cannot sign in; `factor` is the sealed secret of the second factor, `last_counter`
    the last of its codes that was used.
    """

    actor: Actor
    active: bool
    uniquifier: str = field(repr=False)
    password_hash: str | None = field(repr=False)
    must_change: bool
    factor: str | None = field(repr=False)
    last_counter: int | None

    @property
    def name(self) -> str:
        return self.actor.name

    @property
    def may_sign_in(self) -> bool:
        return self.active and self.password_hash is not None

    @property
    def must_have_factor(self) -> bool:
        return self.actor.role in SECOND_FACTOR

    @property
    def lacks_factor(self) -> bool:
        return self.must_have_factor and self.factor is None


def plainly_typed(text: str) -> str:
    """What was typed, whichever input method was on: full-width letters and digits count as plain ones."""
    return unicodedata.normalize("NFKC", text).replace("\0", "")  # which no database takes


def must_be_username(name: str) -> None:
    if not _USERNAME.fullmatch(name):
        words = "用户名要以小写字母开头，只用小写字母、数字和横线，例如 czs-zhang；不能用汉字，也不要用身份证号、手机号"
        raise Refused(words, "staff.name")


def must_be_role(role: str) -> None:
    if role not in ROLES:
        known = "、".join(f"{code}（{word}）" for code, word in ROLES.items())
        raise Refused(f"没有角色“{role}”。可用：{known}", "role.unknown")


def must_be_good_password(password: str, name: str) -> None:
    """Raises Refused with the rule in words. Long is what counts; nobody has to mix signs and capitals."""
    if len(password) < SHORTEST_PASSWORD:
        raise Refused(f"密码至少要{SHORTEST_PASSWORD}个字，现在只有{len(password)}个", "password.short")
    if password.casefold() == name.casefold():
        raise Refused("密码不能和用户名一样", "password.name")
    if password.casefold() in _COMMONEST:
        raise Refused("这个密码太常见，别人一猜就中，请换一个", "password.common")
