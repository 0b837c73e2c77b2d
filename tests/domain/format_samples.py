"""Messages in both formats, each labelled with the one that its writer meant."""

from __future__ import annotations

from typing import Final

HTML: Final = {
    "reply of the desk": (
        "<p>Dear Ada,<br>\nthe lamp is on its way.</p>\n<p>Kind regards<br>\nInes</p>"
    ),
    "one paragraph": "<p>Thank you.</p>",
    "web mail": '<div dir="ltr">Hi,<div><br></div><div>the lamp is dark.</div></div>',
    "web mail with a quote": (
        '<div dir="ltr">Yes.</div><br><div class="gmail_quote"><div dir="ltr">On Mon, Ines wrote:'
        '<br></div><blockquote style="margin:0">Is it <b>dark</b>?</blockquote></div>\n'
    ),
    "whole document": (
        "<!DOCTYPE html>\n<html>\n<head>\n<title>Mail</title>\n</head>\n<body>\nHello\nAda\n"
        "</body>\n</html>\n"
    ),
    "document without doctype": "<html><body>Hello &amp; goodbye\nAda</body></html>",
    "xhtml with an xml head": (
        '<?xml version="1.0"?>\n'
        '<html xmlns="http://www.w3.org/1999/xhtml"><body><p>Hi</p></body></html>'
    ),
    "head never closed": "<html><head><title>Mail</title><p>It has not come.</p>",
    "meta first": '<meta http-equiv="Content-Type" content="text/html">\n<div>Hello\nAda</div>',
    "style first": "<style>p {margin: 0}</style>\n<p class=MsoNormal>Hello<o:p></o:p></p>",
    "Outlook": (
        '<p class="MsoNormal">Hello,<o:p></o:p></p>\n<p class="MsoNormal"><o:p>&nbsp;</o:p></p>\n'
        '<p class="MsoNormal">the lamp is dark.<o:p></o:p></p>\n'
    ),
    "Outlook document": (
        '<html xmlns:v="urn:x:vml" xmlns:o="urn:x:office" xmlns="http://www.w3.org/TR/REC-html40">\r\n'
        "<head>\r\n<style><!-- p.MsoNormal {margin:0} --></style>\r\n</head>\r\n"
        '<body lang="EN-GB">\r\n<div class="WordSection1">\r\n<p class="MsoNormal">Hello</p>\r\n'
        "</div>\r\n</body>\r\n</html>\r\n"
    ),
    "conditional comment first": "<!--[if mso]><table><![endif]-->\n<p>Hello</p><!-- x -->",
    "lines with breaks": "Hello,<br>thanks<br>Ada",
    "lines with breaks and line ends": "Hello,<br>\nthanks for the lamp.<br>\n<br>\nAda",
    "lines with closed breaks": "Dear team,<br/><br/>it is <b>broken</b>",
    "lines with spaced breaks": "Hello, <br />\nit is dark. <br />\nAda <br />",
    "upper case": "<P>Hello</P><P>it is <B>dark</B>.</P>",
    "one bold word": "Please send <b>two</b> lamps.",
    "escaped comparison": "if <i>a</i> &lt; b it is dark",
    "one link": 'See <a href="https://shop.example/4417">your order</a> for more.',
    "text behind the markup": "<p>Hello,</p><p>it is dark.</p>\nSent from my phone",
    "scanner's foot": (
        "<div>"
        + "<p>It is dark.</p>\n" * 20
        + "</div>\n\nThis message was checked\nby the gateway.\n"
    ),
    "unclosed paragraphs": "<p>Hello,\n<p>the lamp is dark.\n<p>Ada",
    "list": "<ul><li>lamp<li>cup</ul>",
    "table": "<table><tr><td>Lamp<td>1<tr><td>Cup<td>2</table>",
    "table of a shop": (
        '<center>\n<table width="600" cellpadding="0">\n<tr>\n<td align="left">Order 4417</td>\n'
        "</tr>\n</table>\n</center>\n"
    ),
    "wrapped source": (
        "<p>We are sorry to hear that the lamp has come without its foot, and send a new\n"
        "one on Monday. Please keep the old one until then.</p>\n<p>Ines</p>"
    ),
    "heading": "<h2>Your ticket</h2>\nThe lamp is dark.",
    "font": '<font face="Arial" size="2">Hello<br>it is dark</font>',
    "span": '<span style="color:#000">Hello</span>',
    "pre": "<pre>Traceback\n  line 1\n  line 2</pre>",
    "picture and text": '<img src="cid:1"><br>The lamp in the picture is dark.',
    "picture in the source": '<p>See:</p><img src="data:image/png;base64,iVBORw0KGgo="><p>dark</p>',
    "blank lines between blocks": "<div>Hello</div>\n\n\n<div>it is dark</div>\n\n\n<div>Ada</div>",
    "letter that is escaped": "<p>Le colis est arriv&eacute; cass&eacute;.</p>",
    "block quote": "<blockquote>It is dark</blockquote>\n<p>Since when?</p>",
    "sentence with a heart": "<p>I <3 the lamp</p>",
    "code in HTML": "<p>Use <code>List&lt;String&gt;</code> here.</p>",
    "address in HTML": "<p>Write to <a href='mailto:a@b.example'>a@b.example</a>.</p>",
    "misnested": "<p>It <b>is <i>dark</b> here</i>.</p>",
    "horizontal rule": "Hello<hr>Ada",
    "void span": '<div>Hello<span style="font-size:0"></span></div>',
}

