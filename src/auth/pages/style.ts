/**
 * How all pages look: the tokens (colours, type, spacing, motion) and the parts that the pages of the login and of the
 * console share. Pages use parts and hold no styles of their own; `/parts` of the console shows every part in every state.
 *
 * A colour has one meaning everywhere: ok (allowed, done), wait (a person is needed), refuse (a rule or a person said no),
 * fail (something went wrong), run (under way). A word or an icon always says the same as the colour. Text has a contrast
 * of at least 4.5:1 in both themes, the edge of a control of 3:1.
 */
import { Access } from "../../terms/api-file.ts";

/** The colours of a theme, light and dark. */
const colours = {
  light: `
  --ground: #f6f7f9; --side: #eef0f4; --card: #fff; --hover: #f2f5fa; --code: #f4f5f8;
  --line: #dfe3e9; --edge: #858d9b; --ink: #15181d; --quiet: #575f6d;
  --accent: #2456c7; --accent-soft: #e6edfc; --on-accent: #fff;
  --ok: #12632e; --ok-soft: #e2f4e8; --wait: #7a4800; --wait-soft: #fff1d0; --refuse: #6a3a93; --refuse-soft: #f2e9fa;
  --fail: #a5231b; --fail-soft: #fdeae8; --bar: #3f9d62; --run: #1b54b6; --run-soft: #e4ecfc;
  --t-keyword: #8a2189; --t-string: #1d6337; --t-number: #9a3f00; --t-comment: #5b6270; --t-call: #1a4fb0; --t-type: #0b6470;
  --shadow: 0 1px 2px rgb(20 26 38 / 6%), 0 8px 24px rgb(20 26 38 / 10%); --shade: rgb(20 26 38 / 14%);`,
  dark: `
  --ground: #0e1014; --side: #0a0c0f; --card: #15181d; --hover: #1c2027; --code: #101317;
  --line: #282d36; --edge: #717a89; --ink: #e8ebf0; --quiet: #9ca5b4;
  --accent: #8fb3ff; --accent-soft: #182540; --on-accent: #0a1529;
  --ok: #83d79e; --ok-soft: #122a1b; --wait: #f1c56c; --wait-soft: #2e240d; --refuse: #cfa8f1; --refuse-soft: #271b35;
  --fail: #ff9e94; --fail-soft: #361715; --bar: #4f9a68; --run: #8fb9ff; --run-soft: #142440;
  --t-keyword: #e2a0e1; --t-string: #93d7a8; --t-number: #f5b583; --t-comment: #9aa2b1; --t-call: #9dc0ff; --t-type: #7fd0da;
  --shadow: 0 1px 2px rgb(0 0 0 / 40%), 0 8px 24px rgb(0 0 0 / 45%); --shade: rgb(0 0 0 / 60%);`,
};

const tokens = `
:root {${colours.light}
  --s1: .25rem; --s2: .5rem; --s3: .75rem; --s4: 1rem; --s5: 1.5rem; --s6: 2rem;
  --f1: .75rem; --f2: .8125rem; --f3: .875rem; --f4: 1rem; --f5: 1.375rem;
  --r1: 6px; --r2: 10px; --quick: .12s ease-out;
  --sans: ui-sans-serif, system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "Noto Sans", "Liberation Sans", Arial, sans-serif;
  --mono: ui-monospace, "SF Mono", "Cascadia Code", Menlo, Consolas, "Liberation Mono", "DejaVu Sans Mono", monospace;
}
@media (prefers-color-scheme: dark) { :root {${colours.dark} } }
`;

const elements = `
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
body { margin: 0; background: var(--ground); color: var(--ink); font: var(--f3)/1.5 var(--sans); overflow-wrap: anywhere; }
h1, h2, h3, p, dl, dd, ul, ol, figure { margin: 0; }
h1 { font-size: var(--f5); line-height: 1.25; font-weight: 650; letter-spacing: -.012em; text-wrap: pretty; }
h2 { font-size: var(--f4); line-height: 1.35; font-weight: 650; }
h3 { font-size: var(--f3); line-height: 1.4; font-weight: 650; }
p { max-width: 44rem; text-wrap: pretty; }
a { color: var(--accent); text-underline-offset: .15em; text-decoration-thickness: from-font; }
code, pre, kbd { font-family: var(--mono); font-size: .92em; }
pre { margin: 0; padding: var(--s3); overflow: auto; background: var(--code); border: 1px solid var(--line); border-radius: var(--r1); font-size: var(--f2); line-height: 1.55; tab-size: 2; }
pre code { font-size: 1em; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
summary { cursor: pointer; }
[hidden] { display: none !important; }
.sr, .skip:not(:focus) { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.icon { flex: none; overflow: visible; width: 1.15em; height: 1.15em; vertical-align: -.2em; fill: none; stroke: currentColor; stroke-width: 2; stroke-linecap: round; stroke-linejoin: round; }
.quiet { color: var(--quiet); font-weight: 400; }
.small { font-size: var(--f2); }
`;

