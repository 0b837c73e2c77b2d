"""The words for times that people type, in English, Italian, Spanish and French.

All languages are understood at once. Keys are lower case without accents; values are the signs of
the small language that `moments` reads: `wd0` (Monday) to `wd6`, `mo1` to `mo12`, `+0` today, units
`m h d w`, and a few names.
"""

from __future__ import annotations

from enum import Enum
from typing import Final

_WEEKDAYS: Final = (
    "mon monday lun lunedi lunes lundi",
    "tue tues tuesday martedi martes mardi",
    "wed wednesday mercoledi mie miercoles mer mercredi",
    "thu thur thurs thursday gio giovedi jue jueves jeu jeudi",
    "fri friday ven venerdi vie viernes vendredi",
    "sat saturday sab sabato sabado sam samedi",
    "sun sunday dom domenica domingo dim dimanche",
)
_MONTHS: Final = (
    "jan january gen gennaio ene enero janv janvier",
    "feb february febbraio febrero fev fevr fevrier",
    "march marzo mars",
    "apr april aprile abr abril avr avril",
    "may mag maggio mayo mai",
    "jun june giu giugno junio juin",
    "jul july lug luglio julio juil juillet",
    "aug august ago agosto aou aout",
    "sep sept september set settembre septiembre septembre",
    "oct october ott ottobre octubre octobre",
    "nov november novembre noviembre",
    "dec december dic dicembre diciembre decembre",
)
_OTHERS: Final = {
    "+0": "today oggi hoy aujourd'hui",
    "+1": "tomorrow domani manana demain",
    "+2": "dopodomani apres-demain",
    "m": "m min mins minute minutes minuto minuti minutos",
    "h": "h hr hrs hour hours ora ore hora horas heure heures",
    "d": "d day days g gg giorno giorni dia dias j jour jours",
    "w": "w week weeks settimana settimane sem semana semanas semaine semaines",
    "in": "in fra tra dentro en dans",
    "next": "next prossimo prossima proximo proxima prochain prochaine",
    "noon": "noon mezzogiorno mediodia midi",
    "tonight": "tonight stasera",
    "am": "am",
    "pm": "pm",
    "t": "t",
    "after": "pasado",
    "this": "this questa esta ce",
    "night": "night evening sera noche soir",
    "": "at on the alle il la el le las los a de del",
}
AMBIGUOUS: Final = "mar"
"""Tuesday in three languages and March in three: only what stands beside it can tell."""

MEANINGS: Final[dict[str, str]] = {
    AMBIGUOUS: AMBIGUOUS,
    **{word: f"wd{day}" for day, words in enumerate(_WEEKDAYS) for word in words.split()},
    **{word: f"mo{month}" for month, words in enumerate(_MONTHS, 1) for word in words.split()},
    **{word: sign for sign, words in _OTHERS.items() for word in words.split()},
}

PHRASES: Final = {"after +1": "+2", "this night": "tonight"}
"""Signs that mean something else together: pasado mañana, esta noche, ce soir."""


def _names(words: str) -> tuple[str, ...]:
    return tuple(words.split())


WEEKDAY_NAMES: Final = {
    "en": _names("Mon Tue Wed Thu Fri Sat Sun"),
    "it": _names("lun mar mer gio ven sab dom"),
    "es": _names("lun mar mié jue vie sáb dom"),
    "fr": _names("lun mar mer jeu ven sam dim"),
}
MONTH_NAMES: Final = {
    "en": _names("Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec"),
    "it": _names("gen feb mar apr mag giu lug ago set ott nov dic"),
    "es": _names("ene feb mar abr may jun jul ago sep oct nov dic"),
    "fr": _names("janv févr mars avr mai juin juil août sept oct nov déc"),
}
NOW: Final = {"en": "now", "it": "adesso", "es": "ahora", "fr": "maintenant"}
AHEAD: Final = {"en": "in", "it": "fra", "es": "en", "fr": "dans"}
COUNTED: Final = {
    "en": {"m": ("minute", "minutes"), "h": ("hour", "hours"), "d": ("day", "days")},
    "it": {"m": ("minuto", "minuti"), "h": ("ora", "ore"), "d": ("giorno", "giorni")},
    "es": {"m": ("minuto", "minutos"), "h": ("hora", "horas"), "d": ("día", "días")},
    "fr": {"m": ("minute", "minutes"), "h": ("heure", "heures"), "d": ("jour", "jours")},
}
"""One and many, by the units minutes, hours and days."""


class Trouble(Enum):
    """Why a typed time is no moment; `SENTENCES` says it, with the words concerned for "{}"."""

    UNKNOWN = "unknown"
    PAST = "past"
    AMBIGUOUS = "ambiguous"
    NO_SUCH = "no such"
    TOO_FAR = "too far"


SENTENCES: Final = {
    "en": {
        Trouble.UNKNOWN: '"{}" is not understood; try 3d, in 2h, tomorrow 9, fri 10:30, 1 dec.',
        Trouble.PAST: "That is in the past: {}.",
        Trouble.AMBIGUOUS: '"{}" could be Tuesday or March: write tue 9:00 or 9 march.',
        Trouble.NO_SUCH: 'There is no such date or time: "{}".',
        Trouble.TOO_FAR: "That is more than ten years away.",
    },
    "it": {
        Trouble.UNKNOWN: '"{}" non si capisce; prova 3d, fra 2h, domani 9, ven 10:30, 2026-12-01.',
        Trouble.PAST: "È nel passato: {}.",
        Trouble.AMBIGUOUS: '"{}" può essere martedì o marzo: scrivi martedì 9:00 o 9 marzo.',
        Trouble.NO_SUCH: 'Data o ora inesistente: "{}".',
        Trouble.TOO_FAR: "È fra più di dieci anni.",
    },
    "es": {
        Trouble.UNKNOWN: '"{}" no se entiende; prueba 3d, en 2h, mañana 9, vie 10:30, 2026-12-01.',
        Trouble.PAST: "Está en el pasado: {}.",
        Trouble.AMBIGUOUS: '"{}" puede ser martes o marzo: escribe martes 9:00 o 9 marzo.',
        Trouble.NO_SUCH: 'No existe esa fecha u hora: "{}".',
        Trouble.TOO_FAR: "Faltan más de diez años.",
    },
    "fr": {
        Trouble.UNKNOWN: "« {} » n'est pas compris ; essayez 3d, dans 2h, demain 9, ven 10:30.",
        Trouble.PAST: "C'est dans le passé : {}.",
        Trouble.AMBIGUOUS: "« {} » peut être mardi ou mars : écrivez mardi 9:00 ou 9 mars.",
        Trouble.NO_SUCH: "Cette date ou heure n'existe pas : « {} ».",
        Trouble.TOO_FAR: "C'est dans plus de dix ans.",
    },
}