TEXT: Final = {
    "one line": "The lamp is dark.",
    "several lines": "Hello,\n\nthe lamp is dark.\n\nAda",
    "nothing": "",
    "blank": " \n ",
    "tags in a sentence": (
        "Good morning,\nthe page prints <br> between the items and </div> at the end.\n\nTimes:\n"
        "09:14 opened\n09:15 blank\n\nMia <mia@mail.example>\n"
    ),
    "tag in one line": "The page prints <br> between the items.",
    "quoted tag in one line": 'The page prints "<br>" where a line ends.',
    "tag in back quotes": "Why is there a `</p>` in the text?",
    "end tag in a sentence": "The mail ends with </html> on my screen, why?",
    "address": "Please write to Mia <mia@mail.example> or call.",
    "addresses": (
        "From: Mia <mia@mail.example>\nTo: <desk@desk.example>\nSubject: lamp\n\nIt is dark."
    ),
    "web address in brackets": "See <https://shop.example/4417> for the order.",
    "reference": "The invoice says Salt &amp; Pepper, it should be Salt & Pepper.",
    "references in lines": "Hi,\nthe head says &nbsp; and &lt;b&gt;\nand so on\n\nNoor",
    "one reference": "The page shows &amp; everywhere.",
    "address with parameters": "https://shop.example/?a=1&copy=2&lt=3\nplease open this",
    "comparison": "if a <b then c> d",
    "comparison without spaces": "It fails when a<b and b>c in the sheet.",
    "arrows": "x <- y\n\n1 < 2\n<- back",
    "heart": "I <3 this lamp\nvery much",
    "generics": "List<String> names = new ArrayList<String>();\nMap<K, V> map;\nreturn names;",
    "generics named like tags": "Pair<A,B> p = f();\nList<B> b = g();\nSet<I> i = h();",
    "one generic": "We use List<B> for that.",
    "C++": "#include <vector>\n#include <map>\nint main() {\n  std::vector<int> v;\n}\n",
    "here-document": "cat <<EOF\n<p>hi</p>\nEOF\nprints nothing",
    "shell": "$ sort < in.txt > out.txt\n$ cat <<'EOF' >x\n$ ls\n",
    "traceback": (
        'Traceback (most recent call last):\n  File "<stdin>", line 1, in <module>\n'
        '  File "app.py", line 3, in f\nValueError: bad <br> in text\n'
    ),
    "log": (
        "09:14:01 INFO start\n09:14:02 WARN unexpected <div> in <p>\n"
        "09:14:03 ERROR </table> missing\n"
        "09:14:04 INFO stop\n"
    ),
    "log with markup": (
        "09:14:01 INFO got <p>hello</p>\n09:14:02 INFO got <p>bye</p>\n09:14:03 INFO end\n"
    ),
    "access log": (
        '10.0.0.1 - - "GET /?q=<b>x</b> HTTP/1.1" 200\n10.0.0.2 - - "GET / HTTP/1.1" 404\n'
    ),
    "diff": (
        '--- a/page.html\n+++ b/page.html\n@@ -1,2 +1,2 @@\n-<div class="a">\n+<div class="b">\n'
        " <p>Hello</p>\n"
    ),
    "snippet in a report": (
        'Hi,\nour template has this:\n\n<div class="x">\n  <p>Hello</p>\n</div>\n\n'
        "Why is it not shown?\n"
        "Thanks\nMia\n"
    ),
    "snippet between two sentences": (
        'This does not work:\n<div class="box">Hello</div>\nCan you help?'
    ),
    "table between sentences": (
        "Hello, the table\n\n<table>\n<tr><td>1</td></tr>\n</table>\n\nis empty. Thanks"
    ),
    "list of markup": "Use this:\n<ul>\n  <li>a</li>\n  <li>b</li>\n</ul>\nand it breaks",
    "YAML": "title: Lamp\nbody: |\n  <p>Welcome</p>\n  <p>Bye</p>\nfooter: none",
    "snippet of a link": (
        'Hi,\nthe mail has\n<a href="http://x.example">here</a>\nand it is dead.\nMia'
    ),
    "snippet of a table": (
        "Hello,\n\nthis row is empty:\n\n<tr>\n<td></td>\n</tr>\n\nCan you look?\n\nRegards,\nMia\n"
    ),
    "XML": '<?xml version="1.0"?>\n<order>\n  <id>4417</id>\n  <p>two</p>\n</order>\n',
    "XML without a head": "<note><to>Ada</to><body>dark</body></note>",
    "XML in a report": (
        "The export gives\n<order>\n  <title>Lamp</title>\n</order>\nwithout a price."
    ),
    "feed": '<rss version="2.0"><channel><title>News</title><link>x</link></channel></rss>',
    "drawing": '<svg width="10"><text>dark</text></svg>',
    "script as typed": "<script>alert(1)</script>",
    "script in a sentence": "I typed <script>alert(1)</script> into the field and it ran.",
    "placeholders": "Usage: lamp <file> [<name>]\n       lamp --help\n",
    "placeholder named like a tag": "Run: lamp <code> <label>\nThen: lamp <time>\nIt says: no lamp",
    "closing tag first": "</div> is printed above the order\nand </body> below it.\nWhy?",
    "tag first": "<br> is printed between the items\nand nothing else.\nMia",
    "document tag first": "<head> is missing in your page\nand so is <body>\nMia",
    "comment": "The page source has <!-- end --> at the bottom.\nIs that meant?",
    "unclosed comment": "The page shows <!-- at the top.\nIs that meant?",
    "mail head": (
        '---- Original ----\nFrom: "Ines" <ines@desk.example>\nDate: Mon\n'
        "To: Mia <mia@mail.example>\n\n"
        "> Is it dark?\n"
    ),
    "mark-down": "# Head\n\n* one <br>\n* two\n\n```html\n<p>x</p>\n```\n\nend\n",
    "JSON": '{"text": "<p>Hello</p>",\n "kind": "note",\n "id": 4}\n',
    "table drawn with bars": "| a | b |\n|---|---|\n| <b> | </b> |\n",
    "maths": "For 0<i<n and i>2 we see\na<p and p>q",
    "console": "ines@desk:~$ echo '<h1>x</h1>' > a.html\nines@desk:~$ cat a.html\n<h1>x</h1>\n",
    "smileys": "Thanks >_< and <3\n:-> Ada",
    "form of a site": (
        "Name: Mia\nMail: <mia@mail.example>\nText: it is dark<br>and cold\nSent: Monday\n"
    ),
    "greater than": "speed > 5 and speed < 10",
    "brackets in bars": "<<<<<<< HEAD\n<p>old</p>\n=======\n<p>new</p>\n>>>>>>> branch\n",
    "mail merge field": "Dear <Name>,\nyour order <Order> has left.\n",
    "e-mail thread": "<ada@mail.example> wrote:\n> <b>dark</b>\nSince when?\nInes",
}

REFERENCES: Final = {
    "caf&eacute; &amp; tea": "café & tea",
    "Le colis est arriv&eacute;\ncass&eacute;.": "Le colis est arrivé\ncassé.",
    "It&#39;s dark &amp; cold": "It's dark & cold",
    "&Eacute;t&eacute; &gt; hiver": "Été > hiver",
}
