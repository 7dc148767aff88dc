/** The console's style sheet. */
import { base } from "../auth/pages/style.ts";

export const style = `${base}
:root {
  --bar: #6c93de;
  --t-keyword: #8a2189; --t-string: #1d6337; --t-number: #9a3f00; --t-comment: #5b6270; --t-call: #1a4fb0;
}
@media (prefers-color-scheme: dark) {
  :root {
    --bar: #5d82c9;
    --t-keyword: #e2a0e1; --t-string: #93d7a8; --t-number: #f5b583; --t-comment: #9aa2b1; --t-call: #9dc0ff;
  }
}
html { scroll-padding-top: 4rem; }
.sr, .skip:not(:focus) { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.skip:focus { position: absolute; top: .5rem; left: .5rem; padding: .5rem .8rem; background: var(--card); z-index: 1; }
header { display: flex; flex-wrap: wrap; gap: .25rem 1.5rem; align-items: baseline; padding: .75rem 1.5rem; background: var(--card); border-bottom: 1px solid var(--line); }
.brand { font-weight: 750; font-size: 1.15rem; color: var(--ink); text-decoration: none; }
nav { display: flex; flex-wrap: wrap; gap: .25rem 1.1rem; }
nav a { padding: .3rem 0; color: var(--quiet); text-decoration: none; border-bottom: 2px solid transparent; }
nav a:hover, nav a[aria-current] { color: var(--ink); }
nav a[aria-current] { border-color: var(--accent); font-weight: 600; }
main { max-width: 76rem; margin: 0 auto; padding: 1.5rem; outline: none; }
h2 { margin: 2rem 0 .6rem; font-size: 1.1rem; }
h3 { margin: 0 0 .3rem; font-size: 1rem; }
.notice { padding: .6rem .9rem; border-radius: 8px; background: var(--good-ground); color: var(--good); }
.card { padding: 1rem 1.1rem; background: var(--card); border: 1px solid var(--line); border-radius: 10px; min-width: 0; }
.cards { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 25rem), 1fr)); gap: 1rem; }
.card > :first-child { margin-top: 0; }
.card + .card { margin-top: 1rem; }
.cards .card + .card { margin-top: 0; }
.connection { margin: .75rem 0; padding-left: .9rem; border-left: 3px solid var(--line); }
.connection h3 { margin: 0; font-size: 1rem; }
.row { display: flex; flex-wrap: wrap; gap: .6rem; align-items: center; }
.badge { display: inline-block; padding: 0 .5rem; border-radius: 999px; font-size: .825rem; line-height: 1.5; white-space: nowrap; background: var(--code); color: var(--ink); border: 1px solid var(--line); }
.badge.ok { background: var(--good-ground); color: var(--good); border-color: transparent; }
.badge.bad { background: var(--bad-ground); color: var(--bad); border-color: transparent; }
.badge.ask { background: var(--warn-ground); color: var(--warn); border-color: transparent; }
pre { margin: .5rem 0; padding: .8rem; overflow: auto; background: var(--code); border: 1px solid var(--line); border-radius: 8px; font: .85rem/1.5 ui-monospace, monospace; tab-size: 2; }
pre.code, pre.result { max-height: 34rem; }
pre.wrap { white-space: pre-wrap; }
.problem pre { margin: .3rem 0 0; padding: 0; background: none; border: 0; color: inherit; white-space: pre-wrap; }
code { font-family: ui-monospace, monospace; font-size: .9em; }
pre code { font-size: 1em; }
.t-keyword { color: var(--t-keyword); } .t-string { color: var(--t-string); } .t-number { color: var(--t-number); }
.t-comment { color: var(--t-comment); font-style: italic; } .t-call { color: var(--t-call); }
table { width: 100%; border-collapse: collapse; background: var(--card); font-size: .925rem; }
th, td { padding: .45rem .6rem; text-align: left; vertical-align: top; border-bottom: 1px solid var(--line); overflow-wrap: normal; }
td.wide { overflow-wrap: anywhere; }
th { color: var(--quiet); font-weight: 600; white-space: nowrap; }
td.n, th.n { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; }
td.nowrap { white-space: nowrap; }
.scroll { overflow-x: auto; border: 1px solid var(--line); border-radius: 10px; }
.scroll tr:last-child td { border-bottom: 0; }
svg.bar { display: block; width: 100%; min-width: 8rem; height: 1.1rem; }
svg.bar rect { fill: var(--bar); } svg.bar rect.bad { fill: var(--bad); }
form.filter { display: flex; flex-wrap: wrap; gap: .75rem; align-items: end; margin: 0 0 1rem; }
label { display: block; font-size: .925rem; color: var(--quiet); }
label.tick { display: inline-flex; gap: .5rem; align-items: center; color: var(--ink); margin-right: 1rem; }
textarea { min-height: 14rem; font: .9rem/1.5 ui-monospace, monospace; resize: vertical; tab-size: 2; }
button.danger { color: var(--bad); border-color: var(--bad); }
code + button.copy { margin-left: .5rem; }
button.copy { min-height: 2rem; padding: .1rem .8rem; font-size: .9rem; }
td.n .unit { display: none; }
ul.log { list-style: none; margin: .5rem 0; padding: 0; font: .85rem/1.5 ui-monospace, monospace; background: var(--code); border: 1px solid var(--line); border-radius: 8px; }
ul.log li { padding: .15rem .8rem; white-space: pre-wrap; border-bottom: 1px solid var(--line); }
ul.log li:last-child { border: 0; } ul.log .error { color: var(--bad); } ul.log .warn { color: var(--warn); }
.request { margin-bottom: 1rem; }
form.card .row + .row { margin-top: .8rem; }
.row:has(> label) { align-items: end; }
.row > label { flex: 0 1 22rem; }
::placeholder { color: var(--quiet); opacity: 1; }
form.filter input { width: 9.5rem; }
ul.diff { margin: .4rem 0; padding-left: 1.2rem; list-style: none; }
ul.diff .added { color: var(--good); } ul.diff .removed { color: var(--bad); }
@media (max-width: 44rem) {
  header { padding: .6rem 1rem; } main { padding: 1rem; }
  form.filter input { width: 100%; } form.filter > * { flex: 1 1 45%; } form.filter > button { flex: 1 1 100%; }
  table.stack thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  table.stack, table.stack tbody { display: block; }
  table.stack tr { display: flex; flex-wrap: wrap; gap: .1rem .8rem; padding: .6rem .8rem; border-bottom: 1px solid var(--line); }
  table.stack td { display: block; padding: 0; border: 0; }
  table.stack td.n { text-align: left; } table.stack td.n .unit { display: inline; } table.stack td.wide { flex: 1 1 100%; }
  table.stack td:empty { display: none; }
  dl { grid-template-columns: 1fr; gap: 0; } dl dd { margin-bottom: .4rem; }
}
`;
