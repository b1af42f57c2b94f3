"""What are the people, companies and streets of the practice world called? (all invented)"""

from dataclasses import dataclass
from typing import Final, Literal

Kind = Literal["problem", "incident", "question", "task"]

FIRST_PARTS: Final = (
    "Alder", "Birch", "Cobalt", "Dune", "Ember", "Fjord", "Granite", "Harbor", "Indigo", "Juniper",
    "Kestrel", "Lumen", "Marlow", "Nimbus", "Orchard", "Pebble", "Quill", "Russet", "Sable", "Thistle",
)  # fmt: skip
SECOND_PARTS: Final = (
    "Analytics", "Bakeries", "Ceramics", "Dairy", "Energy", "Freight", "Glassworks", "Health", "Instruments",
    "Jewellers", "Kitchens", "Logistics", "Mills", "Nurseries", "Optics", "Paper", "Quarries", "Robotics",
)  # fmt: skip
BRANCHES: Final = ("North", "South", "East", "West", "Online", "Wholesale")
SITES: Final = ("Warehouse", "Studio", "Plant", "Depot")

GIVEN_NAMES: Final = {
    "US": ("Ava", "Ben", "Carla", "Derek", "Elena", "Frank", "Grace", "Hector", "Iris", "Jamal"),
    "DE": ("Anke", "Björn", "Clara", "Dieter", "Eva", "Florian", "Gisela", "Jörg", "Käthe", "Lukas"),
    "JP": ("Akira", "Chiyo", "Daichi", "Emi", "Haruto", "Kaori", "Mei", "Naoki", "Rin", "Yūta"),
}
FAMILY_NAMES: Final = {
    "US": (
        "Archer",
        "Brooks",
        "Castillo",
        "Dalton",
        "Ellison",
        "Foster",
        "Greene",
        "Hayes",
        "Okafor",
        "Park",
    ),
    "DE": ("Albrecht", "Böhm", "Dietrich", "Fuchs", "Groß", "Hartmann", "Jäger", "Krüger", "Lenz", "Schäfer"),
    "JP": ("Abe", "Endō", "Fujita", "Hayashi", "Inoue", "Kimura", "Mori", "Nakano", "Satō", "Ueda"),
}
ROLES: Final = ("Billing", "Administrator", "Technical lead", "Executive sponsor", "Operations")
OWNERS: Final = ("Dana Whitfield", "Marek Novotny", "Priya Raman", "Sofia Lindqvist", "Tomás Reyes")
AGENTS: Final = ("kim@support.tieline.example", "noor@support.tieline.example", "pat@support.tieline.example")


@dataclass(frozen=True)
class Place:
    """A city with the postal code of one street in it; `country` is ISO 3166 alpha-2."""

    country: str
    city: str
    postal_code: str
    street: str


PLACES: Final = {
    "US": (
        Place("US", "Portland", "97205", "{} Alder Street"),
        Place("US", "Austin", "78701", "{} Congress Avenue"),
        Place("US", "Chicago", "60607", "{} Madison Street"),
        Place("US", "Boston", "02110", "{} Summer Street"),
    ),
    "DE": (
        Place("DE", "München", "80331", "Sendlinger Straße {}"),
        Place("DE", "Hamburg", "20095", "Mönckebergstraße {}"),
        Place("DE", "Köln", "50667", "Hohe Straße {}"),
        Place("AT", "Wien", "1010", "Wollzeile {}"),
        Place("FR", "Lyon", "69002", "{} rue de la République"),
    ),
    "JP": (
        Place("JP", "東京都千代田区", "100-0005", "丸の内1-{}"),
        Place("JP", "大阪市北区", "530-0001", "梅田2-{}"),
        Place("JP", "Yokohama", "220-0012", "Minatomirai 3-{}"),
    ),
}

# Subject, kind, and what the customer writes first.
COMPLAINTS: Final[tuple[tuple[str, Kind, str], ...]] = (
    ("Cannot sign in after password change", "problem", "The sign-in page sends me back to the start."),
    ("Dashboard shows yesterday's figures", "problem", "The numbers have not moved since yesterday morning."),
    ("Export stops at 10,000 rows", "incident", "Every export ends at the same row, without an error."),
    ("How do we add a second workspace?", "question", "We have a new team and would like to keep it apart."),
    ("Invoice address is out of date", "task", "We moved. Please put the new address on the next invoice."),
    ("Webhook deliveries arrive late", "incident", "Deliveries came about twenty minutes late today."),
    ("Request for a data processing agreement", "question", "Our legal team asks for a signed copy."),
    ("Report totals differ from the list", "problem", "The total is higher than the sum of the rows."),
)
REPLIES: Final = (
    "Thank you, I can see it too and have asked the team that owns it.",
    "Could you send the time of the last attempt and a screenshot?",
    "This is how it is meant to work; here is the article that explains it.",
    "A fix is rolling out now. Please try again in an hour.",
)
THANKS: Final = ("That helped, thank you.", "It is still the same for us.", "Here is what you asked for.")
