/** The console's style sheet: its frame, and the parts that only it has. Tokens and shared parts: `auth/pages/style.ts`. */
import { base } from "../auth/pages/style.ts";
import { maxIndent } from "./parts/lines.ts";

/** How far in a line of a text begins, in columns: what wraps begins two further in, but in the first half of a narrow page. */
const indents = Array.from({ length: maxIndent }, (_, n) => `.i${n + 1} { --in: ${n + 3}ch; }`).join(" ");

const frame = `
html { scroll-padding: 4rem 0 6rem; }
.skip:focus { position: fixed; top: var(--s2); left: var(--s2); padding: var(--s2) var(--s3); background: var(--card); border-radius: var(--r1); z-index: 9; }
body > header { position: fixed; z-index: 6; inset: 0 auto 0 0; width: 13.5rem; padding: var(--s4) var(--s3); background: var(--side); border-right: 1px solid var(--line); overflow: auto; }
.brand, .waits, #menu { white-space: nowrap; }
.brand { display: flex; align-items: center; gap: .5rem; padding: 0 var(--s2); margin-bottom: var(--s4); font-weight: 700; font-size: 1.05rem; color: var(--ink); text-decoration: none; }
.brand .icon { color: var(--accent); width: 1.35em; height: 1.35em; }
.waits { display: none; }
#menu { display: none; }
nav { position: static; width: auto; height: auto; inset: auto; margin: 0; padding: 0; border: 0; display: grid; gap: 2px; color: inherit; background: none; }
nav a { display: flex; align-items: center; gap: .6rem; padding: .4rem var(--s2); border-radius: var(--r1); color: var(--quiet); text-decoration: none; font-weight: 550; transition: background-color var(--quick); }
nav a:hover { background: var(--hover); color: var(--ink); }
nav a[aria-current] { background: var(--card); color: var(--ink); box-shadow: inset 0 0 0 1px var(--line); }
nav a[aria-current] .icon { color: var(--accent); }
nav .count { margin-left: auto; }
.count { display: inline-block; min-width: 1.4rem; padding: 0 .4rem; border-radius: 999px; font-size: var(--f1); font-weight: 700; line-height: 1.25rem; text-align: center; background: var(--wait-soft); color: var(--wait); }
main { overflow: clip; min-width: 0; margin-left: 13.5rem; padding: var(--s5) var(--s6) var(--s6); outline: none; }
.page { max-width: 80rem; margin: 0 auto; flex: 1; width: 100%; display: flex; flex-direction: column; gap: var(--s4); } .page > * { min-width: 0; }
body { display: flex; flex-direction: column; min-height: 100vh; } main { flex: 1; display: flex; flex-direction: column; }
.head { display: flex; flex-wrap: wrap; gap: var(--s2) var(--s4); align-items: flex-start; justify-content: space-between; }
.head > div:first-child { flex: 1 1 24rem; min-width: 0; }
.head .row { min-height: 1.9rem; }
a.card > .head { flex-wrap: nowrap; } a.card > .head > h2 { min-width: 0; display: -webkit-box; -webkit-box-orient: vertical; -webkit-line-clamp: 3; overflow: hidden; } a.card > .head > .state { flex: none; }
.head h1 + p, .head h1 + .row { margin-top: .3rem; }
.lead { color: var(--quiet); }
.crumb { color: var(--quiet); margin-bottom: .2rem; font-size: var(--f2); max-width: none; overflow: hidden; white-space: nowrap; text-overflow: ellipsis; }
.crumb a { color: var(--quiet); text-decoration: none; } .crumb a:hover { text-decoration: underline; }
.section { display: grid; grid-template-columns: minmax(0, 1fr); gap: var(--s2); margin-top: var(--s2); }
.section > details > summary + .scroll, #examples > :is(form, ul) { margin-top: var(--s2); } #examples > summary > h2 { display: inline; }
.section > h2, .section > .row > h2 { display: flex; gap: .5rem; align-items: center; }
.row > h2 { margin-right: auto; }
`;

