"""The words that we print ourselves, in the languages that we know."""

from __future__ import annotations

_KEYS = (
    *("facts", "questions", "terms", "answers", "page", "of", "sheet", "front", "back"),
    *("note", "tip", "important", "warning", "example", "hint", "more"),
    "retired",
    "scale",
)

_WORDS = {
    "en": "Key facts|Review questions|Related terms|Answers|Page|of|Sheet|Fronts|Backs|"
    "Note|Tip|Important|Warning|Example|Hint|More|"
    "No longer part of this course|Print at 100 %",
    "de": "Kernaussagen|Wiederholungsfragen|Begriffe|Antworten|"
    "Seite|von|Bogen|Vorderseiten|Rückseiten|"
    "Hinweis|Tipp|Wichtig|Achtung|Beispiel|Denkhilfe|Mehr dazu|"
    "Nicht mehr Teil dieses Kurses|Mit 100 % drucken",
    "fr": "Points clés|Questions de révision|Termes associés|Réponses|"
    "Page|sur|Feuille|Rectos|Versos|"
    "Remarque|Conseil|Important|Attention|Exemple|Indice|Pour en savoir plus|"
    "Ne fait plus partie de ce cours|Imprimer à 100 %",
    "es": "Ideas clave|Preguntas de repaso|Términos relacionados|Respuestas|"
    "Página|de|Hoja|Anversos|Reversos|"
    "Nota|Consejo|Importante|Atención|Ejemplo|Pista|Más información|"
    "Ya no forma parte de este curso|Imprimir al 100 %",
    "it": "Punti chiave|Domande di ripasso|Termini correlati|Risposte|"
    "Pagina|di|Foglio|Fronti|Retri|"
    "Nota|Suggerimento|Importante|Attenzione|Esempio|Aiuto|Per approfondire|"
    "Non fa più parte di questo corso|Stampare al 100 %",
    "pt": "Pontos-chave|Perguntas de revisão|Termos relacionados|Respostas|"
    "Página|de|Folha|Frentes|Versos|"
    "Nota|Sugestão|Importante|Atenção|Exemplo|Dica|Saiba mais|"
    "Já não faz parte deste curso|Imprimir a 100 %",
    "nl": "Kernpunten|Herhalingsvragen|Verwante begrippen|Antwoorden|"
    "Pagina|van|Vel|Voorkanten|Achterkanten|"
    "Opmerking|Tip|Belangrijk|Let op|Voorbeeld|Hint|Meer|"
    "Hoort niet meer bij deze cursus|Afdrukken op 100 %",
    "pl": "Najważniejsze fakty|Pytania powtórkowe|Pojęcia pokrewne|Odpowiedzi|"
    "Strona|z|Arkusz|Awersy|Rewersy|"
    "Uwaga|Wskazówka|Ważne|Ostrzeżenie|Przykład|Podpowiedź|Więcej|"
    "Nie należy już do tego kursu|Drukować w skali 100 %",
    "ja": "要点|復習問題|関連用語|解答|ページ|/|シート|表|裏|"
    "注|コツ|重要|注意|例|ヒント|補足|"
    "この講座から外されました|100 % で印刷",
    "zh": "要点|复习题|相关术语|答案|页|/|张|正面|背面|"
    "注|提示|重要|警告|例|线索|补充|"
    "已不属于本课程|按 100 % 打印",
    "ar": "حقائق أساسية|أسئلة للمراجعة|مصطلحات ذات صلة|الإجابات|صفحة|من|ورقة|الوجوه|الظهور|"
    "ملاحظة|نصيحة|مهم|تحذير|مثال|تلميح|للاستزادة|"
    "لم تعد جزءًا من هذه الدورة|الطباعة بنسبة 100 %",
    "he": "עובדות מרכזיות|שאלות לחזרה|מונחים קשורים|תשובות|עמוד|מתוך|גיליון|חזיתות|גבים|"
    "הערה|עצה|חשוב|אזהרה|דוגמה|רמז|להרחבה|"
    "כבר אינו חלק מקורס זה|להדפיס ב-100 %",
}

LABELS = {
    language: dict(zip(_KEYS, words.split("|"), strict=True)) for language, words in _WORDS.items()
}

KEYS = frozenset(_KEYS)


def labels_for(language: str) -> dict[str, str]:
    """Return the labels of a BCP 47 language, by its first subtag; English where we know none."""
    return LABELS.get(language.partition("-")[0].lower(), LABELS["en"])
