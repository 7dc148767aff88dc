/**
 * The editor of the playground: JavaScript in colours, completion of what a run can use (globals, operations, their
 * arguments), the problems that the check finds at their line, Ctrl+Enter to run, and a reply without loading the page
 * again. The field of the form below it stays what is sent, and works alone where this does not run.
 */
import {
  autocompletion,
  closeBrackets,
  closeBracketsKeymap,
  completionKeymap,
} from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { javascript } from "@codemirror/lang-javascript";
import { bracketMatching, HighlightStyle, indentOnInput, syntaxHighlighting } from "@codemirror/language";
import { linter, lintGutter } from "@codemirror/lint";
import { EditorState, StateEffect } from "@codemirror/state";
import {
  drawSelection,
  EditorView,
  highlightActiveLine,
  highlightSpecialChars,
  keymap,
  lineNumbers,
} from "@codemirror/view";
import { tags } from "@lezer/highlight";
import { hiddenInCode, mark } from "../../terms/visible.ts";
import { completeIn } from "./editor/complete.js";
import { keepDraft, keptDraft, showDraft } from "./editor/draft.js";
import { problemsIn } from "./editor/problems.js";
import { runInPlace } from "./editor/run.js";

const colours = HighlightStyle.define([
  { tag: [tags.keyword, tags.modifier, tags.bool, tags.null, tags.self], color: "var(--t-keyword)" },
  { tag: [tags.string, tags.special(tags.string), tags.regexp], color: "var(--t-string)" },
  { tag: tags.number, color: "var(--t-number)" },
  { tag: [tags.typeName], color: "var(--t-type)" },
  { tag: tags.comment, color: "var(--t-comment)", fontStyle: "italic" },
  { tag: [tags.function(tags.variableName), tags.function(tags.propertyName)], color: "var(--t-call)" },
]);

const look = EditorView.theme({
  "&": { height: "100%", color: "var(--ink)", backgroundColor: "var(--code)", fontSize: "var(--f2)" },
  // The frame around it shows the focus.
  "&.cm-focused": { outline: "none" },
  ".cm-scroller": { fontFamily: "var(--mono)", lineHeight: "1.55" },
  ".cm-content": { caretColor: "var(--ink)", padding: ".5rem 0" },
  ".cm-cursor": { borderLeftColor: "var(--ink)" },
  ".cm-gutters": { backgroundColor: "transparent", color: "var(--quiet)", border: "0" },
  ".cm-activeLine": { backgroundColor: "var(--hover)" },
  ".cm-selectionBackground, &.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground": {
    backgroundColor: "var(--accent-soft)",
  },
  ".cm-matchingBracket, &.cm-focused .cm-matchingBracket": {
    backgroundColor: "var(--accent-soft)",
    outline: "1px solid var(--edge)",
  },
  ".cm-tooltip": {
    backgroundColor: "var(--card)",
    color: "var(--ink)",
    border: "1px solid var(--line)",
    borderRadius: "6px",
    boxShadow: "var(--shadow)",
    fontFamily: "var(--sans)",
  },
  ".cm-tooltip-autocomplete > ul": { fontFamily: "var(--mono)", maxHeight: "16em" },
  ".cm-tooltip-autocomplete > ul > li": { padding: ".15rem .5rem" },
  ".cm-tooltip-autocomplete > ul > li[aria-selected]": {
    backgroundColor: "var(--accent)",
    color: "var(--on-accent)",
  },
  ".cm-completionDetail": { fontStyle: "normal", opacity: ".8", marginLeft: "1em" },
  ".cm-diagnostic": { padding: ".4rem .6rem", whiteSpace: "pre-wrap", maxWidth: "40rem" },
  ".cm-diagnostic pre": { margin: ".3rem 0 0", fontFamily: "var(--mono)", whiteSpace: "pre-wrap" },
  ".cm-diagnostic-error": { borderLeftColor: "var(--fail)" },
  ".cm-diagnostic-warning": { borderLeftColor: "var(--wait)" },
  // CodeMirror draws these as pictures in `data:` addresses, which the page's policy does not load.
  ".cm-lintRange": { textDecoration: "underline wavy var(--wait)", textUnderlineOffset: ".2em" },
  ".cm-lintRange-error": { textDecorationColor: "var(--fail)" },
  ".cm-lintRange-error, .cm-lintRange-warning": { backgroundImage: "none" },
  ".cm-lintRange-active": { backgroundColor: "var(--hover)" },
  ".cm-lint-marker": { width: ".7em", height: ".7em", margin: ".15em .2em", borderRadius: "50%" },
  ".cm-lint-marker-error": { content: "normal", backgroundColor: "var(--fail)" },
  ".cm-lint-marker-warning": { content: "normal", backgroundColor: "var(--wait)", borderRadius: "0" },
  ".cm-gutter-lint .cm-gutterElement": { display: "flex", alignItems: "center" },
});