/** Buttons, fields, states, notes, facts, cards, tables, the bar that stays. */
const parts = `
button, a.button, summary.button { display: inline-flex; align-items: center; justify-content: center; gap: .4rem; min-height: 2.25rem; padding: .3rem .85rem; font: 600 var(--f3)/1.3 var(--sans); text-align: center; cursor: pointer; color: var(--ink); background: var(--card); border: 1px solid var(--edge); border-radius: var(--r1); text-decoration: none; transition: background-color var(--quick), border-color var(--quick), filter var(--quick); }
button:hover, a.button:hover, summary.button:hover { background: var(--hover); }
button.primary, a.button.primary { color: var(--on-accent); background: var(--accent); border-color: var(--accent); }
button.primary:hover, a.button.primary:hover { filter: brightness(1.08); }
button.danger { color: var(--fail); border-color: var(--fail); }
button.danger:hover { background: var(--fail-soft); }
button.plain, a.button.plain, summary.plain { background: none; border-color: transparent; font-weight: 500; color: var(--quiet); }
a.button.plain { color: var(--accent); }
button.plain:hover, a.button.plain:hover, summary.plain:hover { background: var(--hover); color: var(--ink); }
button.little, a.button.little, summary.little { min-height: 1.75rem; padding: .1rem .55rem; font-size: var(--f2); }
button:disabled { opacity: .55; cursor: default; }

input, select, textarea { display: block; width: 100%; min-height: 2.25rem; padding: .35rem .6rem; font: inherit; color: var(--ink); background: var(--card); border: 1px solid var(--edge); border-radius: var(--r1); transition: border-color var(--quick); }
input:hover, select:hover, textarea:hover { border-color: var(--ink); }
input[type=file] { padding: .3rem .4rem; min-height: 2.5rem; border-style: dashed; cursor: pointer; }
::file-selector-button { margin-right: .6rem; padding: .25rem .7rem; font: 600 var(--f2)/1.3 var(--sans); color: var(--ink); background: var(--code); border: 1px solid var(--edge); border-radius: 4px; cursor: pointer; }
/* Drawn here: what a browser draws is hardly there in the dark theme while it is empty. */
input[type=radio], input[type=checkbox] { appearance: none; display: grid; place-content: center; flex: none; width: 1.15rem; height: 1.15rem; min-height: 0; margin: 0; padding: 0; border-width: 1.5px; border-radius: 4px; cursor: pointer; }
input[type=radio], input[type=radio]::before { border-radius: 50%; }
:is(input[type=radio], input[type=checkbox])::before { content: ""; width: .5rem; height: .5rem; background: var(--on-accent); scale: 0; }
input[type=checkbox]::before { width: .8rem; height: .8rem; clip-path: polygon(14% 47%, 4% 58%, 38% 90%, 97% 24%, 86% 14%, 38% 68%); }
:is(input[type=radio], input[type=checkbox]):checked { background: var(--accent); border-color: var(--accent); } :is(input[type=radio], input[type=checkbox]):checked::before { scale: 1; }
@media (forced-colors: active) { input[type=radio], input[type=checkbox] { appearance: auto; } }
::placeholder { color: var(--quiet); opacity: 1; }
label { display: block; }
label.field, .field { display: block; font-size: var(--f2); font-weight: 550; color: var(--ink); }
label.field > input, label.field > select, .field > input { margin-top: var(--s1); font-size: var(--f3); font-weight: 400; }
[aria-invalid=true] { border-color: var(--fail); box-shadow: 0 0 0 1px var(--fail); }
p.error { display: flex; gap: .35rem; align-items: flex-start; margin-top: var(--s1); color: var(--fail); font-size: var(--f2); font-weight: 550; }
p.error .icon { margin-top: .15em; }
fieldset { margin: 0; padding: 0; border: 0; min-width: 0; }
legend { padding: 0; font-weight: 600; }
label.tick { display: flex; gap: var(--s2); align-items: flex-start; cursor: pointer; }
label.tick input { margin-top: .1rem; }

.state, .access, .chip { display: inline-flex; align-items: baseline; gap: .3rem; padding: .05rem .5rem; border-radius: 999px; font-size: var(--f1); line-height: 1.6; font-weight: 600; white-space: nowrap; color: var(--quiet); background: var(--code); box-shadow: inset 0 0 0 1px var(--line); }
/* The words, not the drawing, stand level with the text around. */
:is(.state, .access, .chip) > .icon { align-self: center; }
.state { padding-left: .35rem; }
.state.ok { color: var(--ok); background: var(--ok-soft); box-shadow: none; }
.state.wait { color: var(--wait); background: var(--wait-soft); box-shadow: none; }
.state.refuse { color: var(--refuse); background: var(--refuse-soft); box-shadow: none; }
.state.fail { color: var(--fail); background: var(--fail-soft); box-shadow: none; }
.state.run { color: var(--run); background: var(--run-soft); box-shadow: none; }
/* What may be done is not what became of it: ink for what changes something, and the colour of a state for none but what destroys. */
.access { padding-left: .4rem; } .access.write { color: var(--ink); } .access.delete { color: var(--fail); }
.state.run .icon { animation: turn 1.6s linear infinite; }
@keyframes turn { to { transform: rotate(360deg); } }

.note { display: flex; gap: .6rem; align-items: flex-start; padding: .6rem .8rem; border-radius: var(--r1); max-width: none; background: var(--code); color: var(--ink); box-shadow: inset 0 0 0 1px var(--line); }
.note > .icon { margin-top: .15em; }
.note > div { flex: 1; min-width: 0; }
.note pre { margin-top: var(--s1); padding: 0; background: none; border: 0; color: inherit; white-space: pre-wrap; }
.note.ok { color: var(--ok); background: var(--ok-soft); box-shadow: none; }
.note.wait { color: var(--wait); background: var(--wait-soft); box-shadow: none; }
.note.refuse { color: var(--refuse); background: var(--refuse-soft); box-shadow: none; }
.note.fail { color: var(--fail); background: var(--fail-soft); box-shadow: none; }
.note.run { color: var(--run); background: var(--run-soft); box-shadow: none; }
.note a { color: inherit; font-weight: 600; }

.facts { display: grid; grid-template-columns: max-content 1fr; gap: .25rem var(--s4); }
.facts dt { color: var(--quiet); }
.facts dd { min-width: 0; }
.row { display: flex; flex-wrap: wrap; gap: var(--s2); align-items: center; }
.row.end { align-items: end; } .row > .quiet { min-width: 0; } @media (min-width: 44.01rem) { .note:has(> div > .row) { align-items: center; } .note:has(> div > .row) > .icon { margin-top: 0; } }
 .row > [role=status] { display: inline-flex; } .note > div > .row { justify-content: space-between; gap: var(--s2) var(--s4); }
.name { display: inline-block; max-width: min(24rem, 100%); overflow: clip; text-overflow: ellipsis; white-space: nowrap; vertical-align: baseline; }
.card { padding: var(--s4); background: var(--card); border: 1px solid var(--line); border-radius: var(--r2); min-width: 0; }
/* Collapsed borders look the same here, and take a browser twice as long to draw. */
table { width: 100%; border-collapse: separate; border-spacing: 0; }
th, td { padding: .5rem .75rem; text-align: left; vertical-align: top; border-bottom: 1px solid var(--line); overflow-wrap: normal; }
th { color: var(--quiet); font-size: var(--f1); font-weight: 600; white-space: nowrap; }
tbody tr:last-child > * { border-bottom: 0; }
.bar { position: sticky; bottom: 0; z-index: 2; background: var(--card); border-top: 1px solid var(--line); padding: var(--s3) 0; padding-bottom: max(var(--s3), env(safe-area-inset-bottom)); }
@media (prefers-reduced-motion: reduce) { *, ::before, ::after { animation: none !important; transition: none !important; scroll-behavior: auto !important; } }
@media (max-width: 44rem) { input, select, textarea { min-height: 2.5rem; font-size: 1rem; } button, a.button, summary.button, button.little, a.button.little, summary.little { min-height: 2.5rem; } }
@media print { .bar, .noprint { display: none !important; } }
`;

