/** The style sheet of the login pages: system fonts, own colours, contrast of at least 4.5:1 in both themes. */
export const style = `
:root {
  --ground: #f6f7f9; --card: #fff; --ink: #16181d; --quiet: #545b68; --line: #d5d9e0;
  --accent: #1f5fd1; --on-accent: #fff; --warn: #7a4b00; --warn-ground: #fff5dd; --bad: #a3241b; --bad-ground: #fdecea;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #101216; --card: #191c22; --ink: #eceef2; --quiet: #a6adba; --line: #363c47;
    --accent: #8ab4ff; --on-accent: #0b1526; --warn: #ffd68a; --warn-ground: #33290f; --bad: #ffb4ab; --bad-ground: #3a1815;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0; padding: 1.5rem 1rem 3rem; background: var(--ground); color: var(--ink);
  font: 1rem/1.5 system-ui, sans-serif; overflow-wrap: anywhere;
}
.brand { max-width: 34rem; margin: 0 auto .75rem; padding: 0 .25rem; color: var(--quiet); font-weight: 650; }
main {
  max-width: 34rem; margin: 0 auto; padding: 1.5rem; background: var(--card);
  border: 1px solid var(--line); border-radius: 12px;
}
h1 { margin: 0 0 .75rem; font-size: 1.35rem; line-height: 1.25; }
h2 { margin: 1.5rem 0 .5rem; font-size: 1rem; }
p { margin: .5rem 0; }
.quiet { color: var(--quiet); font-size: .925rem; font-weight: 400; }
.note { margin: .75rem 0; padding: .6rem .8rem; border-radius: 8px; background: var(--warn-ground); color: var(--warn); }
.bad { background: var(--bad-ground); color: var(--bad); }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .25rem 1rem; margin: 1rem 0; font-size: .925rem; }
dt { color: var(--quiet); }
dd { margin: 0; font-weight: 600; }
fieldset { margin: 1rem 0; padding: .5rem 1rem 1rem; border: 1px solid var(--line); border-radius: 8px; min-width: 0; }
legend { padding: 0 .4rem; font-weight: 650; }
label { display: flex; gap: .7rem; align-items: flex-start; padding: .45rem 0; cursor: pointer; }
label input[type=checkbox] { flex: none; width: 1.2rem; height: 1.2rem; margin: .15rem 0 0; accent-color: var(--accent); }
label .quiet { display: block; }
label.field { display: block; }
label.field input { display: block; width: 100%; margin-top: .3rem; padding: .55rem .7rem; font: inherit; color: inherit;
  background: var(--ground); border: 1px solid var(--line); border-radius: 8px; }
a { color: var(--accent); }
details.under { margin: 0 0 .4rem 1.9rem; }
/* Tags matter only for a ticked access; a browser without :has always shows them. */
label:has(input:not(:checked)) + details.under { display: none; }
details.further { margin-top: .75rem; padding-top: .25rem; border-top: 1px solid var(--line); }
.account { margin: .75rem 0 0; padding: .25rem 0 0 .9rem; border-left: 3px solid var(--line); }
.account h3 { margin: 0; font-size: .925rem; }
summary { cursor: pointer; padding: .35rem 0; color: var(--quiet); font-size: .925rem; }
.tags { margin: .4rem 0; padding: .3rem .8rem; border: 1px solid var(--line); border-radius: 8px; display: grid; grid-template-columns: repeat(auto-fill, minmax(11rem, 1fr)); gap: 0 1rem; max-height: 15.2rem; overflow: auto; }
.tags label { padding: .25rem 0; font-size: .925rem; }
.tags label .quiet { display: inline; margin-left: .25rem; }
code { font-size: .9rem; user-select: all; }
form.row { display: flex; gap: 1rem; align-items: center; justify-content: space-between; border-top: 1px solid var(--line); }
form.row button { flex: none; min-height: 2.4rem; font-weight: 500; }
.actions { display: flex; flex-wrap: wrap; gap: .75rem; margin-top: 1.5rem; }
button {
  flex: 1 1 9rem; min-height: 2.9rem; padding: .5rem 1.2rem; font: inherit; font-weight: 650; cursor: pointer;
  color: var(--ink); background: transparent; border: 1px solid var(--line); border-radius: 8px;
}
button.primary { color: var(--on-accent); background: var(--accent); border-color: var(--accent); }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
@media (max-width: 30rem) { body { padding: .75rem .5rem 2rem; } main { padding: 1.1rem; } }
`;