/** The check depends on the tool as well. */
const checkAgain = StateEffect.define();

/** What is not seen, or turns what is beside it round, is marked as on every page. */
function unseen(code, description) {
  const shown = document.createElement("span");
  shown.className = "cm-specialChar";
  shown.textContent = mark(String.fromCodePoint(code));
  shown.setAttribute("aria-label", description);
  return shown;
}

/** Where the person is writing. A document has one character for each line break, as the field has. */
const caretOf = ({ selectionStart: anchor, selectionEnd: head }) => ({ anchor, head });

const form = document.getElementById("playground");
const field = document.getElementById("code");
const host = document.createElement("div");
host.className = "editor";
const wasWriting = document.activeElement === field;
field.before(host);
// What was written before this ran is newer than any draft.
const kept = field.value === field.defaultValue ? keptDraft() : undefined;
if (kept) showDraft(form, kept);
// Style sheets that are made in a shadow tree need no exception in the page's policy.
const root = host.attachShadow({ mode: "open" });

const view = new EditorView({
  root,
  parent: root,
  state: EditorState.create({
    doc: field.value,
    selection: wasWriting ? caretOf(field) : undefined,
    extensions: [
      keymap.of([{ key: "Mod-Enter", preventDefault: true, run: () => (form.requestSubmit(), true) }]),
      lineNumbers(),
      history(),
      highlightSpecialChars({ specialChars: hiddenInCode, render: unseen }),
      drawSelection(),
      highlightActiveLine(),
      indentOnInput(),
      bracketMatching(),
      closeBrackets(),
      autocompletion({ override: [completeIn(form)], icons: false }),
      javascript({ typescript: true }),
      syntaxHighlighting(colours),
      lintGutter(),
      linter(problemsIn(form), {
        delay: 700,
        needsRefresh: ({ transactions }) =>
          transactions.some(({ effects }) => effects.some((effect) => effect.is(checkAgain))),
      }),
      // Tab goes on to the next field: nobody is caught in the editor.
      keymap.of([...closeBracketsKeymap, ...completionKeymap, ...historyKeymap, ...defaultKeymap]),
      EditorView.lineWrapping,
      EditorView.contentAttributes.of({ "aria-label": "Code (JavaScript or TypeScript)", tabindex: "0" }),
      EditorView.updateListener.of((update) => {
        if (!update.docChanged) return;
        field.value = update.state.doc.toString();
        keepDraft(form);
      }),
      look,
    ],
  }),
});
field.hidden = true;
if (wasWriting) view.focus();
runInPlace(form);
form.addEventListener("change", () => {
  keepDraft(form);
  view.dispatch({ effects: checkAgain.of(null) });
});
document.querySelector("label[for=code]").hidden = true;
const examplesOf = document.getElementById("examples-of");
examplesOf?.addEventListener("change", () => examplesOf.requestSubmit());
if (/Mac|iPhone|iPad/.test(navigator.platform)) document.querySelector(".keys kbd").textContent = "⌘";