/** What the pages of the login and of the console share. */
export const base = `${tokens}${elements}${parts}`;

const accesses = Access.options;

/** A selector of what an API's row says of an access of which only some tags are ticked. */
const narrowed = (within: (access: Access) => string) =>
  accesses.map((access) => `.api:has(+ .more .t-${access} input:checked) ${within(access)}`).join(", ");

/** The pages of the login: one narrow sheet. */
export const style = `${base}
html { scroll-padding-bottom: 10rem; }
body { min-height: 100vh; display: flex; flex-direction: column; align-items: center; padding: var(--s5) var(--s4); }
.brand { width: 100%; max-width: 46rem; margin-bottom: var(--s3); color: var(--quiet); font-weight: 650; }
.brand .icon { color: var(--accent); }
main { width: 100%; max-width: 46rem; background: var(--card); border: 1px solid var(--line); border-radius: var(--r2); box-shadow: var(--shadow); }
/* A table of rights needs the room. */
body:has(.rights) :is(.brand, main) { max-width: 58rem; }
.sheet { display: grid; gap: var(--s3); padding: var(--s5); }
form .sheet { padding-top: 0; padding-bottom: var(--s4); }
.trust { color: var(--wait); }
.bar { padding: var(--s3) var(--s5); border-radius: 0 0 var(--r2) var(--r2); }
.bar .row { flex-wrap: nowrap; }
.bar button { flex: 1 1 8rem; min-height: 2.6rem; }
.bar p { margin-top: var(--s2); text-align: center; max-width: none; }

/* What a client may do: a row for each API, a column for each access. */
.rights { margin: 0; }
.rights th, .rights td { padding: var(--s2); }
.rights thead th { padding-top: 0; text-align: left; width: 25%; }
.rights thead th .access { margin-left: -.4rem; }
.rights th:first-child, .rights td:first-child { padding-left: 0; }
.rights tbody th { font-size: var(--f3); color: var(--ink); white-space: normal; overflow-wrap: anywhere; }
.rights tbody th .quiet { display: block; font-size: var(--f1); }
.rights tr:has(+ .more) > * { border-bottom: 0; }
.rights .more td { padding: 0 0 var(--s2); }
.rights label.tick { margin: calc(-1 * var(--s2)); padding: var(--s2); border-radius: var(--r1); align-items: flex-start; }
.rights label.tick:hover { background: var(--hover); }
.rights label.tick > span { min-width: 0; font-size: var(--f2); line-height: 1.4; }
.rights .n b, .rights .n i { font-weight: 500; font-style: normal; }
.rights .egs { color: var(--quiet); display: -webkit-box; -webkit-box-orient: vertical; -webkit-line-clamp: 3; overflow: hidden; }
.rights .n .some { font-weight: 500; }
.does, .doing { display: block; font-size: var(--f1); color: var(--quiet); } .doing .does { display: inline; } .rights i { font-style: normal; }
.does.allow { color: var(--ink); font-weight: 600; } .does.ask { color: var(--wait); font-weight: 600; } .does.deny { color: var(--refuse); font-weight: 600; }
.each { display: grid; grid-template-columns: 5.5rem minmax(0, 1fr); gap: var(--s2); margin-top: var(--s2); align-items: start; } .each > .access { justify-self: start; } .each ul { margin: 0; padding: 0; list-style: none; columns: 14rem; column-gap: var(--s4); font-size: var(--f2); } .each li { break-inside: avoid; padding: .1rem 0; } .each .does { display: inline; }
.asked { display: inline-flex; align-items: center; gap: .25rem; margin-top: .1rem; padding: 0 .35rem; border-radius: var(--r1); background: var(--wait-soft); color: var(--wait); font-size: var(--f1); font-weight: 600; }
.asked.ok { background: var(--ok-soft); color: var(--ok); }
.more > td > * + * { margin-top: var(--s2); }
details.under > summary, details.further > summary { padding: .2rem 0; color: var(--quiet); font-size: var(--f2); }
/* Tags matter only for a ticked access, a credential only for an API of which anything is ticked; a browser without :has always shows them. */
${accesses.map((access) => `.api:has(.c-${access} input:not(:checked)) + .more .t-${access}`).join(", ")}, .api:not(:has(input:checked)) + .more .credential { display: none; }
/* What is said of all operations is not true of those with a tag. */
.rights .some { display: none; } ${narrowed((access) => `.c-${access} i.some`)} { display: inline; }
${narrowed((access) => `.c-${access} .egs.some`)} { display: -webkit-box; } ${narrowed((access) => `.c-${access} .egs.whole`)} { display: none; }
details.under { margin: 0 0 var(--s1); } details.further > p + * { margin-top: var(--s2); }
.account { display: grid; gap: var(--s2); margin-top: var(--s3); padding-left: var(--s3); border-left: 2px solid var(--line); }
.account h2 { font-size: var(--f3); }
.paste { display: grid; gap: var(--s2); padding: var(--s3); border-radius: var(--r1); background: var(--ground); }
.pair { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 13rem), 1fr)); gap: var(--s2) var(--s3); }
.tags { margin: var(--s1) 0; padding: var(--s2) var(--s3); border: 1px solid var(--line); border-radius: var(--r1); display: grid; grid-template-columns: repeat(auto-fill, minmax(11rem, 1fr)); gap: var(--s1) var(--s4); max-height: 12.4rem; overflow: auto; }
.tags label { font-size: var(--f2); } .tags label.tick > input { margin-top: 0; }
@media (max-width: 34rem) {
  body { padding: 0; } .brand { padding: var(--s2) var(--s4) 0; margin-bottom: 0; } main { border: 0; border-radius: 0; box-shadow: none; flex: 1; background: var(--ground); display: flex; flex-direction: column; }
  main > form { flex: 1; display: flex; flex-direction: column; } main > form > .bar { margin-top: auto; }
  .sheet { padding: var(--s3) var(--s4); gap: var(--s2); } form .sheet { padding-bottom: var(--s3); }
  h1 { font-size: 1.15rem; } .note { font-size: var(--f2); padding: .45rem .6rem; } .facts { font-size: var(--f2); gap: .1rem var(--s3); }
  .rights thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  .rights, .rights tbody { display: block; } .rights .more, .rights .more td { display: block; }
  .rights .api { display: block; padding: var(--s2) 0; border-bottom: 1px solid var(--line); }
  .rights .api:has(+ .more) { border-bottom: 0; padding-bottom: var(--s1); } .rights .more { border-bottom: 1px solid var(--line); } .rights .more:last-child, .rights .api:last-child { border-bottom: 0; }
  .rights .api > * { display: block; border: 0; padding: 0; } .rights .more td { border: 0; }
  /* A line for each access: its count in a column, examples in what is left. */
  .rights label.tick { margin: 0; padding: .35rem 0; min-height: 2.5rem; } details.under > summary, details.further > summary { padding: .6rem 0; } .rights label.tick > span { flex: 1; display: flex; flex-wrap: wrap; gap: 0 var(--s2); align-items: baseline; }
  .rights .n { display: flex; flex-direction: row-reverse; justify-content: flex-end; gap: .25rem; flex: 0 0 5.4rem; text-transform: capitalize; } .rights .n i { display: none; } .rights .n b { font-weight: 650; } .rights .egs { flex: 1 1 6rem; -webkit-line-clamp: 2; overflow-wrap: anywhere; font-size: var(--f1); }
  .rights .c-delete .n b { color: var(--fail); } ${narrowed((access) => `.c-${access} .n b:first-child`)} { display: none; }
  .paste { padding: var(--s2) 0; background: none; } /* Half of a line tells that there are more. */ .tags { max-height: 17.9rem; }
  .bar { padding: var(--s2) var(--s4); border-radius: 0; } .bar p { margin-top: var(--s1); font-size: var(--f1); } .rights .does:not(.doing .does, .each .does), .rights .doing { flex: 1 1 100%; } .each { grid-template-columns: minmax(0, 1fr); }
}
/* The head of the column says what the number counts. */
@media (min-width: 34.01rem) { .rights .n b + b { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); } }
`;
