"""Writes sentences with made-up names and addresses, marked, from which the guard's tagger learns.

    python3 sentences.py COUNT > sentences.tsv

One sample a line: LANGUAGE <tab> TEXT, where [[P|Ann Lee]] is a name, [[A|5 High Street]] an address and \\n a new line.
Sentences come from carriers.txt, values from PyPI's Faker (requirements.txt). The same COUNT gives the same lines.
"""

import os
import random
import re
import sys

if os.environ.get("PYTHONHASHSEED") != "0":  # Faker walks through sets
    os.environ["PYTHONHASHSEED"] = "0"
    os.execv(sys.executable, [sys.executable, *sys.argv])

from faker import Faker  # noqa: E402

LOCALES = {"en": "en_US", "de": "de_DE", "fr": "fr_FR", "es": "es_ES", "it": "it_IT", "pt": "pt_BR", "nl": "nl_NL",
           "pl": "pl_PL", "ru": "ru_RU", "tr": "tr_TR", "sv": "sv_SE", "he": "he_IL"}
# Names from everywhere stand in English sentences.
EVERYWHERE = ("en_US en_GB en_IN en_NG de_DE fr_FR es_MX it_IT pt_PT nl_NL pl_PL tr_TR sv_SE fi_FI cs_CZ hu_HU ro_RO "
              "hr_HR id_ID yo_NG zu_ZA vi_VN da_DK no_NO").split()
SLOT = re.compile(r"\{(\w)(\d?)\}")


def fakers():
    made = {}
    for locale in [*LOCALES.values(), *EVERYWHERE, "en_AU", "en_CA"]:
        if locale not in made:
            made[locale] = Faker(locale)
            made[locale].seed_instance(len(made))
    return made


class Writer:
    def __init__(self):
        self.random = random.Random(7)
        self.fakers = fakers()
        self.carriers = {}
        tongue = None
        path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "carriers.txt")
        for line in open(path, encoding="utf-8"):
            line = line.rstrip("\n")
            if line.startswith("== "):
                tongue = line[3:]
            elif line and not line.startswith("#"):
                self.carriers.setdefault(tongue, []).append(line)

    def names(self, tongue):
        roll = self.random.random()
        locale = LOCALES[tongue]
        if tongue == "en" and roll < 0.5:
            locale = self.random.choice(EVERYWHERE)
        elif roll < 0.1:
            locale = self.random.choice(EVERYWHERE)
        return self.fakers[locale]

    def address(self, tongue, street):
        locale = LOCALES[tongue]
        if tongue == "en" and self.random.random() < 0.5:
            locale = self.random.choice(["en_GB", "en_AU", "en_CA", "de_DE", "fr_FR", "es_ES", "it_IT", "nl_NL", "sv_SE"])
        fake = self.fakers[locale]
        text = fake.street_address() if street else fake.address()
        return text.replace("\n", self.random.choice(["\\n", ", ", ", ", " "]))

    def value(self, slot, tongue, person, fake):
        first, last = person
        pick = self.random
        if slot == "P":
            middle = f" {pick.choice('ABCDEFGHJKLMNPRSTW')}." if pick.random() < 0.06 else ""
            return f"[[P|{first}{middle} {last}]]"
        if slot in "FL":
            return f"[[P|{first if slot == 'F' else last}]]"
        if slot == "p":
            return f"[[P|{first.lower()} {last.lower()}]]"
        if slot == "f":
            return f"[[P|{first.lower()}]]"
        if slot == "U":
            return f"[[P|{first.upper()} {last.upper()}]]"
        if slot in "AS":
            return f"[[A|{self.address(tongue, slot == 'S')}]]"
        return {
            "C": lambda: fake.city(), "K": lambda: fake.country(), "O": lambda: fake.company(),
            "J": lambda: pick.choice([fake.job(), fake.job().lower()]), "D": lambda: fake.date(pick.choice(["%d %B %Y", "%Y-%m-%d", "%m/%d/%Y"])),
            "N": lambda: str(pick.randint(1, 99999)), "E": lambda: fake.email(), "T": lambda: fake.phone_number(),
            "X": lambda: pick.choice(THINGS), "M": lambda: f"{pick.randint(1, 999)}.{pick.randint(0, 99):02d}", "W": lambda: fake.url(),
        }[slot]()

    def sample(self):
        tongue = self.random.choices(list(self.carriers), [6 if t == "en" else 1 for t in self.carriers])[0]
        people = []
        for _ in range(4):
            source = self.names(tongue)
            people.append((source.first_name(), source.last_name()))
        fake = self.fakers[LOCALES[tongue]]
        parts = []
        for _ in range(self.random.choice([1, 1, 1, 2, 3])):
            carrier = self.random.choice(self.carriers[tongue])
            parts.append(SLOT.sub(lambda m: self.value(m[1], tongue, people[int(m[2] or 0)], fake), carrier))
        return tongue + "\t" + self.random.choice([" ", "\\n", "\\n\\n"]).join(parts)


THINGS = """Visual Studio Code|Google Chrome|Red Hat|Stack Overflow|Power Point|Apple Watch|Adobe Photoshop|Black Friday
Monte Carlo|Black Scholes|Hello World|Machine Learning|Star Wars|Lord of the Rings|Game of Thrones|World War II
New York|Los Angeles|Golden Gate Bridge|Empire State Building|Great Wall|Amazon Web Services|Rolling Stones
Getting Started|Privacy Policy|Terms of Service|Customer Service|Human Resources|Chief Executive Officer|Happy Birthday
Merry Christmas|New Year|Mother's Day|Ruby on Rails|Spring Boot|Apache Kafka|Jenkins|Rust|Python|Java|Julia|Claude
Pythagorean Theorem|Bayes theorem|Newton method|Fourier transform|Gaussian|Turing machine|Fibonacci|Dijkstra's algorithm
Big Mac|Coca Cola|Tesla Model 3|iPhone 15|Windows 11|Ubuntu|Kubernetes|Docker Compose|Harvard University|Oxford
the Jack server|the Rose Bowl|a Grant proposal|the Will to live|Mark as read|Bill of Materials|Frank discussion
Guinea pig|Turkey sandwich|China cabinet|Jersey|Georgia font|Victoria Station|Lincoln Memorial|Washington Post
Santa Claus|Mona Lisa|Big Ben|Hyde Park|Central Park|Buckingham Palace|Silicon Valley|Wall Street""".replace("\n", "|").split("|")


def main(count):
    writer = Writer()
    for _ in range(count):
        print(writer.sample())


if __name__ == "__main__":
    main(int(sys.argv[1]))
