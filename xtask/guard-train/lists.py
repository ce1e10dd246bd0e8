"""Builds the guard's word table: which words are names, which are places, which are common, in which language.

    python3 lists.py natural.tsv SHARE OUT/words.bin

natural.tsv comes from natural.py; SHARE is the folder usr/share of the unpacked Debian packages with word lists. Names
come from the PyPI packages of requirements.txt. NOTICE.md beside the table says what each is and its licence. The same
input gives the same bytes.

The file: 2^14 + 1 little-endian u32 (first entry of each bucket), then entries of four bytes: sixteen bits of hash,
sixteen bits of flags, sorted. `src/guard/tables/words.rs` reads it.
"""

import collections
import importlib
import inspect
import pkgutil
import re
import struct
import sys
import unicodedata

import babel
import faker.providers.address
import faker.providers.person
import names
import stopwordsiso

FIRST, LAST, PLACE, STOP, KNOWN = 1, 2, 4, 8, 16
TONGUES = "en de fr es it pt nl pl sv tr".split()          # flag 32 << index; every other language shares OTHER
OTHER = 32 << len(TONGUES)
BUCKETS = 1 << 14
WORD = re.compile(r"[^\W\d_]+", re.U)
PARTICLES = set("de da do dos das del della di van von der den la le el al bin ibn ten ter zu y e af het du des und "
                "of the and mr mrs ms dr prof jr sr ii iii iv phd md dds dvm".split())

# Words of an English dictionary, and words in everyday use elsewhere, that are names far more often than not.
MOSTLY_NAMES = set("""
john peter martin harry tom victoria christian abigail timothy jenny nelly molly bobby billy henry charlotte madeline
josh chad dick frank carol jimmy johnny joey kevin brian adam alan albert alex alice amy andrew anna anne anthony ben
betty brandon carl charles chris claire colin daniel dave david dennis donald donna doris doug dylan ed edward elizabeth
emily emma eric ethan eva fred gary george gloria greg hannah helen ian isaac jacob jake james jane janet jason jeff
jennifer jerry jess jessica jim joan joe jonathan jose joseph joshua juan judy julia julie karen kate kathy keith ken kim
kyle larry laura lauren lee leo leon leonard linda lisa louis lucas lucy luke maria marie mary matt matthew megan melissa
michael michelle mike nancy natalie nathan nick nicole nina noah olivia oscar pamela patricia patrick paul pedro philip
phil rachel ralph raymond rebecca richard robert roger ronald ruth ryan samuel sandra sarah scott sean sharon simon sophia
sophie stephanie stephen steve steven susan teresa terry theresa thomas tim todd tony vanessa walter wendy william zoe
hans klaus heinz jürgen uwe antje ulrike katja silke pierre jacques michel benoît camille élodie manon chloé giulia luca
marco matteo paolo giovanni francesca javier carlos luis jorge carmen lucía joão pedro tiago mariana piotr paweł anna
agnieszka sam samuel aurelia bailey barney bonnie brad brent brock burton carina cesar christie christy chuck clarence
colleen curt daphne dean derrick dexter eddy franklin gemma gilbert graham hank hector jasmine jay jean jill kelly kent
lance lewis liana mack magdalen marc marcel margarita marina mason mavis maxwell mickey milo mollie morris nelson newton
palmer patsy patty perry phoebe rhea rick rob sally serena shelly sherry sonny spencer tad tammy tanner ted teddy tracy
troy valentine veronica wade wally warren willie xenia benedict benjamin benny ariel angelica dirk louise marge margie
leila lena ella ellen elena eliza emilia ida irene jane karl karla laila layla leah lidia lola lorenzo lydia mabel
krzysztof marek tomasz lars anders björn ingrid astrid mehmet ahmet ayşe fatma mustafa emre
""".split())

# Products, tools, firms and the like that stand in lists of names too.
NOT_NAMES = set("""
java ruby julia python perl pearl rust kafka jenkins oracle apache django flask jupyter pandas swift kotlin scala dart
elm eclipse atom vim emacs linux unix ubuntu debian fedora gnome ada cobol pascal basic delphi alexa siri cortana claude
gemini copilot echo nova azure amazon google apple windows android chrome safari opera edge tesla ford mercedes honda
toyota boeing nike adidas visa paypal stripe square zoom slack teams signal telegram discord twitter facebook instagram
reddit github gitlab docker helm maven gradle node deno angular react ember vue svelte redis mongo postgres mysql
sqlite excel word outlook office teams prime alpha beta gamma delta sigma omega zulu hotel oscar victor romeo juliet
christmas easter ramadan advent lent bible quran torah god lord jesus christ buddha internet web mail email post sun moon
mars venus mercury saturn jupiter earth neptune pluto world
monday tuesday wednesday thursday friday saturday sunday january february march april may june july august september
october november december jan feb mar apr jun jul aug sep oct nov dec summer autumn winter spring king queen prince
princess bishop pope duke baron earl count general major captain colonel sergeant doctor professor sir madam street
avenue road lane drive court place square north south east west northern southern eastern western university college
school institute hospital clinic bank company inc ltd llc corp aadhaar pan ssn dob mrn iban bic cpf dni nie bsn pesel passport visa author birthday
group chat bot help case page note data code file home
""".split())

