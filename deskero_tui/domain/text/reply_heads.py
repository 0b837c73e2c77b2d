"""The heads that mail programs write above a quoted message, in seven languages. Pure.

Three shapes: a sentence ("On … wrote:"), a block of fields (From, Sent, To, Subject) and a rule
("-----Original Message-----"). Languages: en, it, es, fr, de, nl, pt.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Final

SENTENCE_LINES: Final = 3
"""Mail programs break "On … wrote:" at about 76 characters; a long name takes three lines."""
_SENTENCE_CHARS: Final = 400

_VERB: Final = (
    r"(?:wrote|writes|ha scritto|scrive|escribió|escribio|a écrit|schrieb|schrieben|geschrieben"
    r"|schreef|geschreven|escreveu|escreveram)"
)
_HAS_VERB: Final = re.compile(rf"\b{_VERB}\b", re.IGNORECASE)
_OPENS: Final = re.compile(
    r"(?:On|At|Il|Il giorno|In data|El|En|Le|Am|Op|Em|No dia)\b", re.IGNORECASE
)
_VERB_IS_LAST: Final = re.compile(
    rf"\b{_VERB}(?: (?:Folgendes|the following|quanto segue|lo siguiente|ce qui suit|o seguinte))?"
    r" ?:$",
    re.IGNORECASE,
)
_ADDRESS: Final = re.compile(r"[\w.+'-]+@[\w-]+(?:\.[\w-]+)+")
_DATE: Final = re.compile(r"\d{1,2}[:.h]\d{2}|\b\d{4}\b|\d{1,2}[./-]\d{1,2}\b")
_QUOTING: Final = re.compile(
    r"(?:Quoting|Zitat von|Citando(?: a)?|Citazione di|Citat de|Quoting message from) .+:$",
    re.IGNORECASE,
)
_SENTENCE_END: Final = re.compile(r"[.!?…]$")

_ORIGINAL: Final = (
    r"Original (?:Message|Appointment|E-?Mail)|Original-Nachricht|Originalnachricht"
    r"|Ursprüngliche(?:r Termin|r Text)?(?: (?:Nachricht|E-?Mail))?|Ursprungsnachricht"
    r"|Messaggio originale|Mess\. originale|Appuntamento originale|Mensaje original|Cita original"
    r"|Message d['’]origine|Message (?:initial|original)|Courriel original|E-mail d['’]origine"
    r"|Oorspronkelijk(?:e)? (?:bericht|e-mail|afspraak)|Origineel bericht"
    r"|Mensagem [Oo]riginal|Compromisso original"
)
_FORWARDED: Final = (
    r"(?:Begin )?Forwarded message|Forwarded mail|Fwd|Weitergeleitete (?:Nachricht|Mail|E-Mail)"
    r"|Anfang der weitergeleiteten (?:Nachricht|E-?Mail)|Messaggio inoltrato"
    r"|Inizio(?: del)? messaggio inoltrato|Mensaje reenviado|Inicio del mensaje reenviado"
    r"|Message (?:transféré|réexpédié|transmis)|Début du message (?:transféré|réexpédié|transmis)"
    r"|Doorgestuurd bericht|Begin doorgestuurd bericht"
    r"|Mensagem (?:encaminhada|reencaminhada)|Início da mensagem (?:encaminhada|reencaminhada)"
)
_ORIGINAL_RULE: Final = re.compile(
    rf"[-_=*]{{2,}} ?(?:{_ORIGINAL}) ?(?:[-_=*]{{2,}})?", re.IGNORECASE
)
_FORWARDED_RULE: Final = re.compile(
    rf"(?:[-_=*]{{2,}} ?(?:{_FORWARDED}|Forwarded by .{{1,80}}) ?[-_=*]*"
    rf"|(?:Begin|Anfang|Inizio|Inicio|Début|Início)\b.{{0,60}}:)",
    re.IGNORECASE,
)
_FORWARDED_WORDS: Final = re.compile(_FORWARDED, re.IGNORECASE)
_RULE: Final = re.compile(r"[_-]{5,}|[─—]{3,}")

FORWARDS: Final = re.compile(
    r"\s*(?:fwd?|fw|wg|i|inoltra|rv|reenv?|tr|enc|doorst|dw|transf)\s*:", re.IGNORECASE
)
"""The beginning of the subject of a forwarded mail."""


class _Field(Enum):
    FROM = "from"
    SENT = "sent"
    """A label that only mail programs write."""
    DATE = "date"
    """A label that contact forms use as well."""
    TO = "to"
    SUBJECT = "subject"
    OTHER = "other"


_LABELS: Final[dict[str, _Field]] = {
    label: field
    for field, labels in {
        _Field.FROM: "from|von|da|de|van|mittente|remitente|expéditeur|afzender|remetente",
        _Field.SENT: "sent|gesendet|inviato|inviata|enviado|enviada|enviado el|enviado em"
        "|enviada em|envoyé|envoyé le|verzonden|verstuurd|date d'envoi|gesendet am"
        "|data invio|data di invio|fecha de envío|data de envio",
        _Field.DATE: "date|datum|data|fecha",
        _Field.TO: "to|an|a|para|à|aan|pour|destinatario|destinataire",
        _Field.SUBJECT: "subject|betreff|betr|oggetto|objet|sujet|asunto|assunto|onderwerp",
        _Field.OTHER: "cc|bcc|kopie|copie|copia|cci|cco|ccn|copie à|reply-to|antwort an"
        "|rispondi a|répondre à|responder a|responder para|beantwoorden|importance|priority"
        "|wichtigkeit|priorität|priorità|importancia|prioridad|priorité|belang|prioriteit"
        "|importância|prioridade|attachments|attachment|anlagen|anlage|allegati|allegato"
        "|adjuntos|datos adjuntos|datos adjuntos|pièces jointes|pièce jointe|pj|bijlagen|bijlage"
        "|anexos|anexo|organization|organisation|when|where|sensitivity|vertraulichkeit",
    }.items()
    for label in labels.split("|")
}
_RULE_SIGNS: Final = ("-", "_", "=", "*", "─", "—")
_FIELD_LINE: Final = re.compile(r"(?P<label>[^\W\d_][\w' -]{0,24}?) ?[:：](?!//) ?(?P<value>.*)")
_TIME: Final = re.compile(r"\d{1,2}[:.h]\d{2}")
_MOST_LINE_CHARS: Final = 4_000
_HEAD_LINES: Final = 24
_CONTINUATION_LINES: Final = 6
_GOES_ON: Final = re.compile(r"[;,]\s*$")
_IS_CONTINUED: Final = re.compile(r"^[ \t]|[;@]")
"""Mail programs break a long list of recipients, and continue a long subject after a space."""


class Trust(Enum):
    """The weight of a head as proof of a quote."""

    SURE = "sure"
    """A reply head: the message below it is quoted unless something speaks against that."""
    UNSURE = "unsure"
    """May be a form, a forward or a sentence: it folds only text that is known from before."""


@dataclass(frozen=True, slots=True)
class Head:
    """A head of a quoted message, from line `first` to before line `end`; 0-based."""

    first: int
    end: int
    trust: Trust
    is_like_a_form: bool = False
    """A contact form could have the same fields."""


def is_rule(line: str) -> bool:
    """Tell whether a line is nothing but a rule."""
    return _RULE.fullmatch(line.strip()) is not None


def sentence_start(lines: Sequence[str], last: int) -> int | None:
    """Return the first line of an "On … wrote:" that ends on line `last`; `None` for other text."""
    if not lines[last].rstrip().endswith((":", "：")):
        return None
    joined, found = "", None
    for first in range(last, max(-1, last - SENTENCE_LINES), -1):
        line = _plain(lines[first])
        if not line or line.startswith(">") or (joined and _SENTENCE_END.search(line)):
            break
        joined = f"{line} {joined}".rstrip()
        if len(joined) > _SENTENCE_CHARS:
            break
        is_one_line = first == last
        if _is_sentence(joined, is_dated=is_one_line or _DATE.search(line) is not None):
            found = first
            if _OPENS.match(joined):
                break
    return found


def head_at(lines: Sequence[str], index: int) -> Head | None:
    """Return the head that begins on a line, if one does there."""
    raw = lines[index]
    if ":" not in raw and "：" not in raw and not raw.lstrip(" ").startswith(_RULE_SIGNS):
        return None
    line = _plain(lines[index])
    if _FORWARDED_RULE.fullmatch(line) and _FORWARDED_WORDS.search(line):
        return Head(index, _end_of_fields_below(lines, index + 1), Trust.UNSURE)
    if _ORIGINAL_RULE.fullmatch(line):
        return Head(index, _end_of_fields_below(lines, index + 1), Trust.SURE)
    if is_rule(line):
        below = _next_text(lines, index + 1)
        block = _fields(lines, below) if below is not None else None
        return Head(index, block.end, block.trust) if block else None
    block = _fields(lines, index)
    if block is not None:
        return Head(index, block.end, block.trust, block.is_like_a_form)
    start = sentence_start(lines, index)
    return None if start is None else Head(start, index + 1, Trust.UNSURE)


def _is_sentence(text: str, *, is_dated: bool) -> bool:
    """Tell whether a text, its lines joined, says who wrote when."""
    if _QUOTING.fullmatch(text):
        return True
    verb = _HAS_VERB.search(text)
    if verb is None:
        return False
    if _OPENS.match(text) and is_dated:
        # "On … wrote:", or the verb inside: "Am … schrieb Tom:", "Op … heeft Tom … geschreven:".
        return _VERB_IS_LAST.search(text) is not None or _DATE.search(text) is not None
    before, after = text[: verb.start()], text[verb.end() :]
    if _ADDRESS.search(before):
        return True
    return bool(before.strip()) and _TIME.search(after) is not None and bool(_DATE.search(after))


def _end_of_fields_below(lines: Sequence[str], index: int) -> int:
    """Return where the fields below a rule end; `index` where there are none."""
    below = _next_text(lines, index)
    block = _fields(lines, below) if below is not None else None
    return block.end if block else index


def _next_text(lines: Sequence[str], index: int) -> int | None:
    """Return the next line with text, which may stand below one blank line."""
    for place in range(index, min(len(lines), index + 2)):
        if lines[place].strip():
            return place
    return None


@dataclass(frozen=True, slots=True)
class _Block:
    end: int
    trust: Trust
    is_like_a_form: bool = False


def _fields(lines: Sequence[str], index: int) -> _Block | None:
    """Read the fields of a mail from a line on; `None` where they are no head of a mail.

    A field that no mail has makes it a form. `Message: …` and `People: …` are such fields.
    """
    values: dict[_Field, str] = {}
    first = _field(lines[index])
    if first is None or first[0] not in (_Field.FROM, _Field.SENT):
        return None
    end = index
    blank = continued = 0
    for place in range(index, min(len(lines), index + _HEAD_LINES)):
        line = lines[place]
        if not line.strip():
            blank += 1
            if blank > 1:
                break
            continue
        field = _field(line)
        if field is None:
            continued += 1
            goes_on = _GOES_ON.search(lines[place - 1]) or _IS_CONTINUED.search(line)
            if blank or not goes_on or continued > _CONTINUATION_LINES:
                break
            continue
        kind, value = field
        if kind is None:
            if blank:
                break
            return None
        if kind in values and kind is not _Field.OTHER:
            break
        values[kind] = value
        end, blank, continued = place + 1, 0, 0
    return _judged(values, end)


def _judged(values: dict[_Field, str], end: int) -> _Block | None:
    if _Field.FROM not in values:
        return None
    if _Field.SENT in values:
        return _Block(end, Trust.SURE)
    if _Field.DATE not in values:
        # Without a date only a whole set of the others is a head, and no proof.
        is_set = _Field.TO in values and _Field.SUBJECT in values
        return _Block(end, Trust.UNSURE) if is_set else None
    is_whole = _Field.TO in values and _Field.SUBJECT in values
    is_of_mail = _TIME.search(values[_Field.DATE]) or "@" in values[_Field.FROM]
    return _Block(end, Trust.SURE if is_whole and is_of_mail else Trust.UNSURE, is_like_a_form=True)


def _field(line: str) -> tuple[_Field | None, str] | None:
    """Read `Label: value`; the label is `None` when it is none of a mail's."""
    found = _FIELD_LINE.fullmatch(_plain(line))
    if found is None:
        return None
    label = found["label"].casefold().strip().replace("’", "'")
    return _LABELS.get(label), found["value"]


def _plain(line: str) -> str:
    """A line with single spaces and without the asterisks that stand for bold print."""
    words = line[:_MOST_LINE_CHARS].replace("*", " ").split()
    return " ".join(words)
