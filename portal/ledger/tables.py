"""The tables of the ledger. Three kinds with three lives: journal (for ever), payment facts (insert-only),
postings (erasable); beside them the registers of staff, areas, units and policy lists.

No column anywhere holds an ID number, an account, a phone or a full name of a beneficiary in clear.
"""

from __future__ import annotations

import secrets

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)
Id = BigInteger().with_variant(Integer, "sqlite")  # SQLite counts up by itself only for INTEGER
_Number = String(24)  # decimal text, exact: SQLite would keep a float


def new_uniquifier() -> str:
    return secrets.token_hex(16)


journal = Table(
    "journal",
    metadata,
    Column("number", Id, primary_key=True, autoincrement=False),
    Column("moment", String(32), nullable=False),
    Column("act", String(40), nullable=False),
    Column("actor", String(60), nullable=False),
    Column("detail", Text, nullable=False),
    Column("previous", String(64), nullable=False),
    Column("hash", String(64), nullable=False, unique=True),
    Index("ix_journal_act", "act", "number"),
    Index("ix_journal_actor", "actor", "number"),
)

journal_batches = Table(
    "journal_batches",
    metadata,
    Column("batch", String(20), primary_key=True),
    Column("number", Id, ForeignKey("journal.number"), primary_key=True, autoincrement=False),
)
journal_batches.comment = (
    "which entries name a batch, so that they are found among a million; what they say stands in the entries alone"
)

staff = Table(
    "staff",
    metadata,
    Column("id", Id, primary_key=True),
    Column("name", String(40), nullable=False, unique=True),
    Column("display", String(40), nullable=False),
    Column("role", String(20), nullable=False),
    Column("unit", String(20), nullable=False),
    Column("active", Boolean, nullable=False, server_default=text("true")),
    Column("uniquifier", String(32), nullable=False, unique=True, default=new_uniquifier),
    Column("password_hash", String(255)),
    Column("must_change", Boolean, nullable=False, server_default=text("false")),
    Column("totp_secret", Text),
    Column("totp_counter", BigInteger),
)
staff.comment = "uniquifier is what sessions stand for; totp_secret is sealed with the desk's key; totp_counter is the last code that was used"

areas = Table(
    "areas",
    metadata,
    Column("code", String(12), primary_key=True),
    Column("name", String(60), nullable=False),
    Column("aliases", JSON, nullable=False),
)

area_aliases = Table(
    "area_aliases",
    metadata,
    Column("id", Id, primary_key=True),
    Column("name", String(60), nullable=False),
    Column("area", String(12), ForeignKey("areas.code"), nullable=False),
    Column("learned_by", String(40), nullable=False),
    UniqueConstraint("name", "area"),
)

units = Table(
    "units",
    metadata,
    Column("code", String(20), primary_key=True),
    Column("name", String(80), nullable=False),
    Column("kind", String(20), nullable=False),
    Column("area", String(12), ForeignKey("areas.code"), nullable=False),
    Column("hotline", String(40), nullable=False),
    Column("address", String(120), nullable=False),
    Column("valid_from", Date),
    Column("valid_to", Date),
    Column("successor", String(20), nullable=False),
)

policy_lists = Table(
    "policy_lists",
    metadata,
    Column("id", Id, primary_key=True),
    Column("year", Integer, nullable=False),
    Column("version", Integer, nullable=False),
    Column("file_digest", LargeBinary(32), nullable=False),
    Column("imported_by", String(40), nullable=False),
    Column("imported_on", Date, nullable=False),
    Column("approved_by", String(40)),
    Column("approved_on", Date),
    Column("editors", JSON),
    Column("reason", String(200), nullable=False, server_default=text("''")),
    UniqueConstraint("year", "version"),
)
policy_lists.comment = "file_digest is keyed (HMAC) of the file, or SHA-256 of the contents once edited by hand; editors had a hand in it beside imported_by; reason says why a list in force got another version"

policies = Table(
    "policies",
    metadata,
    Column("id", Id, primary_key=True),
    Column("list_id", Id, ForeignKey("policy_lists.id"), nullable=False, index=True),
    Column("code", String(20), nullable=False),
    Column("name", String(120), nullable=False),
    Column("content", JSON, nullable=False),
    UniqueConstraint("list_id", "code"),
)

batches = Table(
    "batches",
    metadata,
    Column("id", Id, primary_key=True),
    Column("number", String(20), nullable=False, unique=True),
    Column("policy", String(20), nullable=False),
    Column("year", Integer, nullable=False),
    Column("period", String(12), nullable=False),
    Column("unit", String(20), ForeignKey("units.code"), nullable=False),
    Column("revision", Integer, nullable=False),
    Column("flow", String(30), nullable=False),
    Column("entered_by", String(40), nullable=False),
    Column("superseded", Boolean, nullable=False, server_default=text("false")),
    Index("ix_batches_policy_period_unit", "policy", "period", "unit"),
)

files = Table(
    "files",
    metadata,
    Column("id", Id, primary_key=True),
    Column("batch_id", Id, ForeignKey("batches.id"), nullable=False, index=True),
    Column("kind", String(12), nullable=False),
    Column("digest", LargeBinary(32), nullable=False),
    Column("import_key", LargeBinary(32), nullable=False, index=True),
    Column("sheets", JSON, nullable=False),
    Column("columns", JSON, nullable=False),
    Column("rows", Integer, nullable=False),
    Column("fen", BigInteger, nullable=False),
)
files.comment = "digest is keyed (HMAC), so it recognises the same file and reveals nothing"

