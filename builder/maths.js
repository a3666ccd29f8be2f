// Sets TeX with MathJax, as Anki does; builder/maths.py loads MathJax' own files before this one.

const { TeX } = MathJax._.input.tex_ts;
const { SVG } = MathJax._.output.svg_ts;

// What MathJax brings in Anki, too, without what reaches out of a formula: links, styles of the
// page, actions.
const PACKAGES = [
  "base", "ams", "amscd", "boldsymbol", "braket", "cancel", "cases", "centernot", "color",
  "enclose", "extpfeil", "gensymb", "mathtools", "mhchem", "textcomp", "upgreek",
];

// What would change later formulas, number them, or write elements of its own.
const REFUSED = new Set([
  "DeclareMathOperator", "DeclarePairedDelimiters", "DeclarePairedDelimitersX",
  "DeclarePairedDelimitersXPP", "definecolor", "label", "ref", "eqref", "refeq", "tag", "notag",
  "nonumber", "mathtoolsset", "newtagform", "renewtagform", "usetagform", "noeqref", "mmlToken",
]);
const COMMAND = /\\(?:([A-Za-z]+)|[^])/g;

const adaptor = MathJax._.adaptors.liteAdaptor.liteAdaptor();
MathJax._.handlers.html_ts.RegisterHTMLHandler(adaptor);

const tex = new TeX({
  packages: PACKAGES,
  maxBuffer: 5000,
  maxMacros: 500,
  formatError: (_jax, error) => { throw error; },
});
const svg = new SVG({
  fontCache: "none",
  internalSpeechTitles: false,
  mtextFont: "text",
  font: new MathJax._.output.svg.fonts.tex_ts.TeXFont(),
});
const document = MathJax._.mathjax.mathjax.document("", { InputJax: tex, OutputJax: svg });

// The widths in em of words, and of characters that MathJax's fonts lack; what is not known yet is
// asked for, with all that says how it looks.
let widths = {};
let unknown = [];

adaptor.nodeSize = (node) => {
  const text = adaptor.textContent(node);
  const style = `${adaptor.getAttribute(node, "data-variant")}${adaptor.allStyles(node) ?? ""}`;
  const name = `${style}\n${text}`;
  if (!(name in widths)) unknown.push(name);
  return [widths[name] ?? 1, 1];
};

// Return, as JSON, the SVG of an expression and the texts whose widths were unknown; or its error.
function typeset(expression, isDisplay, knownWidths) {
  widths = JSON.parse(knownWidths);
  unknown = [];
  svg.unknownCache.clear();
  const refused = [...expression.matchAll(COMMAND)].find(([, name]) => REFUSED.has(name));
  if (refused) return JSON.stringify({ error: `Undefined control sequence ${refused[0]}` });
  try {
    const room = { em: 16, ex: 8, containerWidth: 1e6 };
    const node = document.convert(expression, { display: isDisplay, ...room });
    return JSON.stringify({ svg: adaptor.innerHTML(node), unknown });
  } catch (error) {
    return JSON.stringify({ error: `${error.message}` });
  }
}

// Return the names of all commands, without the backslash, as JSON.
function commands() {
  const maps = [...tex.parseOptions.handlers.get("macro")._configuration].map(({ item }) => item.map);
  const names = maps.flatMap((map) => [...map.keys()]);
  return JSON.stringify(names.filter((name) => !REFUSED.has(name)));
}
