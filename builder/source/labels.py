"""The words that we print ourselves, in the languages that we know."""

from __future__ import annotations

_KEYS = ("facts", "questions", "terms", "answers", "page", "of", "sheet", "front", "back", "scale")

_WORDS = {
    "en": "Key facts|Review questions|Related terms|Answers|"
    "Page|of|Sheet|Fronts|Backs|Print at 100 %",
    "de": "Kernaussagen|Wiederholungsfragen|Begriffe|Antworten|"
    "Seite|von|Bogen|Vorderseiten|Rückseiten|Mit 100 % drucken",
    "fr": "Points clés|Questions de révision|Termes associés|Réponses|"
    "Page|sur|Feuille|Rectos|Versos|Imprimer à 100 %",
    "es": "Ideas clave|Preguntas de repaso|Términos relacionados|Respuestas|"
    "Página|de|Hoja|Anversos|Reversos|Imprimir al 100 %",
    "it": "Punti chiave|Domande di ripasso|Termini correlati|Risposte|"
    "Pagina|di|Foglio|Fronti|Retri|Stampare al 100 %",
    "pt": "Pontos-chave|Perguntas de revisão|Termos relacionados|Respostas|"
    "Página|de|Folha|Frentes|Versos|Imprimir a 100 %",
    "nl": "Kernpunten|Herhalingsvragen|Verwante begrippen|Antwoorden|"
    "Pagina|van|Vel|Voorkanten|Achterkanten|Afdrukken op 100 %",
    "pl": "Najważniejsze fakty|Pytania powtórkowe|Pojęcia pokrewne|Odpowiedzi|"
    "Strona|z|Arkusz|Awersy|Rewersy|Drukować w skali 100 %",
}

LABELS = {
    language: dict(zip(_KEYS, words.split("|"), strict=True)) for language, words in _WORDS.items()
}

KEYS = frozenset(_KEYS)


def labels_for(language: str) -> dict[str, str]:
    """Return the labels of a BCP 47 language, by its first subtag; English where we know none."""
    return LABELS.get(language.partition("-")[0].lower(), LABELS["en"])
