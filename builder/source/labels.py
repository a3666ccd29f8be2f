"""The words that we print ourselves, in the languages that we know."""

from __future__ import annotations

_KEYS = ("facts", "questions", "terms", "answers", "page", "of", "sheet", "front", "back")

_WORDS = {
    "en": "Key facts|Review questions|Related terms|Answers|Page|of|Sheet|Fronts|Backs",
    "de": "Kernaussagen|Wiederholungsfragen|Begriffe|Antworten|"
    "Seite|von|Bogen|Vorderseiten|Rückseiten",
    "fr": "Points clés|Questions de révision|Termes associés|Réponses|"
    "Page|sur|Feuille|Rectos|Versos",
    "es": "Ideas clave|Preguntas de repaso|Términos relacionados|Respuestas|"
    "Página|de|Hoja|Anversos|Reversos",
    "it": "Punti chiave|Domande di ripasso|Termini correlati|Risposte|"
    "Pagina|di|Foglio|Fronti|Retri",
    "pt": "Pontos-chave|Perguntas de revisão|Termos relacionados|Respostas|"
    "Página|de|Folha|Frentes|Versos",
    "nl": "Kernpunten|Herhalingsvragen|Verwante begrippen|Antwoorden|"
    "Pagina|van|Vel|Voorkanten|Achterkanten",
    "pl": "Najważniejsze fakty|Pytania powtórkowe|Pojęcia pokrewne|Odpowiedzi|"
    "Strona|z|Arkusz|Awersy|Rewersy",
}

LABELS = {
    language: dict(zip(_KEYS, words.split("|"), strict=True)) for language, words in _WORDS.items()
}

KEYS = frozenset(_KEYS)


def labels_for(language: str) -> dict[str, str]:
    """Return the labels of a BCP 47 language, by its first subtag; English where we know none."""
    return LABELS.get(language.partition("-")[0].lower(), LABELS["en"])
