"""The tables of a desk.

Columns that hold a member of a record carry its wire name, so a record and its row read alike and
a search can go from a parameter to its column. Moments are epoch milliseconds, as on the wire.

A new database is created from this module, an older one is upgraded by the next revision in
`migrations/versions`: a change here needs a change there, and a new `SCHEMA_VERSION`.
"""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
)

SCHEMA_VERSION = 2
"""The number of the newest revision in `migrations/versions`."""

LOCAL_ID = 24
"""Letters of an id: lower-case hex, as in the vendor's examples (API sheet §1)."""

metadata = MetaData()


def _id() -> Column[str]:
    return Column("id", String(LOCAL_ID), primary_key=True)


def _texts(*names: str) -> list[Column[str | None]]:
    return [Column(name, Text) for name in names]


def _moment(name: str) -> Column[int | None]:
    return Column(name, BigInteger)


def _json(name: str) -> Column[object]:
    return Column(name, JSON(none_as_null=True))


def _reference(name: str, target: str, *, index: bool = False) -> Column[str | None]:
    return Column(name, ForeignKey(f"{target}.id"), index=index)


def _part_of(parent: str, name: str) -> Column[str]:
    """The owner of a row that ends with it."""
    parent_id = ForeignKey(f"{parent}.id", ondelete="CASCADE")
    return Column(name, parent_id, nullable=False, index=True)


def _sequence() -> Column[int]:
    """Order of writing; breaks ties between equal moments."""
    return Column("sequence", Integer, primary_key=True, autoincrement=True)


CHANNEL_MEMBERS = (
    *("tweetId", "tweetType", "facebookId", "facebookType", "linkedinId", "linkedinType"),
    *("googlePlusId", "googlePlusType", "youtubeId", "youtubeType", "messageUniqueId"),
)
"""Where a ticket or reply came from, on tickets and replies alike (API sheet §5.1, §5.2)."""

SCHEMA_FACT = "schema_version"
"""The version as a number: desks from before Alembic refuse a newer database by it."""
DIRECTORY_REVISION = "directory_revision"
"""Counts the writes to records that tickets show embedded."""
DESK_ID = "desk_id"
"""A random name of this database, made with it: 32 hex digits."""

desk_facts = Table(
    "desk_facts",
    metadata,
    Column("name", String(40), primary_key=True),
    Column("value", Text, nullable=False),
)

alembic_version = Table(
    "alembic_version",
    metadata,
    Column("version_num", String(32), nullable=False),
    PrimaryKeyConstraint("version_num", name="alembic_version_pkc"),
)
"""The table in which Alembic keeps the revision, as Alembic itself creates it."""

idempotency_keys = Table(
    "idempotency_keys",
    metadata,
    Column("tokenHash", String(64), primary_key=True),
    Column("path", Text, primary_key=True),
    Column("key", String(255), primary_key=True),
    Column("bodyHash", String(64), nullable=False),
    Column("status", Integer, nullable=False),
    Column("answer", Text, nullable=False),
    Column("storedDate", BigInteger, nullable=False),
    Index("idempotency_keys_by_date", "storedDate"),
)
"""The answers of writes that had an `Idempotency-Key`; hashes are SHA-256 in hex."""

ticket_counters = Table(
    "ticket_counters",
    metadata,
    Column("year", Integer, primary_key=True, autoincrement=False),
    Column("last", Integer, nullable=False),
)

agents = Table(
    "agents",
    metadata,
    _id(),
    *_texts("name", "email", "phoneNumber", "mobileNumber", "address", "city", "signature"),
    Column("photoType", String(40)),
    _json("account"),
)

customers = Table(
    "customers",
    metadata,
    _id(),
    *_texts("name", "email"),
    _moment("birthDate"),
    *_texts("phoneNumber", "faxNumber", "mobileNumber"),
    *_texts("address", "city", "province", "postalNumber", "state"),
    *_texts("skypeAddress", "msnAddress", "gtalkAddress"),
    *_texts("twitterAccountUrl", "facebookAccountUrl", "linkedinAccountUrl"),
    *_texts("googleAccountUrl", "youtubeAccountUrl"),
    *_texts("registrationChannel"),
    Column("topClient", Boolean, nullable=False, default=False),
    *_texts("signature", "memo", "website", "company", "language", "insertByAgentId"),
    Column("photoType", String(40)),
    _json("account"),
    _json("customFields"),
    Index("customers_by_email", "email"),
)

