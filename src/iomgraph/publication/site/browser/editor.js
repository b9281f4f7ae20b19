// @ts-check
// The editor of queries: colours, completion from our own terms, errors at their place.
import { autocompletion, closeBrackets, completionKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { bracketMatching, HighlightStyle, StreamLanguage, syntaxHighlighting } from "@codemirror/language";
import { sparql } from "@codemirror/legacy-modes/mode/sparql";
import { setDiagnostics } from "@codemirror/lint";
import { EditorState } from "@codemirror/state";
import { EditorView, keymap, lineNumbers } from "@codemirror/view";
import { tags } from "@lezer/highlight";

// The colours are those of the page, in light and in dark: they reach into the editor's own tree.
const COLOURS = HighlightStyle.define([
  { tag: tags.comment, color: "var(--quiet)", fontStyle: "italic" },
  { tag: [tags.keyword, tags.operator], color: "var(--s4)" },
  { tag: [tags.variableName, tags.special(tags.variableName), tags.atom], color: "var(--s1)" },
  { tag: [tags.string, tags.number, tags.bool], color: "var(--s2)" },
  { tag: [tags.meta, tags.propertyName], color: "var(--s3)" },
]);

const KEYWORDS = (
  "SELECT DISTINCT REDUCED CONSTRUCT DESCRIBE ASK WHERE FROM NAMED GRAPH OPTIONAL UNION MINUS FILTER BIND VALUES " +
  "GROUP BY HAVING ORDER ASC DESC LIMIT OFFSET AS IN NOT EXISTS COUNT SUM AVG MIN MAX SAMPLE GROUP_CONCAT SEPARATOR " +
  "STR LANG LANGMATCHES DATATYPE BOUND IRI COALESCE IF STRLEN SUBSTR UCASE LCASE STRSTARTS STRENDS CONTAINS " +
  "STRBEFORE STRAFTER REPLACE REGEX YEAR MONTH DAY ABS ROUND CEIL FLOOR isIRI isLITERAL PREFIX BASE"
).split(" ");

/**
 * @typedef {object} Vocabulary
 * @property {Record<string, string>} prefixes
 * @property {{name: string, label: string}[]} terms
 */

/** @param {Vocabulary} words @returns {import("@codemirror/autocomplete").CompletionSource} */
function completion(words) {
  const terms = words.terms.map((term) => ({ label: term.name, detail: term.label, type: "property" }));
  const prefixes = Object.entries(words.prefixes).map(([name, iri]) => ({
    label: `PREFIX ${name}:`,
    apply: `PREFIX ${name}: <${iri}>`,
    detail: iri,
    type: "namespace",
  }));
  const keywords = KEYWORDS.map((label) => ({ label, type: "keyword" }));
  return (context) => {
    const word = context.matchBefore(/[?$]?[\w-]+(?::[\w.-]*)?/);
    if (!word && !context.explicit) return null;
    if (word && /^[?$]/.test(word.text)) {
      const found = new Set(context.state.doc.toString().match(/[?$]\w+/g));
      found.delete(word.text);
      return { from: word.from, options: [...found].sort().map((label) => ({ label, type: "variable" })) };
    }
    return { from: word ? word.from : context.pos, options: [...terms, ...prefixes, ...keywords], validFor: /^[\w:.-]*$/ };
  };
}

export class Editor {
  /**
   * @param {HTMLElement} place
   * @param {string} label
   * @param {Vocabulary} words
   * @param {{run: () => void, changed: (text: string) => void}} heard
   */
  constructor(place, label, words, heard) {
    // In a tree of its own the editor adopts its style sheets; in the page's it would write inline ones,
    // which the policy of the page forbids.
    const root = place.attachShadow({ mode: "open" });
    const run = { key: "Mod-Enter", run: () => (heard.run(), true) };
    this.view = new EditorView({
      root,
      parent: root,
      state: EditorState.create({
        extensions: [
          keymap.of([run, ...completionKeymap, ...historyKeymap, ...defaultKeymap]),
          lineNumbers(),
          history(),
          bracketMatching(),
          closeBrackets(),
          autocompletion({ override: [completion(words)] }),
          StreamLanguage.define(sparql),
          syntaxHighlighting(COLOURS),
          EditorView.lineWrapping,
          EditorView.contentAttributes.of({ "aria-label": label, spellcheck: "false" }),
          EditorView.updateListener.of((update) => {
            if (update.docChanged) heard.changed(this.text);
          }),
          EditorView.theme({
            "&": { backgroundColor: "var(--paper)", color: "var(--ink)", fontSize: "0.9rem", border: "1px solid var(--quiet)" },
            "&.cm-focused": { outline: "3px solid var(--link)" },
            ".cm-content": { fontFamily: "ui-monospace, monospace", minHeight: "14rem", caretColor: "var(--ink)" },
            ".cm-gutters": { backgroundColor: "var(--tint)", color: "var(--quiet)", borderColor: "var(--line)" },
            ".cm-tooltip": { backgroundColor: "var(--tint)", color: "var(--ink)", borderColor: "var(--quiet)" },
            ".cm-tooltip-autocomplete ul li[aria-selected]": { backgroundColor: "var(--link)", color: "var(--paper)" },
          }),
        ],
      }),
    });
  }

  get text() {
    return this.view.state.doc.toString();
  }

  set text(text) {
    this.view.dispatch({ changes: { from: 0, to: this.view.state.doc.length, insert: text } });
  }

  /** Mark an error at the line and column that its message names, or take the marks away. @param {string} message */
  mark(message) {
    const place = /(\d+):(\d+)/.exec(message);
    const { doc } = this.view.state;
    /** @type {import("@codemirror/lint").Diagnostic[]} */
    const marks = [];
    if (message) {
      const line = doc.line(Math.min(doc.lines, Math.max(1, Number(place?.[1] ?? 1))));
      const from = Math.min(line.to, line.from + Math.max(0, Number(place?.[2] ?? 1) - 1));
      marks.push({ from, to: Math.max(from, Math.min(doc.length, from + 1)), severity: "error", message });
    }
    this.view.dispatch(setDiagnostics(this.view.state, marks));
  }
}
