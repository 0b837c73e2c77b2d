"""Who is in the sample company: Nettle & Clay, an online shop for the home, and its customers."""

from __future__ import annotations

AGENTS = (
    ("Ines Marchetti", "ines.marchetti", "Milano"),
    ("Owen Pritchard", "owen.pritchard", "Cardiff"),
    ("Lucía Herrero", "lucia.herrero", "Valencia"),
    ("Baptiste Lemoine", "baptiste.lemoine", "Lyon"),
    ("Zofia Wrona", "zofia.wrona", "Kraków"),
    ("Haruto Ogawa", "haruto.ogawa", "神戸"),
    ("Amal Nasser", "amal.nasser", "Marseille"),
)
"""Name, mailbox, city."""

AGENT_GROUPS = (
    ("Customer Care", "First line, all channels", (0, 1, 2, 3)),
    ("Returns", "Goods coming back, refunds", (2, 4)),
    ("Carriers", "Late, lost and broken parcels", (1, 5, 6)),
)
"""Name, description, members by their place in `AGENTS`."""

TYPES = (
    ("incident", "incident", "incidente", "incidencia", "incident"),
    ("request", "request", "richiesta", "petición", "demande"),
    ("task", "task", "attività", "tarea", "tâche"),
    ("notify", "notification", "notifica", "aviso", "notification"),
)
"""Machine name, then labels in en, it, es, fr."""

AREAS = (
    ("delivery", "delivery", "consegna", "entrega", "livraison"),
    ("returns", "returns", "resi", "devoluciones", "retours"),
    ("billing", "billing", "fatturazione", "facturación", "facturation"),
    ("products", "products", "prodotti", "productos", "produits"),
    ("shop", "online shop", "negozio online", "tienda en línea", "boutique en ligne"),
)

GROUPS = (
    ("households", "households", "privati", "particulares", "particuliers"),
    ("trade", "trade", "aziende", "empresas", "professionnels"),
    ("marketplace", "marketplace", "marketplace", "mercado", "place de marché"),
)

COMPANIES = (
    ("Arden Ltd", "York", "GB"),
    ("Trattoria dal Moro", "Bologna", "IT"),
    ("Hostal Las Acacias", "Sevilla", "ES"),
    ("Atelier Fougère", "Nantes", "FR"),
    ("Kawabata 工房", "京都", "JP"),
    ("Dom i Ogród sp. z o.o.", "Gdańsk", "PL"),
    ("Παντοπωλείο Αιγαίο", "Σύρος", "GR"),
    ("O'Hara & Daughters", "Cork", "IE"),
)
"""Name, city, country."""

CUSTOMERS = (
    ("Tom Arden", "en", "York", "GB"),
    ("Priya Raman", "en", "Leeds", "GB"),
    ("Gwen Ellis-Hughes", "en", "Bangor", "GB"),
    ("Daniel O'Hara", "en", "Cork", "IE"),
    ("Marta Kowalczyk", "en", "Gdańsk", "PL"),
    ("Giulia Bassi", "it", "Bologna", "IT"),
    ("Matteo Esposito", "it", "Napoli", "IT"),
    ("Chiara De Santis", "it", "Roma", "IT"),
    ("Noè Zanetti", "it", "Treviso", "IT"),
    ("Íñigo Arregui", "es", "Bilbao", "ES"),
    ("Carmen Peña", "es", "Sevilla", "ES"),
    ("Álvaro Muñoz", "es", "Toledo", "ES"),
    ("Élodie Garnier", "fr", "Nantes", "FR"),
    ("François Lœuillet", "fr", "Lille", "FR"),
    ("Maëlle Kerbrat", "fr", "Quimper", "FR"),
    ("渡辺 さくら", "en", "大阪", "JP"),
    ("王小明", "en", "上海", "CN"),
    ("김민지", "en", "부산", "KR"),
    ("ليلى حداد", "fr", "بيروت", "LB"),
    ("נועה לוי", "en", "חיפה", "IL"),
    ("Елена Морозова", "en", "Рига", "LV"),
    ("Νίκος Παππάς", "en", "Αθήνα", "GR"),
    ("Zoë 🌿 Baker", "en", "Brighton", "GB"),
    ("สมชาย ใจดี", "en", "เชียงใหม่", "TH"),
)
"""Name, language, city, country: the first customers of every sample."""

FIRST_NAMES = {
    "en": (
        "Alice",
        "Ben",
        "Chloe",
        "Derek",
        "Esther",
        "Fergus",
        "Harriet",
        "Imran",
        "Joan",
        "Kofi",
    ),
    "it": ("Anna", "Bruno", "Carla", "Dario", "Elisa", "Fabio", "Giada", "Luca", "Nora", "Pietro"),
    "es": ("Ana", "Blas", "Clara", "Diego", "Elena", "Félix", "Inés", "Jorge", "Lola", "Nuria"),
    "fr": ("Aline", "Bruno", "Cécile", "Denis", "Ève", "Gaël", "Hélène", "Jules", "Léa", "Noël"),
}
LAST_NAMES = {
    "en": ("Ashdown", "Blackwood", "Carver", "Dunmore", "Eastlake", "Frost", "Gale", "Hollis"),
    "it": ("Abate", "Bellini", "Conti", "Donati", "Ferrara", "Greco", "Longo", "Moretti"),
    "es": ("Alonso", "Bravo", "Cano", "Duarte", "Espinosa", "Fuentes", "Gil", "Ibáñez"),
    "fr": ("Aubry", "Blanchard", "Colin", "Dufour", "Étienne", "Faure", "Girard", "Hamon"),
}
CITIES = {
    "en": (("Bristol", "GB"), ("Glasgow", "GB"), ("Dublin", "IE")),
    "it": (("Torino", "IT"), ("Bari", "IT"), ("Lugano", "CH")),
    "es": (("Madrid", "ES"), ("Zaragoza", "ES"), ("Málaga", "ES")),
    "fr": (("Paris", "FR"), ("Toulouse", "FR"), ("Genève", "CH")),
}
"""What further customers are put together from, by language."""
