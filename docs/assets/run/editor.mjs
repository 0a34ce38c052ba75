// An editor in the place of a program's text. It lives in a shadow root: the page's
// styles stay out, and its own need no exception in a security policy.
import {
  bracketMatching,
  Decoration,
  defaultKeymap,
  drawSelection,
  EditorState,
  EditorView,
  highlightSpecialChars,
  HighlightStyle,
  history,
  historyKeymap,
  indentOnInput,
  indentUnit,
  indentWithTab,
  keymap,
  lineNumbers,
  pythonLanguage,
  searchKeymap,
  search,
  StateEffect,
  StateField,
  styleTags,
  syntaxHighlighting,
  tags,
} from "../vendor/codemirror/editor.mjs";

// The page's own colors of code (docs/assets/css/colors.css), light and dark.
const color = (name) => `var(--md-code-hl-${name}-color)`;
const COLORS = HighlightStyle.define([
  { tag: [tags.keyword, tags.operatorKeyword, tags.modifier], color: color("keyword"), fontWeight: "600" },
  { tag: [tags.bool, tags.null], color: color("constant"), fontWeight: "600" },
  { tag: tags.string, color: color("string") },
  { tag: tags.number, color: color("number") },
  { tag: [tags.comment, tags.docString], color: color("comment") },
  { tag: [tags.operator, tags.punctuation, tags.bracket], color: color("operator") },
  { tag: [tags.definition(tags.function(tags.variableName)), tags.definition(tags.className)], color: color("function"), fontWeight: "600" },
]);

const PYTHON = pythonLanguage.configure({
  props: [styleTags({ "ExpressionStatement/String": tags.docString })],
});

const LOOKS = EditorView.theme({
  "&": { color: "var(--ink)", backgroundColor: "var(--paper-tint)", fontSize: "var(--editor-size)" },
  // The outline lies above the line numbers, which stay where they are.
  "&.cm-focused": { outline: "none" },
  "&.cm-focused::after": {
    content: '""',
    position: "absolute",
    inset: "0",
    zIndex: "1",
    outline: "2px solid var(--accent)",
    outlineOffset: "-2px",
    pointerEvents: "none",
  },
  ".cm-scroller": { fontFamily: "var(--md-code-font-family)", lineHeight: "1.5", fontWeight: "420" },
  ".cm-content": { padding: "0.9em 0", caretColor: "var(--ink)" },
  ".cm-line": { padding: "0 1.1em 0 0.6em" },
  // Long lines pass under the numbers.
  ".cm-gutters": { backgroundColor: "var(--paper-tint)", color: "var(--ink-soft)", border: "0" },
  ".cm-lineNumbers .cm-gutterElement": { padding: "0 0.3em 0 0.7em", minWidth: "1.6em" },
  ".cm-cursor": { borderLeftColor: "var(--ink)", borderLeftWidth: "2px" },
  "& .cm-selectionBackground, &.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground": {
    background: "var(--md-code-hl-color)",
  },
  ".cm-matchingBracket, &.cm-focused .cm-matchingBracket": { background: "none", boxShadow: "0 0 0 1px var(--accent)" },
  ".cm-fault": { boxShadow: "inset 3px 0 var(--dg-fault)", background: "var(--dg-shade)" },
  ".cm-panels": { backgroundColor: "var(--paper)", color: "var(--ink)" },
  ".cm-panels.cm-panels-bottom": { borderTop: "1px solid var(--rule)" },
  ".cm-searchMatch": { backgroundColor: "var(--dg-note)", outline: "1px solid var(--dg-note-edge)" },
  ".cm-searchMatch-selected": { backgroundColor: "var(--accent-tint)", outline: "2px solid var(--accent)" },
  ".cm-panel.cm-search": { padding: "0.5rem 0.83rem", fontFamily: "var(--md-text-font-family)", fontSize: "0.7rem" },
  ".cm-panel.cm-search label": { fontSize: "inherit", whiteSpace: "nowrap" },
  ".cm-textfield, .cm-button": {
    minHeight: "1.3rem",
    border: "1px solid var(--rule)",
    borderRadius: "4px",
    background: "var(--paper)",
    color: "var(--ink)",
    fontSize: "inherit",
  },
  ".cm-panel.cm-search [name=close]": { minWidth: "1.3rem", minHeight: "1.3rem", color: "var(--ink)" },
});

const setFault = StateEffect.define();
const fault = StateField.define({
  create: () => Decoration.none,
  update(lines, change) {
    for (const effect of change.effects)
      if (effect.is(setFault)) {
        const { value } = effect;
        if (!value || value > change.state.doc.lines) return Decoration.none;
        const { from } = change.state.doc.line(value);
        return Decoration.set(Decoration.line({ class: "cm-fault" }).range(from));
      }
    // The mark stands until its own line changes.
    const changed = [];
    change.changes.iterChangedRanges((from, to) => changed.push([from, to]));
    const touched = lines.update({
      filter: (at) => {
        const { to } = change.startState.doc.lineAt(at);
        return !changed.some(([from, end]) => from <= to && end >= at);
      },
    });
    return touched.map(change.changes);
  },
  provide: (field) => EditorView.decorations.from(field),
});

const SHEET = `:host { display: block; --editor-size: 0.75rem }
@media (max-width: 44.984375em) { :host { --editor-size: 0.68rem } }
/* With smaller type a phone zooms in at the first tap. */
@media (pointer: coarse) { :host { --editor-size: max(16px, 0.68rem) } }`;

/** Opens an editor in the element `host`. */
export function openEditor(host, { code, label, onChange, onRun }) {
  const root = host.shadowRoot ?? host.attachShadow({ mode: "open" });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(SHEET);
  root.adoptedStyleSheets = [sheet];
  // The page has keys of its own: letters that lead elsewhere.
  host.addEventListener("keydown", (event) => event.stopPropagation());
  const run = () => {
    onRun();
    return true;
  };
  const view = new EditorView({
    root,
    parent: root,
    state: EditorState.create({
      doc: code.replace(/\n$/, ""),
      extensions: [
        keymap.of([{ key: "Mod-Enter", run }]),
        lineNumbers(),
        highlightSpecialChars(),
        history(),
        drawSelection(),
        indentUnit.of("    "),
        EditorState.tabSize.of(4),
        indentOnInput(),
        bracketMatching(),
        search(),
        PYTHON,
        syntaxHighlighting(COLORS),
        LOOKS,
        fault,
        keymap.of([...searchKeymap, ...historyKeymap, indentWithTab, ...defaultKeymap]),
        EditorView.contentAttributes.of({ "aria-label": label }),
        EditorView.updateListener.of((update) => update.docChanged && onChange()),
      ],
    }),
  });
  return {
    get code() {
      return ended(view.state.doc.toString());
    },
    set code(text) {
      const insert = text.replace(/\n$/, "");
      view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert } });
    },
    focus: () => view.focus(),
    /** Marks the line of an error; 0: none. */
    mark: (line) => view.dispatch({ effects: setFault.of(line) }),
    /** Puts the cursor there, and the focus. */
    goTo(line) {
      const { from } = view.state.doc.line(Math.min(line, view.state.doc.lines));
      const effects = EditorView.scrollIntoView(from, { y: "center" });
      view.dispatch({ selection: { anchor: from }, effects });
      view.focus();
    },
    close: () => view.destroy(),
  };
}

/** The last line ends, too; the editor does not show that as one line more. */
const ended = (text) => (text.endsWith("\n") ? text : `${text}\n`);
