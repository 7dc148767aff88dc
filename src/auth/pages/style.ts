/** The style sheets: system fonts, own colours, contrast of at least 4.5:1 in both themes, no animation. */

/** What the pages of the login and of the console share. */
export const base = `
:root {
  --ground: #f6f7f9; --card: #fff; --ink: #16181d; --quiet: #545b68; --line: #d5d9e0; --code: #f0f2f6;
  --accent: #1f5fd1; --on-accent: #fff; --good: #14632f; --good-ground: #e3f4e8;
  --warn: #7a4b00; --warn-ground: #fff5dd; --bad: #a3241b; --bad-ground: #fdecea;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #101216; --card: #191c22; --ink: #eceef2; --quiet: #a6adba; --line: #363c47; --code: #12151a;
    --accent: #8ab4ff; --on-accent: #0b1526; --good: #8fdba8; --good-ground: #12301d;
    --warn: #ffd68a; --warn-ground: #33290f; --bad: #ffb4ab; --bad-ground: #3a1815;
  }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--ink); font: 1rem/1.5 system-ui, sans-serif; overflow-wrap: anywhere; }
a { color: var(--accent); }
h1 { margin: 0 0 .75rem; font-size: 1.4rem; line-height: 1.25; }
p { margin: .5rem 0; max-width: 48rem; }
.quiet { color: var(--quiet); font-size: .925rem; font-weight: 400; }
.problem { padding: .6rem .9rem; border-radius: 8px; background: var(--bad-ground); color: var(--bad); max-width: none; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .2rem 1.2rem; margin: .75rem 0; }
dt { color: var(--quiet); }
dd { margin: 0; }
input, select, textarea { display: block; width: 100%; min-height: 2.5rem; margin-top: .2rem; padding: .45rem .6rem; font: inherit; color: var(--ink); background: var(--card); border: 1px solid var(--quiet); border-radius: 8px; }
input[type=radio], input[type=checkbox] { flex: none; width: 1.15rem; height: 1.15rem; min-height: 0; margin: .15rem 0 0; accent-color: var(--accent); }
fieldset { margin: .75rem 0; padding: .4rem .9rem .7rem; border: 1px solid var(--line); border-radius: 8px; min-width: 0; }
legend { padding: 0 .4rem; font-weight: 600; }
summary { cursor: pointer; padding: .3rem 0; color: var(--quiet); }
button, a.button { display: inline-block; min-height: 2.5rem; padding: .4rem 1rem; font: inherit; font-weight: 600; line-height: 1.55; cursor: pointer; color: var(--ink); background: var(--card); border: 1px solid var(--quiet); border-radius: 8px; text-decoration: none; }
button.primary, a.primary { color: var(--on-accent); background: var(--accent); border-color: var(--accent); }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
`;

export const style = `${base}
body { padding: 1.5rem 1rem 3rem; }
.brand { max-width: 34rem; margin: 0 auto .75rem; padding: 0 .25rem; color: var(--quiet); font-weight: 650; }
main {
  max-width: 34rem; margin: 0 auto; padding: 1.5rem; background: var(--card);
  border: 1px solid var(--line); border-radius: 12px;
}
h2 { margin: 1.5rem 0 .5rem; font-size: 1rem; }
.note { margin: .75rem 0; padding: .6rem .8rem; border-radius: 8px; background: var(--warn-ground); color: var(--warn); }
label { display: block; padding: .45rem 0; }
label.tick { display: flex; gap: .7rem; align-items: flex-start; cursor: pointer; }
label .quiet { display: block; }
.asked { display: inline-block; margin-top: .15rem; padding: 0 .45rem; border-radius: 6px; background: var(--warn-ground); color: var(--warn); font-size: .875rem; }
details.under { margin: 0 0 .4rem 1.9rem; }
/* Tags matter only for a ticked access; a browser without :has always shows them. */
label:has(input:not(:checked)) + details.under { display: none; }
details.further { margin-top: .75rem; padding-top: .25rem; border-top: 1px solid var(--line); }
.account { margin: .75rem 0 0; padding: .25rem 0 0 .9rem; border-left: 3px solid var(--line); }
.account h3 { margin: 0; font-size: .925rem; }
.tags { margin: .4rem 0; padding: .3rem .8rem; border: 1px solid var(--line); border-radius: 8px; display: grid; grid-template-columns: repeat(auto-fill, minmax(11rem, 1fr)); gap: 0 1rem; max-height: 15.2rem; overflow: auto; }
.tags label { padding: .25rem 0; font-size: .925rem; }
.tags label .quiet { display: inline; margin-left: .25rem; }
code { font-size: .9rem; user-select: all; }
form.row { display: flex; gap: 1rem; align-items: center; justify-content: space-between; border-top: 1px solid var(--line); }
form.row button { flex: none; font-weight: 500; }
.actions { display: flex; flex-wrap: wrap; gap: .75rem; margin-top: 1.5rem; }
.actions button { flex: 1 1 9rem; min-height: 2.9rem; }
@media (max-width: 30rem) { body { padding: .75rem .5rem 2rem; } main { padding: 1.1rem; } }
`;
