"""Bodies of agents, customers, companies, agent groups and ticket classifications."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import AfterValidator, Field, StringConstraints

from deskero_tui.server.records.wire import Base64, CustomFields, Hex, Moment, Ref, WireModel

Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]
Labels = dict[Annotated[str, Field(min_length=2, max_length=10)], str]


def _image(content: bytes) -> bytes:
    if image_type(content) is None:
        raise ValueError("is not a PNG, JPEG or GIF image")
    return content


def image_type(content: bytes) -> str | None:
    """The MIME type of a picture by its first bytes; None for anything else."""
    for mark, mime_type in (
        (b"\x89PNG\r\n\x1a\n", "image/png"),
        (b"\xff\xd8\xff", "image/jpeg"),
        (b"GIF8", "image/gif"),
    ):
        if content.startswith(mark):
            return mime_type
    return None


class AccountBody(WireModel):
    """Log-in data of a person; ids and dates are the desk's own (API sheet §5.9)."""

    id: str | None = None
    username: str | None = None
    enabled: bool = True
    insertDate: Moment | None = None
    blockedDate: Moment | None = None
    lastPasswordChange: Moment | None = None


class RecordBody(WireModel):
    """A record outside tickets; `id` is taken and ignored when it is sent back."""

    id: Any = None


class PersonBody(RecordBody):
    """What agents and customers share."""

    email: str | None = None
    phoneNumber: str | None = None
    mobileNumber: str | None = None
    address: str | None = None
    city: str | None = None
    signature: str | None = None
    account: AccountBody | None = None
    profilePhotoBlob: Annotated[Hex, AfterValidator(_image)] | None = None
    profilePhotoBase64: Annotated[Base64, AfterValidator(_image)] | None = None

    @property
    def photo(self) -> bytes | None:
        """The picture sent, if any."""
        sent = self.profilePhotoBlob
        return sent if sent is not None else self.profilePhotoBase64


class AgentPatch(PersonBody):
    """A partial agent."""

    name: Name | None = None
    profilePhotoURL: Any = None


class NewAgent(AgentPatch):
    """An agent to create."""

    name: Name


class CustomerPatch(PersonBody):
    """A partial customer (API sheet §5.7)."""

    name: Name | None = None
    birthDate: Moment | None = None
    faxNumber: str | None = None
    province: str | None = None
    postalNumber: str | None = None
    state: str | None = None
    skypeAddress: str | None = None
    msnAddress: str | None = None
    gtalkAddress: str | None = None
    twitterAccountUrl: str | None = None
    facebookAccountUrl: str | None = None
    linkedinAccountUrl: str | None = None
    googleAccountUrl: str | None = None
    youtubeAccountUrl: str | None = None
    registrationChannel: str | None = None
    topClient: bool | None = None
    memo: str | None = None
    website: str | None = None
    company: str | None = None
    language: str | None = None
    insertByAgentId: str | None = None
    customFields: CustomFields | None = None
    profilePhotoUrl: Any = None


class NewCustomer(CustomerPatch):
    """A customer to create."""

    name: Name


class CompanyPatch(RecordBody):
    """A partial company (API sheet §5.12); `company` is its name."""

    company: Name | None = None
    vatNumber: str | None = None
    email: str | None = None
    invoicingEmail: str | None = None
    phoneNumber: str | None = None
    faxNumber: str | None = None
    address: str | None = None
    city: str | None = None
    province: str | None = None
    state: str | None = None
    postalNumber: str | None = None
    bankAccount: str | None = None
    insertDate: Any = None
    note: str | None = None


class NewCompany(CompanyPatch):
    """A company to create."""

    company: Name


class AgentGroupPatch(RecordBody):
    """A partial agent group (API sheet §5.11)."""

    name: Name | None = None
    description: str | None = None
    agents: list[Ref] | None = None


class NewAgentGroup(AgentGroupPatch):
    """An agent group to create."""

    name: Name


class TypePatch(RecordBody):
    """A partial ticket type."""

    type: Name | None = None
    labels: Labels | None = None


class NewType(TypePatch):
    """A ticket type to create."""

    type: Name


class AreaPatch(RecordBody):
    """A partial ticket area."""

    area: Name | None = None
    labels: Labels | None = None


class NewArea(AreaPatch):
    """A ticket area to create."""

    area: Name


class GroupPatch(RecordBody):
    """A partial ticket group."""

    group: Name | None = None
    labels: Labels | None = None


class NewGroup(GroupPatch):
    """A ticket group to create."""

    group: Name
