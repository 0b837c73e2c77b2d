"""Create the tables of version 1.

Nothing here may change: databases of this version exist. `tables.py` holds the current schema.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Create every table with its indexes."""
    _create_directory()
    _create_tickets()
    _create_messages()


def _texts(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text()) for name in names]


def _create_directory() -> None:
    op.create_table(
        "desk_facts",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    op.create_table(
        "ticket_counters",
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("year"),
    )
    op.create_table(
        "agents",
        sa.Column("id", sa.String(length=24), nullable=False),
        *_texts("name", "email", "phoneNumber", "mobileNumber", "address", "city", "signature"),
        sa.Column("photoType", sa.String(length=40)),
        sa.Column("account", sa.JSON(none_as_null=True)),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "customers",
        sa.Column("id", sa.String(length=24), nullable=False),
        *_texts("name", "email"),
        sa.Column("birthDate", sa.BigInteger()),
        *_texts(
            "phoneNumber",
            "faxNumber",
            "mobileNumber",
            "address",
            "city",
            "province",
            "postalNumber",
            "state",
            "skypeAddress",
            "msnAddress",
            "gtalkAddress",
            "twitterAccountUrl",
            "facebookAccountUrl",
            "linkedinAccountUrl",
            "googleAccountUrl",
            "youtubeAccountUrl",
            "registrationChannel",
        ),
        sa.Column("topClient", sa.Boolean(), nullable=False),
        *_texts("signature", "memo", "website", "company", "language", "insertByAgentId"),
        sa.Column("photoType", sa.String(length=40)),
        sa.Column("account", sa.JSON(none_as_null=True)),
        sa.Column("customFields", sa.JSON(none_as_null=True)),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("customers_by_email", "customers", ["email"])
    op.create_table(
        "companies",
        sa.Column("id", sa.String(length=24), nullable=False),
        *_texts(
            "company",
            "vatNumber",
            "email",
            "invoicingEmail",
            "phoneNumber",
            "faxNumber",
            "address",
            "city",
            "province",
            "state",
            "postalNumber",
            "bankAccount",
        ),
        sa.Column("insertDate", sa.BigInteger()),
        *_texts("note"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "photos",
        sa.Column("ownerId", sa.String(length=24), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("ownerId"),
    )
    op.create_table(
        "agent_groups",
        sa.Column("id", sa.String(length=24), nullable=False),
        *_texts("name", "description"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "agent_group_members",
        sa.Column("sequence", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("groupId", sa.String(length=24), nullable=False),
        sa.Column("agentId", sa.String(length=24), nullable=False),
        sa.ForeignKeyConstraint(["agentId"], ["agents.id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["groupId"], ["agent_groups.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("sequence"),
    )
    op.create_index("ix_agent_group_members_agentId", "agent_group_members", ["agentId"])
    op.create_index("ix_agent_group_members_groupId", "agent_group_members", ["groupId"])
    op.create_table(
        "ticket_types",
        sa.Column("id", sa.String(length=24), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("labels", sa.JSON(none_as_null=True)),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "ticket_areas",
        sa.Column("id", sa.String(length=24), nullable=False),
        sa.Column("area", sa.Text(), nullable=False),
        sa.Column("labels", sa.JSON(none_as_null=True)),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "ticket_groups",
        sa.Column("id", sa.String(length=24), nullable=False),
        sa.Column("group", sa.Text(), nullable=False),
        sa.Column("labels", sa.JSON(none_as_null=True)),
        sa.PrimaryKeyConstraint("id"),
    )


def _create_tickets() -> None:
    op.create_table(
        "tickets",
        sa.Column("id", sa.String(length=24), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("counter", sa.Integer(), nullable=False),
        *_texts("subject", "description"),
        sa.Column("insertDate", sa.BigInteger(), nullable=False),
        sa.Column("managedDate", sa.BigInteger(), nullable=False),
        sa.Column("closedDate", sa.BigInteger()),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("assignedTo", sa.String(length=24)),
        sa.Column("openedBy", sa.String(length=24)),
        sa.Column("numberOfReplies", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(length=40), nullable=False),
        sa.Column("type", sa.String(length=24)),
        sa.Column("area", sa.String(length=24)),
        sa.Column("group", sa.String(length=24)),
        *_texts("memo"),
        sa.Column("source", sa.String(length=40), nullable=False),
        *_texts(
            "tweetId",
            "tweetType",
            "facebookId",
            "facebookType",
            "linkedinId",
            "linkedinType",
            "googlePlusId",
            "googlePlusType",
            "youtubeId",
            "youtubeType",
            "messageUniqueId",
            "customPortalId",
        ),
        sa.Column("toReply", sa.Boolean(), nullable=False),
        sa.Column("toReplyCustomer", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["area"], ["ticket_areas.id"]),
        sa.ForeignKeyConstraint(["assignedTo"], ["agents.id"]),
        sa.ForeignKeyConstraint(["group"], ["ticket_groups.id"]),
        sa.ForeignKeyConstraint(["openedBy"], ["customers.id"]),
        sa.ForeignKeyConstraint(["type"], ["ticket_types.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_tickets_assignedTo", "tickets", ["assignedTo"])
    op.create_index("ix_tickets_openedBy", "tickets", ["openedBy"])
    op.create_index("tickets_by_insert", "tickets", ["insertDate", "id"])
    op.create_index("tickets_by_managed", "tickets", ["managedDate", "id"])
    op.create_index("tickets_by_number", "tickets", ["year", "counter"], unique=True)
    op.create_table(
        "ticket_cc",
        sa.Column("sequence", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("ticketId", sa.String(length=24), nullable=False),
        sa.Column("agentId", sa.String(length=24)),
        sa.ForeignKeyConstraint(["agentId"], ["agents.id"]),
        sa.ForeignKeyConstraint(["ticketId"], ["tickets.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("sequence"),
    )
    op.create_index("ix_ticket_cc_ticketId", "ticket_cc", ["ticketId"])
    op.create_table(
        "ticket_tags",
        sa.Column("sequence", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("ticketId", sa.String(length=24), nullable=False),
        sa.Column("tag", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["ticketId"], ["tickets.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("sequence"),
    )
    op.create_index("ix_ticket_tags_ticketId", "ticket_tags", ["ticketId"])
    op.create_table(
        "ticket_custom_fields",
        sa.Column("sequence", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("ticketId", sa.String(length=24), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        *_texts("value"),
        sa.ForeignKeyConstraint(["ticketId"], ["tickets.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("sequence"),
    )
    op.create_index("ix_ticket_custom_fields_ticketId", "ticket_custom_fields", ["ticketId"])


def _create_messages() -> None:
    op.create_table(
        "replies",
        sa.Column("sequence", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("id", sa.String(length=24), nullable=False),
        sa.Column("ticketId", sa.String(length=24), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("replyDate", sa.BigInteger(), nullable=False),
        sa.Column("replyFromCustomer", sa.String(length=24)),
        sa.Column("replyToCustomer", sa.String(length=24)),
        sa.Column("replyFromOperator", sa.String(length=24)),
        sa.Column("replyToOperator", sa.String(length=24)),
        sa.Column("channelIds", sa.JSON(none_as_null=True)),
        sa.ForeignKeyConstraint(["replyFromCustomer"], ["customers.id"]),
        sa.ForeignKeyConstraint(["replyFromOperator"], ["agents.id"]),
        sa.ForeignKeyConstraint(["replyToCustomer"], ["customers.id"]),
        sa.ForeignKeyConstraint(["replyToOperator"], ["agents.id"]),
        sa.ForeignKeyConstraint(["ticketId"], ["tickets.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("sequence"),
        sa.UniqueConstraint("id"),
    )
    op.create_index("ix_replies_replyFromCustomer", "replies", ["replyFromCustomer"])
    op.create_index("ix_replies_replyToCustomer", "replies", ["replyToCustomer"])
    op.create_index("ix_replies_ticketId", "replies", ["ticketId"])
    op.create_table(
        "notes",
        sa.Column("sequence", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("id", sa.String(length=24), nullable=False),
        sa.Column("ticketId", sa.String(length=24), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("insertBy", sa.String(length=24)),
        sa.Column("assignedTo", sa.String(length=24)),
        sa.Column("date", sa.BigInteger(), nullable=False),
        sa.Column("remindMe", sa.BigInteger()),
        sa.ForeignKeyConstraint(["assignedTo"], ["agents.id"]),
        sa.ForeignKeyConstraint(["insertBy"], ["agents.id"]),
        sa.ForeignKeyConstraint(["ticketId"], ["tickets.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("sequence"),
        sa.UniqueConstraint("id"),
    )
    op.create_index("ix_notes_ticketId", "notes", ["ticketId"])
    op.create_table(
        "documents",
        sa.Column("sequence", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("id", sa.String(length=24), nullable=False),
        sa.Column("ticketId", sa.String(length=24), nullable=False),
        sa.Column("replyId", sa.String(length=24)),
        sa.Column("documentName", sa.Text(), nullable=False),
        sa.Column("documentType", sa.Text(), nullable=False),
        sa.Column("documentSize", sa.Integer(), nullable=False),
        sa.Column("attachedDate", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["ticketId"], ["tickets.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("sequence"),
        sa.UniqueConstraint("id"),
    )
    op.create_index("ix_documents_ticketId", "documents", ["ticketId"])
    op.create_table(
        "document_contents",
        sa.Column("documentId", sa.String(length=24), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["documentId"], ["documents.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("documentId"),
    )