companies = Table(
    "companies",
    metadata,
    _id(),
    *_texts("company", "vatNumber", "email", "invoicingEmail", "phoneNumber", "faxNumber"),
    *_texts("address", "city", "province", "state", "postalNumber", "bankAccount"),
    _moment("insertDate"),
    *_texts("note"),
)

photos = Table(
    "photos",
    metadata,
    Column("ownerId", String(LOCAL_ID), primary_key=True),
    Column("content", LargeBinary, nullable=False),
)

agent_groups = Table("agent_groups", metadata, _id(), *_texts("name", "description"))

agent_group_members = Table(
    "agent_group_members",
    metadata,
    _sequence(),
    _part_of("agent_groups", "groupId"),
    _part_of("agents", "agentId"),
)


def _classification(name: str, member: str) -> Table:
    return Table(name, metadata, _id(), Column(member, Text, nullable=False), _json("labels"))


ticket_types = _classification("ticket_types", "type")
ticket_areas = _classification("ticket_areas", "area")
ticket_groups = _classification("ticket_groups", "group")

tickets = Table(
    "tickets",
    metadata,
    _id(),
    Column("year", Integer, nullable=False),
    Column("counter", Integer, nullable=False),
    *_texts("subject", "description"),
    Column("insertDate", BigInteger, nullable=False),
    Column("managedDate", BigInteger, nullable=False),
    _moment("closedDate"),
    Column("priority", Integer, nullable=False),
    _reference("assignedTo", "agents", index=True),
    _reference("openedBy", "customers", index=True),
    Column("numberOfReplies", Integer, nullable=False, default=0),
    Column("status", String(40), nullable=False),
    _reference("type", "ticket_types"),
    _reference("area", "ticket_areas"),
    _reference("group", "ticket_groups"),
    *_texts("memo"),
    Column("source", String(40), nullable=False),
    *_texts(*CHANNEL_MEMBERS, "customPortalId"),
    Column("toReply", Boolean, nullable=False),
    Column("toReplyCustomer", Boolean, nullable=False),
    Index("tickets_by_insert", "insertDate", "id"),
    Index("tickets_by_managed", "managedDate", "id"),
    Index("tickets_by_number", "year", "counter", unique=True),
)

ticket_cc = Table(
    "ticket_cc",
    metadata,
    _sequence(),
    _part_of("tickets", "ticketId"),
    _reference("agentId", "agents"),
)

ticket_tags = Table(
    "ticket_tags",
    metadata,
    _sequence(),
    _part_of("tickets", "ticketId"),
    Column("tag", Text, nullable=False),
)

ticket_custom_fields = Table(
    "ticket_custom_fields",
    metadata,
    _sequence(),
    _part_of("tickets", "ticketId"),
    Column("name", Text, nullable=False),
    *_texts("value"),
)

replies = Table(
    "replies",
    metadata,
    _sequence(),
    Column("id", String(LOCAL_ID), nullable=False, unique=True),
    _part_of("tickets", "ticketId"),
    Column("text", Text, nullable=False),
    Column("replyDate", BigInteger, nullable=False),
    _reference("replyFromCustomer", "customers", index=True),
    _reference("replyToCustomer", "customers", index=True),
    _reference("replyFromOperator", "agents"),
    _reference("replyToOperator", "agents"),
    _json("channelIds"),
)

notes = Table(
    "notes",
    metadata,
    _sequence(),
    Column("id", String(LOCAL_ID), nullable=False, unique=True),
    _part_of("tickets", "ticketId"),
    Column("note", Text, nullable=False),
    _reference("insertBy", "agents"),
    _reference("assignedTo", "agents"),
    Column("date", BigInteger, nullable=False),
    _moment("remindMe"),
)

documents = Table(
    "documents",
    metadata,
    _sequence(),
    Column("id", String(LOCAL_ID), nullable=False, unique=True),
    _part_of("tickets", "ticketId"),
    Column("replyId", String(LOCAL_ID)),
    Column("documentName", Text, nullable=False),
    Column("documentType", Text, nullable=False),
    Column("documentSize", Integer, nullable=False),
    Column("attachedDate", BigInteger, nullable=False),
)

document_contents = Table(
    "document_contents",
    metadata,
    Column("documentId", ForeignKey("documents.id", ondelete="CASCADE"), primary_key=True),
    Column("content", LargeBinary, nullable=False),
)
