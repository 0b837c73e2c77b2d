"""Articles and defined fields, by the members that the vendor's pages and a client show."""

from __future__ import annotations

from deskero_tui.domain.records.custom_fields import CustomFieldDefinition
from deskero_tui.domain.records.knowledge import KnowledgeGroup, KnowledgeItem


def test_a_group_of_the_knowledge_base_is_read_with_what_belongs_to_it() -> None:
    group = KnowledgeGroup.model_validate(
        {
            "id": "g1",
            "group": "24/7 Support",
            "insertDate": "1387537347269",
            "visibility": "ALL",
            "agentGroups": None,
            "customerCompanies": [{"id": "c1", "company": "Arden Ltd"}],
            "knowledgeAreas": [{"id": "a1", "area": "Sign in"}, None],
        }
    )
    assert group.name == "24/7 Support"
    assert group.inserted_at is not None
    assert [company.name for company in group.companies] == ["Arden Ltd"]
    assert [area.name for area in group.areas] == ["Sign in"]


def test_an_article_is_read_whoever_wrote_it() -> None:
    item = KnowledgeItem.model_validate(
        {
            "id": "i1",
            "title": "Sign in",
            "approved": True,
            "insertBy": {"id": "a1", "name": "Ines"},
            "votesNumber": 2,
            "votesSum": 9,
            "score": 4.5,
            "tags": [{"login": None}],
        }
    )
    assert (item.title, item.is_approved, item.score, item.tags) == (
        "Sign in",
        True,
        4.5,
        ("login",),
    )
    assert item.author is not None


def test_a_linked_combo_says_what_it_offers_when() -> None:
    field = CustomFieldDefinition.model_validate(
        {
            "name": "Model",
            "type": "LINKED_COMBO",
            "values": None,
            "linkedField": "Brand",
            "linkedValues": {"Arden": ["One", "Two"]},
            "required": 1,
        }
    )
    assert field.linked_values == {"Arden": ("One", "Two")}
    assert field.is_required