# Words of English grammar are never names where they stand with a capital.
GRAMMAR = set("""the and of to in is it for on with as at by a an be this that from or are was were but not you your we
our they them their he she his her its if so no do does did has have had what which who whom when where why how all any
some there here then than also only about after before into over under up down out off i me my mine us these those each
every both either neither such own same other another more most much many few less least very too just now yes please
thanks thank hello hi dear hey ok okay if else while because although though since until unless whether
""".split())

# In somebody's list of names, and a nuisance in every text.
FORGOTTEN = set("monte gare sri lanka anda pak alan per se san santa saint los las una uno das dem den der die".split()) - {"alan"}

# Places that are more than names of people too.
CITIES = set("""
paris london sydney austin dallas houston phoenix geneva vienna berlin milan milano cairo lima kiev kyiv israel india
china kenya cuba america asia africa europe rio montana nevada dakota indiana madrid barcelona lisbon rome roma athens
dublin oslo helsinki stockholm warsaw prague budapest moscow tokyo osaka beijing shanghai seoul delhi mumbai bangalore
boston chicago denver seattle portland detroit miami atlanta orlando tampa oakland memphis nashville lyon marseille nice
lille nantes toulouse bordeaux hamburg münchen köln frankfurt stuttgart essen bremen hannover dresden leipzig nürnberg
torino napoli bologna venezia verona palermo genova sevilla bilbao málaga porto amsterdam rotterdam utrecht haag
warszawa kraków gdańsk wrocław poznań łódź istanbul ankara izmir göteborg malmö toronto montreal vancouver ottawa calgary
melbourne brisbane perth manchester liverpool birmingham leeds glasgow edinburgh cardiff belfast bristol oxford cambridge
москва петербург казань лондон париж берлин hastings kings harvard yale stanford princeton windsor york jersey
""".split())


def add(table, text, flag):
    for word in WORD.findall(text):
        word = word.lower()
        if word in PARTICLES or (len(word) < 2 and ord(word[0]) < 0x2e80):
            continue
        table[word] |= flag
        plain = unicodedata.normalize("NFKD", word).encode("ascii", "ignore").decode()
        for other in (plain, word.replace("ä", "ae").replace("ö", "oe").replace("ü", "ue").replace("ß", "ss"),
                      word.replace("ł", "l").replace("ø", "o").replace("æ", "ae")):
            if len(other) >= max(3, len(word) - 1):
                table[other] |= flag


def providers(package):
    for info in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
        try:
            module = importlib.import_module(info.name)
        except ImportError:
            continue
        for _, kind in inspect.getmembers(module, inspect.isclass):
            if kind.__name__ == "Provider":
                yield info.name.rsplit(".", 1)[1], kind


def texts(value):
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for item in value.keys():
            yield from texts(item)
    elif isinstance(value, (list, tuple, set)):
        for item in value:
            yield from texts(item)


def name_lists(table):
    """Fills the table; the given names of the US census are returned, because they outweigh rare senses."""
    census = set()
    for _, kind in providers(faker.providers.person):
        for attribute, value in inspect.getmembers(kind):
            if re.match(r"(first|given)_(name|romanized)|(fe)?male_(first|given)", attribute):
                flag = FIRST
            elif re.match(r"last_(name|romanized)|family_name", attribute):
                flag = LAST
            elif re.search(r"middle_name", attribute):
                flag = LAST
            else:
                continue
            if not callable(value):
                for text in texts(value):
                    if "{" not in text:
                        add(table, text, flag)
    folder = names.__path__[0] if hasattr(names, "__path__") else names.__file__.rsplit("/", 1)[0]
    for file, flag in (("dist.all.last", LAST), ("dist.female.first", FIRST), ("dist.male.first", FIRST)):
        for line in open(f"{folder}/{file}"):
            add(table, line.split()[0], flag)
            if flag == FIRST:
                census.add(line.split()[0].lower())
    for word in FORGOTTEN:
        table.pop(word, None)
    return census


def places(table):
    for _, kind in providers(faker.providers.address):
        for attribute, value in inspect.getmembers(kind):
            if re.match(r"(city|cities|countries|country|states?|provinces|regions?|departments)(_name)?s?$", attribute) \
                    and not callable(value):
                for text in texts(value):
                    if text.isalpha() and len(text) > 3 and text.lower() not in MOSTLY_NAMES:
                        add(table, text, PLACE)
    for tongue in "en de fr es it pt nl pl sv tr ru he".split():
        locale = babel.Locale(tongue)
        for text in locale.territories.values():
            for word in WORD.findall(text):
                if not table[word.lower()] & FIRST or text.isalpha():
                    add(table, word, PLACE)
        for text in locale.languages.values():
            add(table, text, KNOWN)
        for width in ("wide", "abbreviated"):
            for part in (locale.months["format"][width], locale.months["stand-alone"][width],
                         locale.days["format"][width], locale.days["stand-alone"][width]):
                for text in part.values():
                    add(table, text, KNOWN)


