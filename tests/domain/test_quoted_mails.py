"""Mails as the programs of seven languages write them: what folds, and what stays visible."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from deskero_tui.domain.text.earlier_text import EarlierText
from deskero_tui.domain.text.html import readable
from deskero_tui.domain.text.quotes import split_quotes
from deskero_tui.domain.text.safe_text import SafeText

NBSP = "\N{NO-BREAK SPACE}"
THIN = "\N{NARROW NO-BREAK SPACE}"
ASKED = "Where is my parcel? It should have come last Friday, the number is 4411."
ANSWERED = (
    "Dear Tom,\n\nyour parcel left our depot on Monday and is on its way to you.\n"
    "Which address should the driver use?\nWould a delivery on Thursday suit you?\n\n"
    "Kind regards\nInes Marchetti"
)
CARE = "It has come today, many things are broken."


@dataclass(frozen=True)
class Mail:
    """One mail: `new` stays visible whole, `old` folds, both are lines of it."""

    name: str
    text: str
    new: tuple[str, ...]
    old: tuple[str, ...] = ()
    earlier: tuple[str, ...] = ()
    is_forward: bool = False


def signed(text: str) -> str:
    return "\n".join(f"> {line}".rstrip() for line in text.split("\n"))


def above_signs(name: str, head: str) -> Mail:
    """An answer, the sentence of a mail program, and ">" lines below it."""
    return Mail(name, f"{CARE}\n\n{head}\n\n{signed(ANSWERED)}", (CARE,), tuple(head.split("\n")))


SENTENCES = [
    above_signs(name, head)
    for name, head in {
        "gmail-en": "On Mon, Nov 2, 2026 at 10:00 AM Ines Marchetti <ines@desk.example> wrote:",
        "gmail-en-broken": "On Mon, Nov 2, 2026 at 10:00 AM Ines Marchetti <\n"
        "ines@desk.example> wrote:",
        "gmail-narrow": f"On Mon, Nov 2, 2026 at 10:00{THIN}AM Ines <ines@desk.example> wrote:",
        "apple-en": "On 2 Nov 2026, at 10:00, Ines Marchetti <ines@desk.example> wrote:",
        "yahoo-en": "On Monday, November 2, 2026 at 10:00:00 AM GMT+1, Ines Marchetti\n"
        "<ines@desk.example> wrote:",
        "thunderbird-en-name-first": "Ines Marchetti wrote on 02/11/2026 10:00:",
        "gmail-de": "Am Mo., 2. Nov. 2026 um 10:00 Uhr schrieb Ines Marchetti <ines@desk.example>:",
        "gmail-de-mobile": "Ines Marchetti <ines@desk.example> schrieb am Mo., 2. Nov. "
        "2026,\n10:00:",
        "apple-de": "Am 02.11.2026 um 10:00 schrieb Ines Marchetti <ines@desk.example>:",
        "thunderbird-de": "Am 02.11.26 um 10:00 schrieb Ines Marchetti:",
        "yahoo-de": "Am Montag, 2. November 2026 um 10:00:00 MEZ hat Ines Marchetti\n"
        "<ines@desk.example> Folgendes geschrieben:",
        "gmail-it": "Il giorno lun 2 nov 2026 alle ore 10:00 Ines Marchetti <\n"
        "ines@desk.example> ha scritto:",
        "thunderbird-it": "Il 02/11/2026 10:00, Ines Marchetti ha scritto:",
        "it-name-first": "Ines Marchetti <ines@desk.example> ha scritto:",
        "gmail-es": "El lun, 2 nov 2026 a las 10:00, Ines Marchetti (<ines@desk.example>)\n"
        "escribió:",
        "yahoo-es": "En lunes, 2 de noviembre de 2026, 10:00:00 CET, Ines <ines@desk.example> "
        "escribió:",
        "gmail-fr": f"Le lun. 2 nov. 2026 à 10:00, Ines Marchetti <ines@desk.example> a "
        f"écrit{NBSP}:",
        "apple-fr": f"Le 2 nov. 2026 à 10:00, Ines Marchetti <ines@desk.example> a écrit{THIN}:",
        "gmail-nl": "Op ma 2 nov 2026 om 10:00 schreef Ines Marchetti <ines@desk.example>:",
        "apple-nl": "Op 2 nov. 2026, om 10:00 heeft Ines Marchetti <ines@desk.example> het\n"
        "volgende geschreven:",
        "gmail-pt-br": "Em seg., 2 de nov. de 2026 às 10:00, Ines Marchetti <ines@desk.example>\n"
        "escreveu:",
        "gmail-pt": "Ines Marchetti <ines@desk.example> escreveu no dia segunda, 2/11/2026 à(s)\n"
        "10:00:",
        "three-lines": "On Monday, 2 November 2026 at 10:00, Ines Marchetti of the Help "
        "Desk of the\n"
        "Parcels Department <ines.marchetti@parcels.desk.example>\nwrote:",
        "horde": "Quoting Ines Marchetti <ines@desk.example>:",
    }.items()
]


def below_head(name: str, head: str, *, answer: str = CARE) -> Mail:
    """An answer, a head of fields or a rule, and the old message below it without any sign."""
    return Mail(
        name, f"{answer}\n\n{head}\n\n{ANSWERED}", (answer,), (*head.split("\n"), "Dear Tom,")
    )


HEADS = [
    below_head(name, head)
    for name, head in {
        "outlook-en": "From: Ines <ines@desk.example>\nSent: Monday, 2 November 2026 10:00\n"
        "To: Tom Arden\nSubject: Re: parcel",
        "outlook-en-bold": "*From:* Ines <ines@desk.example>\n*Sent:* Monday 10:00\n*To:* Tom\n"
        "*Subject:* Re: parcel",
        "outlook-web": "________________________________\nFrom: Ines <ines@desk.example>\n"
        "Sent: Monday, November 2, 2026 10:00 AM\nTo: Tom Arden\nSubject: Re: parcel",
        "outlook-mac": "From: Ines <ines@desk.example>\nDate: Monday, 2 November 2026 at 10:00\n"
        "To: Tom Arden\nSubject: Re: parcel",
        "outlook-blank-lines": "From: Ines\n\nSent: Monday 10:00\n\nTo: Tom\n\nSubject: Re: parcel",
        "outlook-many-recipients": "From: Ines\nSent: Monday 10:00\nTo: Tom Arden; Amal Nasser;\n"
        "  Zofia Wrona; Bo\nCc: Desk\nSubject: Re: parcel",
        "outlook-de": "Von: Ines <ines@desk.example>\nGesendet: Montag, 2. November 2026 10:00\n"
        "An: Tom\nBetreff: AW: Paket",
        "gmx": 'Gesendet: Montag, 02. November 2026 um 10:00 Uhr\nVon: "Ines" <ines@desk.example>\n'
        "An: tom@example.com\nBetreff: Re: Paket",
        "outlook-it": "Da: Ines\nInviato: lunedì 2 novembre 2026 10:00\nA: Tom\nOggetto: R: pacco",
        "outlook-es": "De: Ines\nEnviado el: lunes, 2 de noviembre de 2026 10:00\nPara: Tom\n"
        "Asunto: RE: paquete",
        "outlook-fr": f"De{NBSP}: Ines\nEnvoyé{NBSP}: lundi 2 novembre 2026 10:00\nÀ{NBSP}: Tom\n"
        f"Objet{NBSP}: RE: colis",
        "outlook-fr-narrow": f"De{THIN}: Ines\nEnvoyé{THIN}: lundi 10:00\nÀ{THIN}: Tom\n"
        f"Objet{THIN}: x",
        "outlook-nl": "Van: Ines\nVerzonden: maandag 2 november 2026 10:00\nAan: Tom\n"
        "Onderwerp: RE: pakket",
        "outlook-pt": "De: Ines\nEnviada em: segunda-feira, 2 de novembro de 2026 10:00\n"
        "Para: Tom\n"
        "Assunto: RES: encomenda",
        "rule-en": "-----Original Message-----",
        "rule-en-samsung": "-------- Original message --------\nFrom: Ines <ines@desk.example>\n"
        "Date: 02/11/2026 10:00 (GMT+01:00)\nTo: Tom\nSubject: Re: parcel",
        "rule-de": "-----Ursprüngliche Nachricht-----\nVon: Ines\nGesendet: Montag 10:00\nAn: Tom",
        "rule-it": "----- Messaggio originale -----",
        "rule-es": "-----Mensaje original-----",
        "rule-fr": "-----Message d’origine-----",
        "rule-nl": "-----Oorspronkelijk bericht-----",
        "rule-pt": "-----Mensagem original-----",
    }.items()
]

OUTLOOK = "From: Ines\nSent: Monday, 2 November 2026 10:00\nTo: Tom\nSubject: Re: parcel"
BEFORE = (ASKED, ANSWERED)
INSIDE = ANSWERED.replace("driver use?", "driver use?\nThe one in Dover Road.").replace(
    "suit you?", "suit you?\nYes"
)
REWRAPPED = ANSWERED.replace("Monday and is", "Monday\nand is").replace("you.\nWhich", "you. Which")

ANSWERS = [
    Mail(
        "answers-inside-an-outlook-quote",
        f"{CARE}\n\n{OUTLOOK}\n\n{INSIDE}",
        (CARE, "The one in Dover Road.", "Yes"),
        ("From: Ines", "Dear Tom,", "Which address should the driver use?"),
        BEFORE,
    ),
    Mail(
        "answers-inside-a-rewrapped-quote",
        f"{CARE}\n\n{OUTLOOK}\n\n{REWRAPPED}\n\nThursday is fine.",
        (CARE, "Thursday is fine."),
        ("From: Ines", "and is on its way to you. Which address should the driver use?"),
        BEFORE,
    ),
    Mail(
        "bottom-posting-below-an-outlook-quote",
        f"{OUTLOOK}\n\n{ANSWERED}\n\nThursday is fine, use Dover Road.",
        ("Thursday is fine, use Dover Road.",),
        ("From: Ines", "Dear Tom,", "Ines Marchetti"),
        BEFORE,
    ),
    Mail(
        "answer-below-an-original-message",
        f"-----Original Message-----\n{OUTLOOK}\n\n{ANSWERED}\nThursday!\n",
        ("Thursday!",),
        ("-----Original Message-----", "Kind regards"),
        BEFORE,
    ),
    Mail(
        "quote-of-the-whole-thread",
        f"{CARE}\n\n{OUTLOOK}\n\n{ANSWERED}\n\nFrom: Tom\nSent: Sunday\nTo: Desk\n\n{ASKED}",
        (CARE,),
        ("From: Ines", "Dear Tom,", "From: Tom", ASKED),
        BEFORE,
    ),
    Mail(
        "short-message-quoted",
        f"{CARE}\n\n{OUTLOOK}\n\nToo late?",
        (CARE,),
        ("From: Ines", "Too late?"),
        ("Hello", "Too late?"),
    ),
    Mail(
        "sentence-without-signs",
        f"{CARE}\n\nOn 2 Nov 2026 at 10:00 Ines wrote:\n\n{ANSWERED}",
        (CARE,),
        ("On 2 Nov 2026 at 10:00 Ines wrote:", "Dear Tom,"),
        BEFORE,
    ),
    Mail(
        "other-mail-below-a-head",
        f"See what the carrier told me.\n\n{OUTLOOK}\n\nWe never had this parcel in our hands.",
        ("From: Ines", "We never had this parcel in our hands."),
        (),
        BEFORE,
    ),
    Mail(
        "new-words-that-repeat-a-phrase",
        f"Hm.\n\n{OUTLOOK}\n\n{ANSWERED}\n\nThe driver use?\nyour parcel left",
        ("The driver use?", "your parcel left"),
        ("Dear Tom,",),
        BEFORE,
    ),
    Mail(
        "first-mail-that-points-below",
        f"Please see my answers below.\n\n{OUTLOOK}\n\n{INSIDE}",
        ("The one in Dover Road.", "Yes", "From: Ines"),
    ),
    Mail(
        "first-mail-in-red",
        f"Meine Antworten unten in Rot.\n\n{OUTLOOK}\n\n{INSIDE}",
        ("The one in Dover Road.", "Yes"),
    ),
    Mail(
        "first-mail-with-marked-answers",
        f"Hello again\n\n{OUTLOOK}\n\nWhich address?\nTA> Dover Road\nWhen?\nTA> Thursday",
        ("TA> Dover Road", "TA> Thursday"),
    ),
    Mail(
        "first-mail-with-signs-below-the-head",
        f"Thank you.\n-----Original Message-----\n{OUTLOOK}\n\n> Which address?\nDover "
        f"Road\n> When?",
        ("Thank you.", "Dover Road"),
        ("From: Ines", "> Which address?", "> When?"),
    ),
    Mail(
        "answers-between-signs",
        "> Which?\nDover Road\n> When?\nNow",
        ("Dover Road", "Now"),
        ("> When?",),
    ),
]

CONTENT = [
    Mail(
        "form",
        "Transfer\nFrom: Airport\nTo: Old town\nDate: 12 June\nPeople: 3\nPrice?",
        ("Price?",),
    ),
    Mail(
        "form-date-to",
        "New request\n\nFrom: Airport\nDate: 3 May\nTo: Hotel\n\nWhat is it?",
        ("From: Airport",),
    ),
    Mail(
        "form-message",
        "Hi\nFrom: Airport\nDate: 3 May 10:30\nTo: Hotel\nMessage: Price?",
        ("Message: Price?",),
    ),
    Mail("form-de", "Anfrage\nVon: Köln\nNach: Zürich\nDatum: 3. Mai 10:30\nPreis?", ("Preis?",)),
    Mail(
        "form-site",
        "Sent from your site\n\nFrom: Ada <ada@mail.example>\nDate: 3 May\nSubject: Room\n\nFree?",
        ("Free?", "From: Ada <ada@mail.example>"),
    ),
    Mail("from-in-prose", "From: the garden\nwith love\nwrote: nothing", ("From: the garden",)),
    Mail("wrote-in-prose", "On Monday my boss wrote:\nsend it back", ("On Monday my boss wrote:",)),
    Mail(
        "you-wrote", "As you wrote:\n> it works\n\nIt does not.", ("As you wrote:", "It does not.")
    ),
    Mail(
        "numbers-of-times",
        "I wrote you 3 times about this:\n> hello\n\nNo answer",
        ("I wrote you 3 times about this:",),
    ),
    Mail("only-signs", signed(ANSWERED), ("> Dear Tom,",)),
    Mail("only-a-head", f"{OUTLOOK}\n\n{ANSWERED}", ("Dear Tom,",)),
    Mail("greeting-and-quote", f"Hello,\n\n{OUTLOOK}\n\n{ANSWERED}\n", ("Hello,", "Dear Tom,")),
    Mail(
        "mobile-signature-and-quote",
        f"Sent from my iPhone\n\n{OUTLOOK}\n\n{ANSWERED}",
        ("Dear Tom,",),
    ),
    Mail(
        "von-meinem-iphone", f"Von meinem iPhone gesendet\n\n{signed(ANSWERED)}", ("> Dear Tom,",)
    ),
    Mail(
        "forward-outlook",
        f"Can you help?\n\n{OUTLOOK}\n\n{ANSWERED}",
        ("Dear Tom,",),
        is_forward=True,
    ),
    Mail(
        "forward-gmail",
        "FYI\n\n---------- Forwarded message ---------\nFrom: Bo <bo@x.example>\n"
        "Date: Mon, Nov 2, 2026 at 10:00 AM\nSubject: Bill\nTo: Tom\n\nPlease pay",
        ("Please pay", "From: Bo <bo@x.example>"),
    ),
    Mail(
        "forward-apple-de",
        "Zur Info\n\nAnfang der weitergeleiteten Nachricht:\n\nVon: Bo\nBetreff: Rechnung\n"
        "Datum: 2. November 2026 um 10:00:00 MEZ\nAn: Tom\n\nBitte zahlen",
        ("Bitte zahlen",),
    ),
    Mail(
        "forward-nl",
        "Ter info\n\n-------- Doorgestuurd bericht --------\nOnderwerp: Rekening\n\nGraag betalen",
        ("Graag betalen",),
    ),
    Mail(
        "bounce",
        f"Delivery failed\n\n-- \n\n{signed(ASKED)}",
        ("Delivery failed",),
        (signed(ASKED),),
    ),
]

MAILS = [*SENTENCES, *HEADS, *ANSWERS, *CONTENT]


def split(mail: Mail) -> tuple[list[str], list[str]]:
    """The lines that stay visible and those that fold."""
    earlier = EarlierText()
    for text in mail.earlier:
        earlier.add(text)
    parts = split_quotes(SafeText(mail.text), earlier, is_forward=mail.is_forward)
    assert "".join(part.text for part in parts) == mail.text
    visible = [line for part in parts if not part.is_quote for line in part.text.splitlines()]
    folded = [line for part in parts if part.is_quote for line in part.text.splitlines()]
    return visible, folded


@pytest.mark.parametrize("mail", MAILS, ids=[mail.name for mail in MAILS])
def test_a_mail_shows_what_is_new_and_folds_what_is_old(mail: Mail) -> None:
    visible, folded = split(mail)
    assert [line for line in mail.new if line not in visible] == []
    assert [line for line in mail.old if line not in folded] == []


@pytest.mark.parametrize("mail", HEADS, ids=[mail.name for mail in HEADS])
def test_heads_fold_as_well_where_the_message_below_is_known(mail: Mail) -> None:
    known = Mail(mail.name, mail.text, mail.new, mail.old, BEFORE)
    visible, folded = split(known)
    assert [line for line in visible if line] == [CARE]
    assert [line for line in mail.old if line not in folded] == []


@pytest.mark.parametrize("mail", CONTENT, ids=[mail.name for mail in CONTENT])
def test_content_stays_also_where_other_messages_are_known(mail: Mail) -> None:
    other = Mail(mail.name, mail.text, mail.new, (), ("Something else was said before this.",))
    visible, _ = split(other)
    assert [line for line in mail.new if line not in visible] == []


OLD_HTML = "".join(f"<p>{line}</p>" for line in ANSWERED.split("\n") if line)
HTML = {
    "outlook-desktop": f"<div class=WordSection1><p class=MsoNormal>{CARE}<o:p></o:p></p>"
    "<p class=MsoNormal><o:p>&nbsp;</o:p></p><div><div style='border-top:solid #E1E1E1 1.0pt'>"
    "<p class=MsoNormal><b>Von:</b> Ines &lt;ines@desk.example&gt; <br><b>Gesendet:</b> Montag, "
    "2. November 2026 10:00<br><b>An:</b> Tom<br><b>Betreff:</b> AW: Paket<o:p></o:p></p></div>"
    f"</div>{OLD_HTML}</div>",
    "outlook-web": f"<div>{CARE}</div><hr><div id='divRplyFwdMsg'><font><b>De&nbsp;:</b> Ines<br>"
    "<b>Envoyé&nbsp;:</b> lundi 2 novembre 2026 10:00<br><b>À&nbsp;:</b> Tom<br>"
    f"<b>Objet&nbsp;:</b> RE: colis</font><div>&nbsp;</div></div><div>{OLD_HTML}</div>",
    "outlook-addresses": f"<p>{CARE}</p><p><b>From:</b> Ines [<a href='mailto:i@desk.example'>"
    "mailto:i@desk.example</a>]<br><b>Sent:</b> Monday 10:00<br><b>To:</b> "
    "<a href='mailto:t@mail.example'>t@mail.example</a>; b@mail.example<br>"
    f"<b>Subject:</b> Re: x</p>{OLD_HTML}",
    "head-in-a-table": f"<p>{CARE}</p><table><tr><td>From:</td><td>Ines</td></tr><tr>"
    "<td>Sent:</td>"
    "<td>Monday 10:00</td></tr><tr><td>To:</td><td>Tom</td></tr><tr><td>Subject:</td><td>Re: x</td>"
    f"</tr></table>{OLD_HTML}",
    "gmail": f"<div dir=ltr>{CARE}</div><br><div class=gmail_quote><div class=gmail_attr>"
    "Op ma 2 nov 2026 om 10:00 schreef Ines &lt;<a href='mailto:ines@desk.example'>"
    "ines@desk.example</a>&gt;:<br></div>"
    f"<blockquote class=gmail_quote>{OLD_HTML}</blockquote></div>",
    "ios": f"<div>{CARE}</div><blockquote type=cite>Am 02.11.2026 um 10:00 schrieb Ines "
    "&lt;ines@desk.example&gt;:<br><br></blockquote><blockquote type=cite>"
    f"{OLD_HTML}</blockquote>",
    "gmx": f"<div>{CARE}</div><div name=quote><b>Gesendet:</b>&nbsp;Montag, 02. November 2026 um "
    "10:00 Uhr<br/><b>Von:</b>&nbsp;&quot;Ines&quot; &lt;ines@desk.example&gt;<br/><b>An:</b>&nbsp;"
    f"tom@mail.example<br/><b>Betreff:</b>&nbsp;Re: Paket<div>{OLD_HTML}</div></div>",
}


@pytest.mark.parametrize("is_known", [False, True])
@pytest.mark.parametrize("source", HTML.values(), ids=HTML.keys())
def test_html_of_mail_programs_shows_the_answer_alone(source: str, is_known: bool) -> None:
    earlier = EarlierText()
    if is_known:
        earlier.add(readable(OLD_HTML).text)
    parts = split_quotes(readable(source).text, earlier)
    visible = "".join(part.text for part in parts if not part.is_quote)
    assert visible.split() == CARE.split()
    assert any("driver use?" in part.text for part in parts if part.is_quote)