payments = Table(
    "payments",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("batch_id", Id, ForeignKey("batches.id"), nullable=False),
    Column("file_id", Id, ForeignKey("files.id"), nullable=False),
    Column("corrects", Id, ForeignKey("payments.id"), unique=True),
    Column("village", String(12), nullable=False),
    Column("area_group", String(12), nullable=False),
    Column("person", LargeBinary(32)),
    Column("proof", LargeBinary(32)),
    Column("account", LargeBinary(32)),
    Column("tail", LargeBinary(32)),
    Column("key_id", String(16), nullable=False),
    Column("quantity", _Number),
    Column("rate", _Number),
    Column("fen", BigInteger, nullable=False),
    Column("held", String(40), nullable=False),
    Column("row_code", String(4), nullable=False),
    Column("sheet", String(60), nullable=False),
    Column("row", Integer, nullable=False),
    # Early warning looks at all payments: it reads sums, and who shares an account, off the indexes alone.
    Index("ix_payments_batch_id_village", "batch_id", "village", "held", "corrects", "fen"),
    # What look-up shows of a person lies together here: of rolls of many years each row would be on a page of its own.
    Index(
        "ix_payments_proof",
        *("proof", "id", "batch_id", "village", "tail", "quantity", "rate", "fen", "held", "row_code", "corrects"),
    ),
    Index("ix_payments_person", "person", "batch_id", "held", "account"),
    Index("ix_payments_account", "account", "person", "batch_id", "held"),
)

payment_names = Table(
    "payment_names",
    metadata,
    Column("payment_id", Id, ForeignKey("payments.id"), primary_key=True, autoincrement=False),
    Column("masked", String(8), nullable=False),
)
payment_names.comment = "masked names: erasable, by withdrawal and retention, while the facts stay"

sealed_names = Table(
    "sealed_names",
    metadata,
    Column("payment_id", Id, ForeignKey("payments.id"), primary_key=True, autoincrement=False),
    Column("sealed", LargeBinary, nullable=False),
)
sealed_names.comment = "full names for the village board, sealed to the desk's print key; erased when the notice is over, by withdrawal and retention; in no backup"

results = Table(
    "results",
    metadata,
    Column("id", Id, primary_key=True),
    Column("payment_id", Id, ForeignKey("payments.id"), nullable=False),
    Column("result", String(12), nullable=False),
    Column("reason", String(20), nullable=False),
    Column("day", Date, nullable=False),
    Column("file_id", Id, ForeignKey("files.id")),
    Column("sheet", String(60), nullable=False),
    Column("row", Integer, nullable=False),
    Index("ix_results_payment_id", "payment_id", "id", "result", "reason", "day"),
)

steps = Table(
    "steps",
    metadata,
    Column("id", Id, primary_key=True),
    Column("batch_id", Id, ForeignKey("batches.id"), nullable=False, index=True),
    Column("step", String(20), nullable=False),
    Column("day", Date, nullable=False),
    Column("by", String(40), nullable=False),
    Column("document", String(120), nullable=False),
    Column("reason", String(200), nullable=False),
    Column("amount_fen", BigInteger),
    Column("attribute", String(8), nullable=False),
    Column("until", Date),
)

postings = Table(
    "postings",
    metadata,
    Column("id", Id, primary_key=True),
    Column("batch_id", Id, ForeignKey("batches.id"), nullable=False),
    Column("area", String(12), nullable=False),
    Column("kind", String(12), nullable=False),
    Column("supersedes", Id, ForeignKey("postings.id"), unique=True),
    Column("superseded", Boolean, nullable=False, server_default=text("false")),
    Column("facts", JSON),
    Column("snapshot", Text),
    Column("sha256", String(64), nullable=False),
    Column("journal_number", Id, nullable=False),
    Index("ix_postings_batch_id_area", "batch_id", "area"),
    Index("ix_postings_area", "area"),
)
postings.comment = "area is a village, or a township or the county where small villages are counted together; '' is the batch's rows whose place is not known; facts repeats the snapshot's head; both NULL once erased"

publication_changes = Table(
    "publication_changes",
    metadata,
    Column("number", Id, primary_key=True, autoincrement=False),
    Column("kind", String(12), nullable=False),
    Column("subject", String(40), nullable=False),
)
publication_changes.comment = "written in the transaction of the act itself; a release says up to which number it goes"

kiosks = Table(
    "kiosks",
    metadata,
    Column("id", Id, primary_key=True),
    Column("name", String(60), nullable=False),
    Column("area", String(12), ForeignKey("areas.code"), nullable=False),
    Column("created_by", String(40), nullable=False),
    Column("created_on", Date, nullable=False),
    Column("code_hash", String(64), unique=True),
    Column("code_until", Date),
    Column("token_hash", String(64), unique=True),
    Column("revoked", Boolean, nullable=False, server_default=text("false")),
)
kiosks.comment = "code_hash until the kiosk was set up with it, token_hash from then on"