def counts(path):
    """For each word: in which language it stands small how often, and how often with a capital inside a sentence."""
    small = collections.defaultdict(collections.Counter)
    capital = collections.Counter()
    for line in open(path, encoding="utf-8"):
        tongue, _, text = line.rstrip("\n").partition("\t")
        for found in WORD.finditer(text):
            word = found[0]
            if len(word) > 24 or ord(word[0]) >= 0x2e80:
                continue
            before = text[max(0, found.start() - 2):found.start()]
            if word.islower() or not word[0].isupper():
                if not before.endswith(tuple("-_/.$@%\\<=~")):
                    small[tongue][word] += 1
            elif word[1:].islower() and len(before) == 2 and before[0].isalnum() and before[1] == " ":
                capital[word.lower(), tongue] += 1
    return small, capital


def dictionaries(share):
    """Each language, a word that it writes small, and whether the word is surely in everyday use."""
    for line in open(f"{share}/dict/american-english-large", encoding="utf-8"):
        yield "en", line.strip(), False
    for tongue, name, encoding in (("fr", "fr", "utf-8"), ("es", "es_ES", "utf-8"), ("nl", "nl", "utf-8"),
                                   ("pl", "pl_PL", "iso-8859-2"), ("pt", "pt_BR", "utf-8")):
        for line in open(f"{share}/hunspell/{name}.dic", encoding=encoding):
            yield tongue, re.split(r"[/\t ]", line.strip())[0], False
    for line in open(__file__.rsplit("/", 1)[0] + "/everyday.txt", encoding="utf-8"):
        tongue, *words = line.split()
        if tongue != "#":
            for word in words:
                yield tongue, word, True


def main(natural, share, out):
    table = collections.defaultdict(int)
    census = name_lists(table)
    gazetteer = set(table)
    places(table)
    for name in census - NOT_NAMES:
        table[name] &= ~(PLACE | KNOWN)
    small, capital = counts(natural)
    daily = {(tongue, word) for tongue, word, everyday in dictionaries(share) if everyday}
    for tongue, words in small.items():
        flag = 32 << TONGUES.index(tongue) if tongue in TONGUES else OTHER
        for word, count in words.items():
            needed = 10 if table[word] & FIRST else 4 if word in gazetteer else 2
            if count >= needed and count >= capital[word, tongue] and word not in MOSTLY_NAMES:
                table[word] |= flag
    for tongue, word, everyday in dictionaries(share):
        if word.isalpha() and word.islower() and len(word) > 1 and word not in MOSTLY_NAMES:
            # Dictionaries hold rare senses of given names (a jacqueline is a jug); those in use show in natural text.
            given = table[word] & FIRST and (tongue != "en" or word in census)
            if given and (tongue, word) not in daily and not small[tongue][word]:
                continue
            if word in gazetteer or tongue == "en" or len(word) <= 9:
                table[word] |= 32 << TONGUES.index(tongue)
    for place in CITIES:
        table[place] |= PLACE
    known = collections.Counter()
    for (word, tongue), count in capital.items():
        if tongue == "de" or word not in gazetteer:
            known[word] += count
    for word, count in known.items():
        if count >= 4 and word not in MOSTLY_NAMES and not (word in gazetteer and count < 40):
            table[word] |= KNOWN
    for tongue in stopwordsiso.langs():
        if tongue in TONGUES + ["ru", "he", "uk", "cs", "da", "fi", "no", "ro", "hu"]:
            flag = 32 << TONGUES.index(tongue) if tongue in TONGUES else OTHER
            for word in stopwordsiso.stopwords(tongue):
                word = word.lower()
                if word.isalpha() and word not in MOSTLY_NAMES and small[tongue][word] + (tongue in ("he",)) >= 1:
                    table[word] |= flag | STOP
    for word in GRAMMAR:
        table[word] &= ~(FIRST | LAST)
    for word in NOT_NAMES:
        if word not in MOSTLY_NAMES or word == "julia":
            table[word] |= KNOWN
    buckets = [[] for _ in range(BUCKETS)]
    for word, flags in table.items():
        if flags:
            value = 0x811c9dc5
            for byte in word.encode():
                value = (value ^ byte) * 0x01000193 & 0xffffffff
            value = (value ^ value >> 15) * 0x2c1b3c6d & 0xffffffff
            value ^= value >> 13
            buckets[value >> 18].append(((value & 0xffff), flags))
    index, entries = [0], bytearray()
    for bucket in buckets:
        merged = collections.defaultdict(int)
        for key, flags in bucket:
            merged[key] |= flags
        for key in sorted(merged):
            entries += struct.pack("<HH", key, merged[key] & 0xffff)
        index.append(len(entries) // 4)
    with open(out, "wb") as file:
        file.write(struct.pack(f"<{BUCKETS + 1}I", *index) + entries)
    print(len(table), "words,", len(gazetteer), "names,", len(entries) + 4 * len(index), "bytes")
    if len(sys.argv) > 4:
        for word in sys.argv[4].split(","):
            print(word, bin(table[word]), {t: small[t][word] for t in TONGUES if small[t][word]}, known[word])


if __name__ == "__main__":
    main(*sys.argv[1:4])
