"""What customers and agents of the sample company write to each other, in four languages.

`{order}`, `{item}` and `{customer}` are filled in per ticket.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Story:
    """One course of a conversation."""

    language: str
    area: str
    subject: str
    turns: tuple[str, ...]
    """The description first; then an agent and the customer take turns."""
    tags: tuple[str, ...] = ()


ITEMS = {
    "en": ("oak shelf", "wool blanket", "stoneware teapot", "linen curtains", "brass lamp"),
    "it": ("mensola di rovere", "coperta di lana", "teiera di gres", "lampada di ottone"),
    "es": ("estante de roble", "manta de lana", "tetera de gres", "lámpara de latón"),
    "fr": ("étagère en chêne", "plaid en laine", "théière en grès", "lampe en laiton"),
}

STORIES = (
    Story(
        "en",
        "delivery",
        "Late parcel, order {order}",
        (
            "Hello,\n\nmy {item} (order {order}) should have come on Monday. The tracking page has "
            "said “out for delivery” for three days now. Could you find out where it is?\n\n"
            "{customer}",
            "Hello {customer},\n\nI have asked the carrier to look for it; they answer within a "
            "working day. I will write as soon as I know more.",
            "Thank you. I am at home until Thursday, if that helps.",
            "Good news: it was found at the depot and goes out tomorrow morning.",
            "It came, and it is lovely. Thanks!",
            "Wonderful, enjoy it. I close this for you.",
        ),
        ("delivery",),
    ),
    Story(
        "en",
        "returns",
        "Broken on arrival: {item}",
        (
            "The {item} arrived today with a crack right through it. The box itself looks fine. "
            "I would rather have a new one than my money back.",
            "I am sorry to hear that. Could you send a photo of the crack and of the label?",
            "Photo attached. The label says {order}.",
            "Thank you, that is all we need. A new one leaves our warehouse tomorrow; please keep "
            "the broken one for a week, in case the carrier wants to see it.",
        ),
        ("damage", "replacement"),
    ),
    Story(
        "en",
        "billing",
        "Invoice for {order} shows the wrong address",
        (
            "Our accountant needs the invoice for {order} made out to the company, not to me. "
            "VAT number is on file. Can it be changed after the fact?",
            "It can. I have asked accounting to reissue it; you will get it by e-mail.",
            "Received, but the postcode still has a typo: it should read YO1 7HH.",
            "Corrected and sent again. Sorry about that.",
        ),
        ("invoice",),
    ),
    Story(
        "en",
        "products",
        "Does the {item} fit a 90 cm niche?",
        (
            "Before I order: the page gives 88 cm. Is that with or without the brackets?",
            "Without. With brackets it is 89.5 cm, so it fits with a hair to spare.",
        ),
        ("question",),
    ),
    Story(
        "en",
        "shop",
        "Cannot pay: “session expired”",
        (
            "Every time I get to the payment page it says “session expired”. Tried two browsers.",
            "Could you tell me roughly when you tried last, and from which country?",
            "Just now, from Ireland.",
        ),
        ("payment", "bug"),
    ),
    Story(
        "en",
        "delivery",
        "Please change the delivery address of {order}",
        (
            "We are moving on Friday. Can {order} go to the new flat?\n\n"
            "> Your order {order} is being packed.\n> It will leave us tomorrow.\n>> Order date: "
            "yesterday\n\nNew address: 14 Orchard Row, second floor.",
            "Done. It will go to 14 Orchard Row.",
        ),
        ("delivery", "address"),
    ),
    Story(
        "it",
        "delivery",
        "Pacco non arrivato, ordine {order}",
        (
            "Buongiorno,\n\nil corriere segna il pacco ({item}) come consegnato, ma qui non è "
            "arrivato nulla. Ho chiesto anche ai vicini.\n\nGrazie,\n{customer}",
            "Buongiorno {customer}, apriamo subito una ricerca con il corriere.",
            "Ci sono novità? Mi serve entro sabato.",
            "Il pacco era stato lasciato al punto di ritiro; glielo portano domani.",
        ),
        ("consegna",),
    ),
    Story(
        "it",
        "returns",
        "Vorrei restituire: {item}",
        (
            "Il colore non è come in foto. Come posso fare il reso dell'ordine {order}?",
            "Le mando l'etichetta per il reso: ha 30 giorni di tempo.",
            "Perfetto, spedito oggi.",
            "Ricevuto, il rimborso arriva entro cinque giorni lavorativi.",
        ),
        ("reso",),
    ),
    Story(
        "es",
        "delivery",
        "¿Dónde está mi pedido {order}?",
        (
            "Hola:\n\nhace una semana que espero la {item} y el seguimiento no cambia. "
            "¿Pueden averiguar qué pasa?\n\nUn saludo,\n{customer}",
            "Hola, {customer}: lo estamos mirando con el transportista.",
            "Gracias. Mañana estaré fuera hasta las 15:00.",
        ),
        ("entrega",),
    ),
    Story(
        "es",
        "billing",
        "Me han cobrado dos veces",
        (
            "En mi cuenta aparecen dos cargos por el pedido {order}. ¿Me devuelven uno?",
            "Tiene razón: el segundo ya está anulado; lo verá en dos o tres días.",
        ),
        ("cobro", "urgente"),
    ),
    Story(
        "fr",
        "delivery",
        "Colis abîmé, commande {order}",
        (
            "Bonjour,\n\nle carton est arrivé ouvert et il manque une pièce : {item}. "
            "Que dois-je faire ?\n\nCordialement,\n{customer}",
            "Bonjour {customer}, pouvez-vous nous envoyer une photo du carton ?",
            "La voici. Le livreur n'a pas voulu noter de réserve.",
            "Merci. Nous vous renvoyons la pièce manquante aujourd'hui même.",
        ),
        ("livraison", "dégât"),
    ),
    Story(
        "fr",
        "products",
        "Entretien : {item}",
        (
            "Peut-on laver cet article en machine ? L'étiquette est illisible.",
            "À 30 °C, programme délicat, sans essorage. Bonne journée !",
        ),
        ("question",),
    ),
)

LONG_THREAD_QUESTIONS = (
    "Still nothing on my side. Anything from the carrier?",
    "The new date has passed as well.",
    "I was told on the phone that it is in Rotterdam?",
    "Could someone please call me? After six is best.",
)
LONG_THREAD_ANSWERS = (
    "I have just asked again and marked it as urgent.",
    "They name Wednesday now; I stay on it.",
    "It is on the list for the morning van.",
    "I called the depot: they look for it by hand today.",
)

NOTES = (
    "Ask the carrier for the scan history.",
    "Third complaint about this depot this month.",
    "Customer prefers to be called after six.",
    "Refund approved by accounting.",
    "Check that the replacement has left.",
    "Attenzione: cliente importante.",
)
REMINDERS = ("Call back", "See whether the parcel moved", "Close if there is no answer")
