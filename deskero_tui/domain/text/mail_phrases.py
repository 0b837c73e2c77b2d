"""Phrases that people and mail programs write around an answer, in seven languages. Pure.

Each group has one line for each language, in the order en, de, it, es, fr, nl, pt.
"""

from __future__ import annotations

import re
from typing import Final


def _any_of(*alternatives: str) -> str:
    return f"(?:{'|'.join(alternatives)})"


_BELOW = (
    _any_of(
        "below",
        "in-?line",
        "underneath",
        r"between (?:the|your) lines?",
        "in (?:your|the|their) (?:e-?mail|mail|message|text|quote)",
        "in (?:red|blue|green|bold|capitals|colou?r|purple|italics)",
    ),
    _any_of(
        "unten(?:stehend)?",
        "(?:da)?zwischen",
        "im text",
        "in (?:deine[rm]|ihre[rm]|der) (?:e-?mail|mail|nachricht)",
        "in (?:rot|blau|grün|fett|farbe)|farbig",
    ),
    _any_of(
        "(?:di )?(?:qui )?sotto",
        "in basso",
        "di seguito",
        "tra le righe",
        "nel (?:testo|messaggio)",
        "in (?:rosso|blu|verde|grassetto)",
    ),
    _any_of(
        "abajo",
        "debajo",
        "a continuación",
        "entre (?:las )?líneas",
        "en (?:rojo|azul|verde|negrita)",
        "en el (?:texto|mensaje)",
    ),
    _any_of(
        "ci-?dessous",
        "plus bas",
        "ci-après",
        "entre les lignes",
        "en (?:rouge|bleu|vert|gras)",
        "dans (?:le texte|le message|votre (?:mail|message))",
    ),
    _any_of(
        "hieronder",
        "onder(?:aan|staand)?",
        "beneden",
        "tussen de regels|tussendoor",
        "in (?:het )?(?:rood|blauw|groen|vet)",
        "in de (?:tekst|mail)",
    ),
    _any_of(
        "abaixo",
        "a seguir",
        "entre (?:as )?linhas",
        "(?:em|a) (?:vermelho|azul|verde|negrito)",
        "n[oa] (?:texto|mensagem)",
    ),
)
POINTS_BELOW: Final = re.compile(rf"\b{_any_of(*_BELOW)}\b", re.IGNORECASE)
"""The new text may say that answers stand inside the quoted one.

Any word for "below" counts: what is not folded is only longer, what is folded may be missed.
"""

_ANSWER = _any_of(
    "answer", "reply", "antwort", "risposta", "respuesta", "réponse", "antwoord", "resposta"
)
MARKED_ANSWER: Final = re.compile(
    rf" *(?:(?i:{_ANSWER}) ?\d* ?[:.)] |[AR] ?\d* ?[:)] |[A-Z]{{2,3}}>"
    r"|\[(?!EXT|CAUTION)[A-Z][\w .]{0,20}\]:? |(?:=+|-+)> |#{2,} |\*{2,} ?\w)"
)
"""Marks of answers that people write into a quoted text: "TA>", "[Tom]", "=>", "A:"."""

_SENT_FROM = (
    _any_of("sent (?:from|via|with) ", "get outlook for "),
    _any_of("von meinem .{1,40} gesendet", "gesendet (?:mit|von) ", "holen sie sich outlook"),
    _any_of("inviato da", "scarica outlook"),
    _any_of("enviado desde ", "obtener outlook"),
    _any_of("envoyé de(?:puis)? ", "télécharge[rz] outlook"),
    _any_of("verzonden (?:vanaf|via|vanuit) ", "verstuurd vanaf ", "outlook voor "),
    _any_of("enviado (?:do|da|a partir) ", "obtenha o outlook"),
)
MOBILE_SIGNATURE: Final = re.compile(rf"{_any_of(*_SENT_FROM)}.{{0,60}}", re.IGNORECASE)

_GREETINGS = (
    _any_of("hi", "hello", "hey", "dear", "good (?:morning|afternoon|evening|day)"),
    _any_of("hallo", "guten (?:tag|morgen|abend)", r"sehr geehrte\w*", "liebe[rs]?", "moin"),
    _any_of("ciao", "buongiorno", "buonasera", "salve", "gentil[ei]", r"spett\.?(?:le)?"),
    _any_of("hola", "buen[oa]s(?: días| tardes| noches)?", "estimad[oa]s?"),
    _any_of("bonjour", "bonsoir", "salut", "chère?s?", "madame", "monsieur"),
    _any_of("beste", "geachte", "goede(?:morgen|middag|navond|ndag)", "dag"),
    _any_of("olá", "oi", "bom dia", "boa (?:tarde|noite)", "prezad[oa]s?", "car[oa]s?"),
)
GREETING: Final = re.compile(
    rf"{_any_of(*_GREETINGS)}(?: [\w'’./ -]{{1,40}})?[,!:.]?", re.IGNORECASE
)

_CLOSINGS = (
    _any_of("(?:best|kind|warm) (?:regards|wishes)", "regards", "sincerely", r"yours \w+"),
    _any_of(r"mit (?:freundlich|best|lieb)\w* gr(?:ü|ue)(?:ß|ss)en", r"\w+ gr(?:ü|ue)(?:ß|ss)e"),
    _any_of("(?:cordiali|distinti|un)? ?salut[oi]", "cordialmente"),
    _any_of("(?:un )?(?:cordial )?saludos?(?: cordiales)?", "atentamente"),
    _any_of("(?:bien )?cordialement", "bien à vous", "salutations"),
    _any_of("(?:met )?(?:vriendelijke )?groet(?:en|jes)?", "hoogachtend"),
    _any_of("atenciosamente", "(?:com os melhores )?cumprimentos", "abraços?"),
)
CLOSING: Final = re.compile(rf"{_any_of(*_CLOSINGS)}[,.!]?", re.IGNORECASE)
