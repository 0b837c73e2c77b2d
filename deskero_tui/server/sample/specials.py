"""Sample tickets of note: long, rich, in other scripts, and hostile.

The hostile ones hold what strangers could send to a terminal; a console must show every one of
them without harm, and the desk must keep every letter of them.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from deskero_tui.server.sample.files import pdf, png
from deskero_tui.server.sample.texts import LONG_THREAD_ANSWERS, LONG_THREAD_QUESTIONS, Story

LONG_THREAD_REPLIES = 64
LONG_LINE_LETTERS = 64 * 1024

Attached = tuple[str, str, bytes]
"""File name, MIME type, bytes."""


@dataclass(frozen=True)
class Special:
    """A story with its files; they hang on the description."""

    story: Story
    files: tuple[Attached, ...] = field(default=())


_MAIL = """<html><head><style>p{color:#333}</style></head><body>
<p>Hello,</p>
<p>please see the <b>three</b> open points below, and our
<a href="https://shop.example.test/orders/A-1009?from=mail">order page</a>.</p>
<table border="1"><tr><th>Article</th><th>Ordered</th><th>Received</th></tr>
<tr><td>Stoneware teapot</td><td>12</td><td>11</td></tr>
<tr><td>Linen napkins, pack of&nbsp;4</td><td>30</td><td>30</td></tr></table>
<ul><li>one teapot is missing</li><li>the delivery note is in Polish</li>
<li>the invoice says 12 &amp; should say 11</li></ul>
<p>Kind regards<br>Marta</p>
<blockquote type="cite"><p>On Tuesday Owen Pritchard wrote:</p><p>Your order has left us.</p>
<blockquote type="cite"><p>On Monday you wrote:</p><p>When will it leave?</p>
<blockquote type="cite"><p>Your order A-1009 is confirmed.</p></blockquote>
</blockquote></blockquote></body></html>"""

_ANSWER = (
    "<p>Hello Marta,</p><p>thank you for the list. The missing teapot goes out today; "
    'see <a href="https://carrier.example.test/t/99-1">its tracking</a>.</p>'
    "<p>Kind regards<br/>Ines</p>"
)

_SCRIPTED_MAIL = (
    "<p>Nice shop!</p><script>document.title='owned'</script><style>@import url(//x.test)</style>"
    "<p onclick='steal()'>&#27;[2J&#x1b;]0;owned&#7; control letters as entities</p>"
    '<img src="https://tracker.example.test/pixel.gif?id=9" width=1 height=1>'
    '<a href="https://bank.example.test.evil.test/login">https://bank.example.test/login</a>'
    '<a href="javascript:alert(1)">click</a>' + "<div>" * 150 + "deep" + "</div>" * 150
)


def _thread() -> tuple[str, ...]:
    opening = "My order of eleven parcels is spread over half of Europe. I start a list here."
    rounds = (
        (
            f"({number}) {LONG_THREAD_ANSWERS[number % 4]}",
            f"({number}) {LONG_THREAD_QUESTIONS[number % 4]}",
        )
        for number in range(1, LONG_THREAD_REPLIES // 2 + 1)
    )
    return (opening, *(turn for both in rounds for turn in both))


SPECIALS = (
    Special(
        Story("en", "delivery", "Eleven parcels, one saga", _thread(), ("delivery", "vip", "saga"))
    ),
    Special(
        Story("en", "delivery", "Delivery A-1009: three open points", (_MAIL, _ANSWER), ("trade",)),
        (
            ("delivery note.pdf", "application/pdf", pdf("Delivery note A-1009, 3 parcels")),
            ("carton.png", "image/png", png(150, 105, 60)),
        ),
    ),
    Special(
        Story(
            "en",
            "products",
            "茶碗の金継ぎについて",
            (
                "こんにちは。先日購入した茶碗が割れてしまいました。金継ぎの修理はできますか。"
                "写真を添付します。よろしくお願いいたします。",
                "渡辺様、お問い合わせありがとうございます。修理できます。お見積りをお送りします。",
                "ありがとうございます！お待ちしています 🙏",
            ),
            ("修理",),
        ),
        (("茶碗の写真.png", "image/png", png(60, 90, 120)),),
    ),
    Special(
        Story(
            "fr",
            "delivery",
            "استفسار عن موعد التسليم A-2041",
            (
                "مرحبا، متى يصل الطلب A-2041؟ رقم التتبع 99-204 لا يعمل.",
                "Bonjour, votre colis arrive jeudi. يصل الطلب يوم الخميس.",
            ),
        )
    ),
    Special(
        Story(
            "en",
            "returns",
            "החזרה של מנורה (order A-3003)",
            (
                "שלום, אני רוצה להחזיר את המנורה. The box says “fragile”.",
                "שלום, שלחנו תווית החזרה.",
            ),
        )
    ),
    Special(
        Story(
            "en",
            "products",
            "Gift wrap? 🎁👩‍👩‍👧‍👦🏳️‍🌈",
            (
                "Do you wrap gifts? 🎁 For a family 👨‍👩‍👧‍👦, with a flag 🇯🇵🇮🇹, thumbs 👍🏽👍🏿 "
                "and a keycap 1️⃣. Also ｆｕｌｌｗｉｄｔｈ and ﾊﾝｶｸ letters.",
                "We do, 3 € each. 😊",
            ),
            ("🎁",),
        )
    ),
    Special(
        Story(
            "en",
            "shop",
            "Printer says \x1b[31mred\x1b[0m \x1b]0;title taken\x07",
            (
                "Clipboard: \x1b]52;c;cm0gLXJmIH4=\x07 link: \x1b]8;;https://evil.test\x1b\\safe"
                "\x1b]8;;\x1b\\ clear: \x1b[2J\x1b[H alternate: \x1b[?1049l mouse: \x1b[?1003h "
                "C1: \x9b31m \x9d0;x\x9c DCS: \x1bPq#0\x1b\\ bell: \x07\x07 "
                "back: abc\x08\x08\x08xyz return: one\rtwo "
                "null: \x00 delete: \x7f query: \x1b[6n \x1b[c",
                "That is a lively printer.",
            ),
            ("\x1b[7mtag\x1b[0m",),
        )
    ),
    Special(
        Story(
            "en",
            "shop",
            "Invoice \u202egnp.exe\u202c and \u2066hidden\u2069 \u200bzero\u200dwidth",
            (
                "Right to left override: \u202ePLEASE PAY 9 EUR\u202c. Isolates: \u2067abc\u2069. "
                "Marks: \u200e\u200f\u061c. Soft\u00adhyphen. BOM: \ufeff. Tag letters: "
                "\U000e0041\U000e0042. Line ends: \u2028 \u2029 \x85 \x0b \x0c.",
                "We cannot see the file name clearly, please send it again.",
            ),
        ),
        (
            ("\u202egnp.exe", "application/x-msdownload", b"MZ not a program"),
            ("../../etc/passwd", "text/plain", b"root of nothing\n"),
        ),
    ),
    Special(
        Story(
            "en",
            "shop",
            "[/nope] [bold red]markup[/] [@click=app.quit]free[/]",
            (
                "Square brackets: [/nope] [@click=app.quit]quit[/] "
                "[link=https://evil.test]x[/link] [[double]] \\[escaped] "
                "$variable %s {0} {customer",
                "We read them as they are.",
            ),
            ("[/]", "a,b"),
        ),
        (
            ("C:\\Windows\\system32\\cmd.exe", "text/html", b"<script>1</script>"),
            ("-rf *;$(reboot)\n.txt", "text/plain", b"quoting matters\n"),
        ),
    ),
    Special(
        Story(
            "en",
            "products",
            "Z" + "\u0301\u0316\u0334" * 60 + "algo parcel",
            ("a" + "\u0301" * 3000 + " end of the flood", "Heard, over the flood."),
        )
    ),
    Special(
        Story(
            "en",
            "shop",
            "Log file without a line end",
            ("0123456789abcdef" * (LONG_LINE_LETTERS // 16), "Thank you, that is plenty."),
        )
    ),
    Special(Story("en", "shop", "<b>Nice</b> shop &amp; more", (_SCRIPTED_MAIL, "Thank you."))),
    Special(
        Story(
            "en",
            "billing",
            " " * 3 + "Tabs\tand\nline ends   in a subject" + " " * 3,
            ("\n\n\n\tIndented.\r\nCarriage returns.\r\n\r\n\r\n\r\nMany blank lines.", "Tidied."),
        )
    ),
)
