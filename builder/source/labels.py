"""The words that we print ourselves, in the languages that we know."""

from __future__ import annotations

_KEYS = (
    "facts",
    "questions",
    "terms",
    "answers",
    "page",
    "of",
    "sheet",
    "front",
    "back",
    "retired",
)

_WORDS = {
    "en": "Key facts|Review questions|Related terms|Answers|Page|of|Sheet|Fronts|Backs|"
    "No longer part of this course",
    "de": "Kernaussagen|Wiederholungsfragen|Begriffe|Antworten|"
    "Seite|von|Bogen|Vorderseiten|Rückseiten|"
    "Nicht mehr Teil dieses Kurses",
    "fr": "Points clés|Questions de révision|Termes associés|Réponses|"
    "Page|sur|Feuille|Rectos|Versos|"
    "Ne fait plus partie de ce cours",
    "es": "Ideas clave|Preguntas de repaso|Términos relacionados|Respuestas|"
    "Página|de|Hoja|Anversos|Reversos|"
    "Ya no forma parte de este curso",
    "it": "Punti chiave|Domande di ripasso|Termini correlati|Risposte|"
    "Pagina|di|Foglio|Fronti|Retri|"
    "Non fa più parte di questo corso",
    "pt": "Pontos-chave|Perguntas de revisão|Termos relacionados|Respostas|"
    "Página|de|Folha|Frentes|Versos|"
    "Já não faz parte deste curso",
    "nl": "Kernpunten|Herhalingsvragen|Verwante begrippen|Antwoorden|"
    "Pagina|van|Vel|Voorkanten|Achterkanten|"
    "Hoort niet meer bij deze cursus",
    "pl": "Najważniejsze fakty|Pytania powtórkowe|Pojęcia pokrewne|Odpowiedzi|"
    "Strona|z|Arkusz|Awersy|Rewersy|"
    "Nie należy już do tego kursu",
}

LABELS = {
    language: dict(zip(_KEYS, words.split("|"), strict=True)) for language, words in _WORDS.items()
}

KEYS = frozenset(_KEYS)


def labels_for(language: str) -> dict[str, str]:
    """Return the labels of a BCP 47 language, by its first subtag; English where we know none."""
    return LABELS.get(language.partition("-")[0].lower(), LABELS["en"])
