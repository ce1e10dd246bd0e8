"""Gathers clean natural text, one paragraph a line: LANGUAGE <tab> PARAGRAPH.

    python3 natural.py ROOT... > natural.tsv

Reads below each ROOT: gettext catalogues (*.mo), GNOME help pages (*.page), manual pages (man?/*.gz), and README.md
files. Good roots are / of a Debian machine with its own catalogues, and the unpacked Debian packages named in
xtask/src/guard_train.rs. Nothing of the text is kept in the repository: it only teaches the tagger what is not a name, and the
word table which words are written without a capital. Paragraphs that speak of authors are left out.
"""

import gettext
import gzip
import html
import os
import re
import sys

LANGUAGES = "en de fr es it pt nl pl ru tr sv da nb fi cs hu ro uk he ja zh ko id hr sk sl ca".split()
AUTHORS = re.compile(r"@|©|\(c\)|copyright|author|autor|auteur|written by|translat|übers|tradu|maintain|credit|gnu\.org"
                     r"|перевод|автор|著者|作者|翻訳|tłumacz|yazar|vertaal|översät|çevir", re.I)


def language(path):
    found = re.search(r"/(?:locale|help|man|lang)/([a-z]{2})(?:[_.@-][A-Za-z_-]+)?/", path)
    if not found:
        return "en" if re.search(r"/man/man\d/|README\.md$|/help/C/", path) else None
    return found[1] if found[1] in LANGUAGES else None


def catalogue(path):
    try:
        with open(path, "rb") as file:
            texts = gettext.GNUTranslations(file)._catalog
    except Exception:
        return
    for key, text in texts.items():
        if key and isinstance(text, str):
            yield re.sub(r"_(?=\w)|&(?=\w)", "", text)


def help_page(path):
    text = open(path, encoding="utf-8", errors="ignore").read()
    text = re.sub(r"<(info|code|media|screen)\b.*?</\1>", " ", text, flags=re.S)
    for paragraph in re.findall(r"<(?:p|title|desc)\b[^>]*>(.*?)</(?:p|title|desc)>", text, flags=re.S):
        yield html.unescape(re.sub(r"<[^>]+>", "", paragraph))


def manual(path):
    try:
        text = gzip.open(path, "rt", encoding="utf-8", errors="ignore").read()
    except Exception:
        return
    section = ""
    paragraph = []
    for line in text.split("\n"):
        if line.startswith((".SH", ".Sh", ".PP", ".TP", ".P", ".IP", ".SS", ".Pp", ".LP")) or not line.strip():
            if paragraph and not AUTHORS.search(section):
                yield " ".join(paragraph)
            paragraph = []
            if line.startswith((".SH", ".Sh")):
                section = line
        elif line.startswith((".B ", ".I ", ".BR ", ".IR ")):
            paragraph.append(line.split(" ", 1)[1])
        elif not line.startswith((".", "'", "\\\"")):
            line = re.sub(r"\\f.|\\&|\\\|", "", line)
            paragraph.append(re.sub(r"\\\((\w\w)|\\\[\w+\]|\\e", " ", line.replace(r"\-", "-")))


def readme(path):
    text = re.sub(r"```.*?```|^\[.*$|^\s*[<|].*$", "", open(path, encoding="utf-8", errors="ignore").read(), flags=re.S | re.M)
    yield from re.split(r"\n\s*\n", text)


def main(roots):
    seen = set()
    for root in roots:
        for folder, folders, files in os.walk(root):
            folders[:] = sorted(f for f in folders if f not in ("proc", "sys", "venv", "node_modules", "target"))
            for name in sorted(files):
                path = os.path.join(folder, name)
                read = (catalogue if name.endswith(".mo") and not name.startswith("iso_") else
                        help_page if name.endswith(".page") else
                        manual if re.search(r"/man\d$", folder) and name.endswith(".gz") else
                        readme if name == "README.md" else None)
                if not read or not (tongue := language(path)):
                    continue
                for text in read(path):
                    text = re.sub(r"\s+", " ", text).strip()
                    if 15 <= len(text) <= 800 and not AUTHORS.search(text) and (key := hash(text)) not in seen:
                        seen.add(key)
                        print(tongue, text, sep="\t")


if __name__ == "__main__":
    main(sys.argv[1:])
