"""Ids as distinct types, so that an agent's id cannot be handed over as a customer's.

All are opaque strings to us (API sheet §1: most look like 24 hex digits, nothing says they must).
"""

from typing import NewType

TicketId = NewType("TicketId", str)
AgentId = NewType("AgentId", str)
CustomerId = NewType("CustomerId", str)
CompanyId = NewType("CompanyId", str)
TypeId = NewType("TypeId", str)
AreaId = NewType("AreaId", str)
GroupId = NewType("GroupId", str)
AgentGroupId = NewType("AgentGroupId", str)
AccountId = NewType("AccountId", str)
NoteId = NewType("NoteId", str)
ReplyId = NewType("ReplyId", str)
DocumentId = NewType("DocumentId", str)