const parts = `
.cards { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 21rem), 1fr)); gap: var(--s3); }
.stack:not(table) > * + * { margin-top: var(--s3); } .stack > input[type=hidden] + * { margin-top: 0; } #answer:empty { display: none; }
.card > * + * { margin-top: var(--s2); } .card > input[type=hidden] + * { margin-top: 0; } .card .two { margin-top: var(--s2); }
.card h2 a, .card h3 a { color: inherit; text-decoration: none; } .card h2 a:hover, .card h3 a:hover { text-decoration: underline; }
a.card { display: block; color: inherit; text-decoration: none; transition: border-color var(--quick); } a.card:hover { border-color: var(--edge); } a.card > .row { align-items: baseline; }
/* What ends a connection stands at the foot of its card, on one line with those beside it. */
.cards > .card:has(> details:last-child) { display: flex; flex-direction: column; } .cards > .card > details:last-child { margin-top: auto; padding-top: var(--s2); }
article.card > div:not(.head) + div { margin-top: var(--s4); }
.connection { padding-top: var(--s2); border-top: 1px solid var(--line); }
.empty { display: grid; justify-items: center; gap: var(--s2); padding: var(--s6) var(--s4); text-align: center; background: var(--card); border: 1px dashed var(--line); border-radius: var(--r2); }
.empty > .icon { width: 2rem; height: 2rem; color: var(--quiet); stroke-width: 1.5; }
.empty p { color: var(--quiet); max-width: 34rem; } .empty > .button, .empty > .row { margin-top: var(--s1); }
.method { font: 600 var(--f1)/1.6 var(--mono); color: var(--quiet); }
.method:is(.POST, .PUT, .PATCH) { color: var(--ink); } .method.DELETE { color: var(--fail); }

/* A list of things that open: one line each on a desk, two on a phone. The link of the title covers the line. */
.list { margin: 0; padding: 0; list-style: none; background: var(--card); border: 1px solid var(--line); border-radius: var(--r2); }
.list > li:first-child { border-radius: var(--r2) var(--r2) 0 0; } .list > li:last-child { border-radius: 0 0 var(--r2) var(--r2); } .list > li:only-child { border-radius: var(--r2); }
/* Above the link that covers the line, and its menu above the lines below. */
.list p a, .list > li > .menu { position: relative; z-index: 1; } .list > li > .menu[open] { z-index: 4; }
.list > li { position: relative; display: flex; align-items: center; gap: var(--s3); padding: .5rem var(--s3); border-bottom: 1px solid var(--line); min-width: 0; }
.list > li:last-child { border-bottom: 0; }
.list > li:hover { background: var(--hover); }
.list a.whole { color: inherit; text-decoration: none; }
.list a.whole::after { content: ""; position: absolute; inset: 0; }
.list li:focus-within { outline: 2px solid var(--accent); outline-offset: -2px; } .list a.whole:focus-visible { outline: none; }
.grow { flex: 1 1 0; min-width: 0; }
.cut { min-width: 0; overflow: clip; text-overflow: ellipsis; white-space: nowrap; }
.what { font-weight: 550; } .what + .cut { color: var(--quiet); font-size: var(--f2); }
.num .name { max-width: 12rem; } .num, .runs time { flex: none; font-variant-numeric: tabular-nums; color: var(--quiet); font-size: var(--f2); white-space: nowrap; text-align: right; }
.runs .state { width: 9.8rem; flex: none; justify-content: flex-start; background: none; padding: 0; box-shadow: none; }
.runs .by { flex: 0 0 8rem; color: var(--quiet); font-size: var(--f2); }
.runs .req { width: 5.6rem; } .runs .took { width: 3.8rem; } .runs .tok { width: 6.2rem; } .runs time { width: 5rem; }
.runs > li { display: block; position: static; height: 2.375rem; padding: 0; } .runs .line { display: flex; align-items: center; gap: var(--s3); height: 100%; padding: .5rem var(--s3); min-width: 0; color: inherit; text-decoration: none; } .runs .line:focus-visible { outline: none; }
/* What is far from the window is not laid out, and has its height to the pixel: nothing below moves when it is. */
.stretch, .stretch > ul { content-visibility: auto; contain-intrinsic-size: auto calc(var(--rows) * 2.375rem); } .stretch > ul { border-block: 0; } .stretch > ul > li:last-child { border-bottom: 1px solid var(--line); }
.coming { height: 57rem; background: repeating-linear-gradient(var(--card) 0 calc(2.375rem - 1px), var(--line) 0 2.375rem); } .parts.more + .row > #older:not(:focus) { position: absolute; clip-path: inset(50%); }
.parts > ul { content-visibility: auto; contain-intrinsic-size: auto 118.75rem; }
.parts > ul:not(:last-child), .parts > ul:not(:last-child) > li:last-child { border-bottom-left-radius: 0; border-bottom-right-radius: 0; }
/* Nothing here asks which stretch is the last: each time one comes, the browser would ask all that is in the others. */
.stretch > ul, .stretch > ul > li:is(:first-child, :last-child) { border-radius: 0; } .stretch > .end, .stretch > .end > li:last-child { border-radius: 0 0 var(--r2) var(--r2); }
.runs .more { margin-left: .25rem; color: var(--quiet); font-size: var(--f1); }
.grants .kind { width: 7rem; flex: none; } .grants .state { background: none; box-shadow: none; padding-left: 0; width: 13rem; flex: none; }
.ops .method { width: 3.6rem; flex: none; } .ops .grow { display: flex; gap: var(--s3); align-items: baseline; } .ops .what { flex: 0 1 auto; } .ops .grow code { flex: 1 1 0; color: var(--quiet); font-size: var(--f1); }
#stale { position: sticky; top: var(--s2); z-index: 4; }
.does > li > :first-child { flex: 0 0 14rem; } .does .button, .does button { width: 100%; justify-content: flex-start; } .does .pop button { justify-content: center; }
.kept { margin: calc(-1 * var(--s2)) 0; } .kept > span { margin-right: auto; }
.fresh { animation: fresh 2.4s ease-out; } @keyframes fresh { from { background: var(--run-soft); } }

form.filter { display: flex; gap: var(--s2); align-items: center; flex-wrap: nowrap; }
form.filter .find { position: relative; flex: 1 1 16rem; } form.filter .find .icon { position: absolute; left: .65rem; top: 50%; translate: 0 -50%; color: var(--quiet); pointer-events: none; } form.filter .find input { padding-left: 2.1rem; }
form.filter select { width: auto; max-width: 11rem; }
form.filter > label, form.filter .pop label { font-size: var(--f2); color: var(--quiet); }
.menu { position: relative; }
.menu > summary { list-style: none; } .menu > summary::-webkit-details-marker { display: none; }
.menu > .pop { position: absolute; right: 0; top: calc(100% + .3rem); z-index: 5; width: max-content; max-width: min(22rem, 88vw); display: grid; gap: var(--s2); padding: var(--s3); background: var(--card); border: 1px solid var(--line); border-radius: var(--r2); box-shadow: var(--shadow); }
.page > .row > .menu > .pop { left: 0; right: auto; } .menu.up > .pop { top: auto; bottom: calc(100% + .3rem); }
.menu > .pop button { width: 100%; }
.menu.on > summary { color: var(--accent); border-color: var(--accent); }

.scroll { overflow-x: auto; background: var(--card); border: 1px solid var(--line); border-radius: var(--r2); }
.scroll:has(.data) { width: fit-content; min-width: min(100%, 24rem); max-width: 100%; max-height: 30rem; overflow: auto; } .data thead th { position: sticky; top: 0; background: var(--card); }
.scroll table { font-size: var(--f2); } tr:has(> td > form) > td { vertical-align: middle; }
td.wide { overflow-wrap: anywhere; }
td.n, th.n { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; }
td:has(> form) { text-align: right; }
.nowrap, time { white-space: nowrap; } td .unit { display: none; }
.data td { max-width: 22rem; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }

/* Text to read or to copy, under a line that says what it is. */
.block { background: var(--code); border: 1px solid var(--line); border-radius: var(--r2); overflow: hidden; min-width: 0; }
.block > header { display: flex; flex-wrap: wrap; gap: var(--s2); align-items: center; padding: .3rem var(--s3); min-height: 2.3rem; border-bottom: 1px solid var(--line); font-size: var(--f2); color: var(--quiet); }
.block > header > :is(h2, h3) { flex: 1 1 3rem; min-width: 0; font: inherit; font-weight: 550; }
.block > header > :last-child:not(:first-child) { margin-left: auto; } :is(.block > header, .section > .row) > .plain:last-child { margin-right: -.55rem; }
.block:has(> .scroll > .data) { width: fit-content; min-width: min(100%, 24rem); max-width: 100%; } .block > .scroll { width: auto; border: 0; border-radius: 0; background: none; } .block > .scroll thead th { background: var(--code); } .block > .scroll :is(th, td):first-child { padding-left: var(--s3); } .block > .scroll :is(th, td):last-child { padding-right: var(--s3); }
.block > pre, .block > .wraps > pre, .block > .tree { margin: 0; border: 0; border-radius: 0; max-height: 34rem; background: none; }
/* A text that goes on says so at its edge: the shade stays, and what covers it moves with the text. */
.block > pre, .block > .tree { background: linear-gradient(var(--code) 50%, transparent) top / 100% 1.5rem local, linear-gradient(transparent, var(--code) 50%) bottom / 100% 1.5rem local, linear-gradient(var(--shade), transparent) top / 100% .6rem, linear-gradient(transparent, var(--shade)) bottom / 100% .6rem; background-repeat: no-repeat; }
.copied { display: grid; grid-template-columns: minmax(0, 1fr) auto; align-items: stretch; border: 1px solid var(--line); border-radius: var(--r1); background: var(--code); } .copied .flag { white-space: nowrap; }
.copied > :first-child { border: 0; background: none; padding: .45rem .6rem; max-height: 9rem; }
.copied > code { align-self: center; overflow-wrap: anywhere; user-select: all; } .copied > #token { word-break: break-all; } .note .copied { margin-top: var(--s1); }
.copied > button { border: 0; border-left: 1px solid var(--line); border-radius: 0; background: none; min-height: 0; align-self: stretch; color: var(--quiet); font-size: var(--f2); }
.copied > button:hover { background: var(--hover); color: var(--ink); }
.t-keyword { color: var(--t-keyword); } .t-string { color: var(--t-string); } .t-number { color: var(--t-number); }
.t-comment { color: var(--t-comment); font-style: italic; } .t-call { color: var(--t-call); } .t-type { color: var(--t-type); } .t-key { color: var(--ink); font-weight: 550; }
.tree { padding: var(--s3); font: var(--f2)/1.6 var(--mono); overflow: auto; }
.tree details > div, .tree .in { padding-left: 1.1rem; border-left: 1px solid var(--line); margin-left: .3rem; }
.tree details > div > div:not(.scroll) { padding-left: 2ch; text-indent: -2ch; } .tree .in, .tree .scroll { text-indent: 0; } .tree .in { color: var(--ink); }
.tree summary { color: var(--quiet); } .tree summary:hover { color: var(--ink); }
ul.log { list-style: none; padding: 0; font: var(--f2)/1.55 var(--mono); }
ul.log li { padding: .2rem var(--s3) .2rem calc(var(--s3) + 2ch); text-indent: -2ch; white-space: pre-wrap; border-bottom: 1px solid var(--line); } ul.log li:last-child { border: 0; }
ul.log .error { color: var(--fail); background: var(--fail-soft); } ul.log .warn { color: var(--wait); background: var(--wait-soft); }

/* What a run handed over. The frame of a picture is there before the picture, which is shown whole, on the pattern of what has no colour. */
.pictures { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 17rem), 1fr)); gap: var(--s3); }
.pictures figure { background: var(--card); border: 1px solid var(--line); border-radius: var(--r2); overflow: hidden; min-width: 0; }
.pictures img { display: block; width: 100%; aspect-ratio: 8 / 5; object-fit: contain; padding: var(--s2); background: repeating-conic-gradient(var(--hover) 0 25%, var(--card) 0 50%) 0 / 16px 16px; color: var(--quiet); }
.pictures figcaption a { text-decoration: none; } .pictures figcaption a:hover { text-decoration: underline; }
.pictures figcaption { display: flex; gap: var(--s2); align-items: center; justify-content: space-between; padding: .4rem var(--s3); border-top: 1px solid var(--line); font-size: var(--f2); }
.list > li > .icon { color: var(--quiet); } .list > li > .chip:first-child { flex: none; width: 4.6rem; justify-content: center; } .list .type { max-width: 10rem; } .files .what { display: block; } .files > li > .icon { width: 2rem; } .thumb { flex: none; width: 2rem; height: 2rem; object-fit: contain; border-radius: 4px; background: var(--hover); }
.row > label.wide { flex: 1 1 16rem; min-width: 0; } .row > label.wide + button { min-height: 2.5rem; }
.block > .wraps > pre { max-height: none; }
.joined { white-space: pre; } .around > li { align-items: first baseline; } .verdict .row { gap: var(--s1); } .verdict p { margin-top: var(--s1); }
/* Not in percent: those of an indent are of less than those of a padding, and a line would begin elsewhere than it does. */
.lines { display: block; white-space: pre-wrap; container-type: inline-size; } .lines > * { display: block; padding-left: min(var(--in, 2ch), 40cqi); text-indent: calc(-1 * min(var(--in, 2ch), 40cqi)); }
${indents}
ins, del { text-decoration: none; } ins { color: var(--ok); background: var(--ok-soft); } del { color: var(--fail); background: var(--fail-soft); }
.programs .state { width: 8.4rem; flex: none; justify-content: flex-start; background: none; padding: 0; box-shadow: none; } .programs .by { width: 8rem; text-align: left; } .programs .by .name { max-width: 100%; } .programs > li { flex-wrap: wrap; row-gap: 0; } .programs .grow { flex: 1 1 14rem; }
.programs .next { width: 12rem; } .zone { display: flex; align-items: center; gap: var(--s2); } .zone select { width: auto; max-width: 15rem; }
.calendar { display: grid; grid-template-columns: repeat(7, minmax(0, 1fr)); margin: 0; padding: 0; list-style: none; background: var(--card); border: 1px solid var(--line); border-radius: var(--r2); } .calendar > li { min-height: 6rem; padding: var(--s2) var(--s3); } .calendar > li + li { border-left: 1px solid var(--line); } .calendar strong { font-size: var(--f2); font-weight: 550; } .calendar .free strong { color: var(--quiet); } .calendar ul { margin: 0; padding: 0; list-style: none; } .calendar a { display: flex; gap: .35rem; align-items: baseline; padding: .15rem 0; color: var(--ink); text-decoration: none; } .calendar a:hover { text-decoration: underline; } .calendar time { font-variant-numeric: tabular-nums; color: var(--quiet); }
ul.diff { padding: 0; list-style: none; } ul.diff li { display: block; margin: 1px 0; } ul.diff li > * { display: block; padding: .1rem var(--s2) .1rem calc(var(--s2) + 1.2em); text-indent: -1.2em; border-radius: 4px; }

/* Requests over time. */
td > .state { margin-block: 1px; }
.fall td { padding-block: .4rem; } .fall .axis { min-width: 11rem; width: 30%; font-size: inherit; } .fall .time { width: 30%; min-width: 11rem; }
/* Lines at the ticks, through all rows. */
.fall td.time { padding-block: 0; background: repeating-linear-gradient(90deg, var(--line) 0 1px, transparent 1px 25%) content-box; }
svg.bars { display: block; width: 100%; height: 1rem; margin-top: .45rem; overflow: visible; } svg.bars rect { fill: var(--bar); } svg.bars .run { fill: var(--run); } svg.bars .calm { fill: var(--quiet); } svg.bars .fail { fill: var(--fail); } svg.bars .refuse { fill: var(--refuse); } svg.bars .wait { fill: var(--wait); }
.ticks { container-type: inline-size; display: grid; grid-template-columns: repeat(4, minmax(0, 1fr)); white-space: nowrap; overflow: clip; font-size: var(--f1); font-weight: 500; font-variant-numeric: tabular-nums; } @container (max-width: 13rem) { .ticks span:nth-child(even) { visibility: hidden; } }

/* A paused run. */
.request { scroll-margin: 5rem; } .request h3 { font-size: var(--f4); } .request h2 .quiet { display: inline-block; }
.values { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: .15rem var(--s3); font-size: var(--f2); } .values dt { color: var(--quiet); font-family: var(--mono); } .values dd { font-family: var(--mono); overflow-wrap: anywhere; white-space: pre-wrap; }
.can .kind { flex: none; width: 5.25rem; }
.card.new { border-color: var(--run); box-shadow: 0 0 0 1px var(--run); }
/* The decision on a card stays in view as long as the card is. */
article.card > .decide { position: sticky; bottom: 0; z-index: 1; margin: 0 calc(-1 * var(--s4)) calc(-1 * var(--s4)); padding: var(--s3) var(--s4); background: var(--card); border-radius: 0 0 var(--r2) var(--r2); }
.decide { display: flex; flex-wrap: wrap; gap: var(--s2); align-items: center; } .decide > p { flex: 1 1 100%; max-width: none; }
/* A button and the field that it sends. */
.reasoned { display: flex; flex: 1 1 11rem; min-width: 0; max-width: 30rem; } .reasoned > input { flex: 1; width: auto; min-width: 5rem; border-right: 0; border-radius: var(--r1) 0 0 var(--r1); } .reasoned > button { flex: none; border-radius: 0 var(--r1) var(--r1) 0; }
.request .reasoned > input { min-height: 1.75rem; padding-block: .1rem; font-size: var(--f2); }
.bar.out { margin: auto calc(-1 * var(--s6)) calc(-1 * var(--s6)); padding-inline: var(--s6); }
.two { display: grid; grid-template-columns: minmax(0, 1fr); gap: var(--s3); align-items: start; }
@media (min-width: 76rem) { .two:has(dl) { grid-template-columns: minmax(0, 2fr) minmax(0, 3fr); } }
.bar.out { background: none; border: 0; } .bar.out::before { content: ""; position: absolute; z-index: -1; inset: 0 -100vmax; background: var(--card); border-top: 1px solid var(--line); }
.bar button.primary { min-width: 9rem; }
form.inline { display: inline; }

.tokens > li { align-items: flex-start; } .tokens > li > .icon { margin-top: .25rem; }
.pick { display: grid; grid-template-columns: minmax(0, 1fr); gap: var(--s3); padding: var(--s2) 0 var(--s1); } .pick p { margin-top: var(--s1); } .pick fieldset { display: flex; flex-wrap: wrap; gap: .15rem var(--s4); align-items: center; } .pick legend { float: left; flex: 0 0 14rem; font-weight: 550; max-height: 4.5em; overflow: hidden; }
/* A line for each access: what is given in one column, to what in another. */
.rights { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: .2rem var(--s2); margin: .25rem 0; padding: 0; list-style: none; } .rights li { display: grid; grid-template-columns: subgrid; grid-column: 1 / -1; align-items: first baseline; justify-items: start; } .rights li > :only-child { grid-column: 1 / -1; }
.prose > * + * { margin-top: var(--s2); } .prose ul, .prose ol { padding-left: 1.3rem; } .prose h1, .prose h2, .prose h3, .prose h4, .prose h5, .prose h6 { font-size: var(--f3); font-weight: 650; } .prose table { width: auto; } .prose blockquote { margin-inline: 0; margin-bottom: 0; padding-left: var(--s3); border-left: 3px solid var(--line); color: var(--quiet); }
.split { display: grid; grid-template-columns: minmax(0, 1fr); gap: var(--s4); }
.folds summary { list-style: none; display: flex; gap: var(--s3); align-items: center; padding: var(--s3) var(--s4); } .folds summary::-webkit-details-marker { display: none; }
.folds details { background: var(--card); border: 1px solid var(--line); border-top: 0; } .folds details:first-child { border-top: 1px solid var(--line); border-radius: var(--r2) var(--r2) 0 0; } .folds details:last-child { border-radius: 0 0 var(--r2) var(--r2); }
.folds summary > .icon { transition: rotate var(--quick); color: var(--quiet); } .folds details[open] > summary > .icon:first-child { rotate: 90deg; }
.folds summary:hover { background: var(--hover); } .folds .body { padding: 0 var(--s4) var(--s4); display: grid; grid-template-columns: minmax(0, 1fr); gap: var(--s2); } .folds h2 { font-size: var(--f3); } .folds summary > h2 { min-width: 0; }
.address { display: grid; grid-template-columns: minmax(0, 1fr); gap: var(--s2); } @media (min-width: 44.01rem) { .address:has(form) { grid-template-columns: auto minmax(0, 1fr); } }
ol.steps { padding-left: calc(1.15em + var(--s3)); display: grid; gap: var(--s2); grid-template-columns: minmax(0, 1fr); } ol.steps > li::marker { color: var(--quiet); font-weight: 600; } ol.steps > li > p + .copied { margin-top: var(--s1); }
@media (scripting: enabled) { .noscript { display: none; } } @media (scripting: none) { .script { display: none; } }
/* What the check says takes its room from the editor, so that nothing below it moves. */
.writing { height: 18rem; font: var(--f2)/1.55 var(--mono); tab-size: 2; resize: vertical; background: var(--code); display: flex; flex-direction: column; min-height: 8rem; border: 1px solid var(--edge); border-radius: var(--r1); overflow: hidden; } .writing > :is(.editor, textarea) { flex: 1; min-height: 0; } .writing > textarea { background: none; border: 0; border-radius: 0; outline: none; resize: none; }
.writing:has(.editor:focus-within, > textarea:focus) { outline: 2px solid var(--accent); outline-offset: 1px; }
#problems:not(:empty) { flex: none; display: grid; max-height: 40%; overflow: auto; border-top: 1px solid var(--line); background: var(--card); } #problems button { justify-content: flex-start; text-align: left; border-radius: 0; outline-offset: -2px; color: var(--wait); } #problems button.error { color: var(--fail); }
button[aria-disabled=true], [aria-busy=true] { opacity: .55; }
.options:has([value=search]:checked) [data-for=execute] { display: none; }
.options { display: flex; flex-wrap: wrap; gap: var(--s2) var(--s5); align-items: center; } .options fieldset { display: flex; flex-wrap: wrap; gap: var(--s1) var(--s4); align-items: center; } .options legend { float: left; margin-right: var(--s3); color: var(--quiet); font-weight: 500; }
progress { width: 8rem; accent-color: var(--accent); }
@media (pointer: coarse) { .keys { display: none; } }
kbd { padding: 0 .3rem; border: 1px solid var(--line); border-bottom-width: 2px; border-radius: 4px; font-size: var(--f1); color: var(--quiet); background: var(--card); }
.swatches { display: grid; grid-template-columns: repeat(auto-fill, minmax(8rem, 1fr)); gap: var(--s2); } .swatches span { padding: var(--s3); border-radius: var(--r1); }

.empty .row { justify-content: center; }
.empty.little { padding: var(--s3) var(--s4); grid-template-columns: auto minmax(0, 1fr); justify-items: start; align-items: center; text-align: left; gap: var(--s3); } .empty.little p { max-width: none; } .empty.little strong { color: var(--ink); } .empty.little > .icon { width: 1.4rem; height: 1.4rem; } .empty.little code { display: inline-block; }
@media (max-width: 24rem) { a.card > .head { flex-wrap: wrap; } .decide { gap: .35rem; } .decide > .button, .decide > button { padding-inline: .6rem; } .folds summary > .quiet { flex: 1 1 100%; padding-left: 1.5rem; } ol.steps { padding-left: 1.5rem; } }
@media (max-width: 22rem) { .head > .row:has(> .button + .button) > .button { padding-inline: .45rem; } }
@media (max-width: 76rem) { .runs .tok { display: none; } .runs .by { flex-basis: 6rem; } }
@media (max-width: 58rem) {
  body > header { position: sticky; top: 0; z-index: 6; inset: auto; width: auto; display: flex; align-items: center; gap: var(--s2); padding: var(--s2) var(--s4); border-right: 0; border-bottom: 1px solid var(--line); overflow: visible; }
  .brand { margin: 0 auto 0 0; padding: 0; } #menu { display: inline-flex; min-height: 2.5rem; } .waits { display: inline-flex; align-items: center; gap: .35rem; color: var(--wait); font-weight: 600; font-size: var(--f2); text-decoration: none; }
  nav:not(:popover-open) { display: none; }
  nav:popover-open { position: fixed; inset: 3.25rem .5rem auto auto; width: 15rem; padding: var(--s2); background: var(--card); border: 1px solid var(--line); border-radius: var(--r2); box-shadow: var(--shadow); }
  nav a { padding: .6rem var(--s2); }
  .stretch, .stretch > ul { contain-intrinsic-size: auto calc(var(--rows) * 3.68rem); } .runs > li { height: auto; } .runs .line { display: grid; grid-template-columns: max-content minmax(0, 1fr) minmax(0, max-content) max-content; gap: .1rem .4rem; } .runs .req { overflow: clip; text-overflow: ellipsis; } .runs .grow { grid-column: 1 / -1; order: -1; white-space: normal; display: -webkit-box; -webkit-box-orient: vertical; -webkit-line-clamp: 2; } .runs .more, .runs .took { display: none; } .runs time { grid-column: 4; width: auto; } .runs .state { width: auto; } .runs .tok { display: none; } .runs .num:empty { display: none; } .runs .num { width: auto; }
  /* Above the bar and within the window, however far to the right its button stands. */
  .bar.out .menu { position: static; } .bar.out .menu.up > .pop { left: auto; right: var(--s4); bottom: calc(100% + .3rem); }
  .programs .grow { flex: 1 1 100%; order: -1; display: grid; } .programs .state { width: auto; } .programs .by { flex: 1 1 4rem; min-width: 0; width: auto; } .programs .by .name { max-width: 100%; } .programs .next { width: auto; margin-left: auto; } .programs .next:empty { display: none; } .calendar { grid-template-columns: minmax(0, 1fr); } .calendar > li { display: grid; grid-template-columns: 6rem minmax(0, 1fr); align-items: baseline; min-height: 0; } .calendar > li + li { border-left: 0; } .calendar > li:not(:last-child) { border-bottom: 1px solid var(--line); } .calendar > .free { display: none; }
  #stale { top: 4rem; } main { margin-left: 0; padding: var(--s4); } .bar.out { margin: auto calc(-1 * var(--s4)) calc(-1 * var(--s4)); padding-inline: var(--s4); }
}
@media (max-width: 27rem) { .runs .req { display: none; } }
@media (max-width: 22rem) { .values { grid-template-columns: minmax(0, 1fr); } .values dt:not(:first-child) { margin-top: .3rem; } .decide button, .decide a.button, .decide summary.button { padding-inline: .6rem; } :is(.page > .row, .page > .row > .menu) > .button { padding-inline: .45rem; } }
@media (max-width: 24rem) { .waits .words { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); } .folds summary { flex-wrap: wrap; gap: 0 var(--s2); } .folds summary > h2 { flex: 1 1 9rem; } }
@media (max-width: 44rem) {
  /* Within a tree there is little room, and the column of numbers is the last. */
  .data :is(th, td) { padding-inline: .45rem; } .tree .data td:not(.n) { white-space: normal; overflow-wrap: anywhere; } .tree .in:has(> .scroll), .tree details > div:has(> .scroll) { padding-left: .4rem; }
  .copied > button { min-height: 2.5rem; } .decide > .reasoned { flex-basis: 100%; max-width: none; } .decide > .menu { order: 1; } .request .reasoned > input { min-height: 2.5rem; } .name { max-width: min(24rem, 60%); }
  .page { gap: var(--s3); } .zone { flex: 1 1 100%; } .zone > label { flex: 1; } .zone select { width: 100%; max-width: none; } .kept > span { flex: 1 1 100%; } .kept > .plain { margin-left: -.55rem; } .request .decide { position: relative; } .request .decide .menu { position: static; } .request .decide .menu > .pop { max-width: 100%; } .head > .row, .page > .row { position: relative; }
  /* Below the title they fill their line; beside it they are as wide as they are. */
  .head > div:first-child { flex-grow: 999; } .head > .row { flex: 1 1 auto; } .head > .row > *, .head > .row > form.row > * { flex: 1 1 auto; } .head > .row > form:not(.row) > button, .head > .row .menu > summary { width: 100%; } .head > .row .button, .head > .row button { padding-inline: .6rem; } .bar .decide > button:not(.danger), .bar .decide > p > button { flex: 1 1 auto; } .bar .decide :is(button, summary) { padding-inline: .6rem; }
  .head .menu, .page > .row > .menu { position: static; } .head .menu > .pop { left: 0; right: auto; } form.filter select { padding-inline: .45rem .2rem; } .bar button.primary { flex: 1; }
  form.filter { flex-wrap: wrap; } form.filter .find { flex: 1 1 9rem; } form.filter > label:not(.find) { flex: 1 1 40%; order: 1; } form.filter > label select { width: 100%; max-width: none; } form.filter > .menu { flex: none; } form.filter:has(> label:nth-of-type(3)):not(:has(> .menu)) .find { flex-basis: 100%; }
  .menu > .pop { max-width: min(22rem, 92vw); }
  .options [data-for=execute] legend { width: 100%; } #share { margin-left: -.55rem; }
  table.stack thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  table.stack, table.stack tbody { display: block; }
  table.fall thead { display: block; position: static; width: auto; height: auto; clip-path: none; padding: .3rem .8rem; border-bottom: 1px solid var(--line); } table.fall thead tr { display: block; padding: 0; border: 0; } table.fall th:not(.axis) { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); } table.fall th.axis { display: block; width: auto; padding: 0; border: 0; }
  table.stack tr { display: flex; flex-wrap: wrap; gap: .1rem .8rem; padding: .6rem .8rem; border-bottom: 1px solid var(--line); }
  table.stack td { display: block; padding: 0; border: 0; } table.stack td.n { text-align: left; } table.stack td .unit { display: inline; } table.stack td.wide, table.stack td.time { flex: 1 1 100%; min-width: 0; } table.stack td:empty { display: none; } table.fall td.time { margin: .4rem 0 .1rem; padding: .2rem 0; } svg.bars { height: .6rem; margin: 0; }
  .grants .state { width: auto; } .grants > li { flex-wrap: wrap; gap: .1rem var(--s2); } .grants .grow { flex: 1 1 100%; }
  .ops > li { display: grid; grid-template-columns: auto minmax(0, 1fr) auto; align-items: start; gap: .1rem var(--s2); } .ops .grow { display: contents; } .ops .what { grid-area: 1 / 1 / 2 / 3; } .ops .access { grid-area: 1 / 3; } .ops .method { grid-area: 2 / 1; width: auto; } .ops .grow code { grid-area: 2 / 2 / 3 / 4; } .ops .grow .cut { white-space: normal; }
  .ended > li { flex-wrap: wrap; gap: .1rem var(--s2); } .ended .grow { flex: 1 1 100%; order: -1; } .ended .cut { white-space: normal; }
  .tokens > li { flex-wrap: wrap; } .tokens > li > .icon { display: none; } .tokens .grow { flex: 1 1 100%; } 
  .around > li { flex-wrap: wrap; gap: var(--s1); } .around .grow { flex: 1 1 100%; } .does > li { flex-wrap: wrap; gap: var(--s1) var(--s3); } .does > li > :first-child, .does > li > .grow { flex: 1 1 100%; } .list .type { display: none; } .pick legend { float: none; }
  .facts { gap: .15rem var(--s3); }
}
/* Beside the button there is no room for a host in one line. */
@media (max-width: 22rem) { .copied > code > .nowrap { white-space: normal; } }
@media (pointer: coarse) { .keys { display: none; } }
@media print {
  :root { --ground: #fff; --side: #fff; } body > header, .skip { display: none; } main { margin: 0; padding: 0; } .block pre, .block > .tree, .scroll:has(.data) { max-height: none; overflow: visible; } a { color: inherit; }
  .data thead th { position: static; } .head > .row, .crumb, .menu, button, a.button, form { display: none; } tr, .card, li { break-inside: avoid; }
}
`;

export const style = `${base}${frame}${parts}`;
