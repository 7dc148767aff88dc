/** Texts that a model might send as code, and attempts to break out of the wrapping. */
import * as fc from "fast-check";

/** The pieces of a text, between bars, so that many fit on a page. */
const pieces = (text: string): string[] =>
  text
    .replace(/¦\n\s*/g, "¦")
    .trim()
    .split("¦");

const expression = fc.constantFrom(
  ...pieces(`1¦"a"¦\`b\${1}\`¦x¦spec¦api.get('/a')¦await f()¦[1, ...y]¦{a: 1}¦({a: 1})¦/re/g¦async () => 1¦() => ({})¦
    function () { return 1 }¦class { m() {} }¦x = 1¦a ? b : c¦(1, 2)¦\`\${\`}\`}\`¦x?.y ?? z¦new Map()¦
    async (api) => api.get('/a')¦y => { for (;;) y() }¦!function(){}()¦-->x¦x<!--y`),
);

const statement = fc.oneof(
  { weight: 3, arbitrary: expression },
  expression.map((value) => `const v = ${value}`),
  expression.map((value) => `return ${value}`),
  expression.map((value) => `if (x) ${value}; else { ${value} }`),
  fc.constantFrom(
    ...pieces(`for (const a of b) c(a)¦while (x) { y() }¦do z(); while (w)¦for (;;);¦function f() { return 2 }¦
    export default async () => 1¦export const k = 1¦export { x as default }¦module.exports = () => 1¦
    async function main() { await 1 }¦try { a() } catch { b }¦label: for (;;) break label¦;¦var q, r = 2¦
    const { a, b: [c] } = d¦class A { static { x } }¦switch (x) { case 1: y }¦throw x¦// note¦/* n */¦
    if (a) if (b) c; else d¦for await (const a of b) c¦exports.default = function () { return 1 }¦let t: number = 1¦
    interface I { a: string }¦type T = { a: 1 }¦$tick()¦const $tick = () => 1¦$tick1(), x¦const $value = 2¦const g = <T>(a: T) => a¦api.get<Zone>('/zones')¦x as any`),
  ),
);

const program = fc
  .tuple(
    fc.array(statement, { minLength: 1, maxLength: 5 }),
    fc.constantFrom("\n", ";\n", "; ", "\r\n", "\u2028"),
  )
  .map(([statements, between]) => statements.join(between));

const around = fc.constantFrom<(code: string) => string>(
  (code) => code,
  (code) => `\`\`\`js\n${code}\n\`\`\``,
  (code) => `Here it is:\n\n~~~ts\n${code}\n~~~\nDone.`,
  (code) => `  ${code};  `,
  (code) => `async () => {\n${code}\n}`,
  (code) => `(async function () {\n${code}\n})`,
  (code) => `export default async function () {\n${code}\n}`,
  (code) => `\uFEFF${code}`,
);

/** What could end the wrapping, open a comment over it, or name what is put in. */
const token = fc.constantFrom(
  ...pieces(`}¦{¦)¦(¦};¦});¦]¦[¦\`¦\${¦'¦"¦/*¦*/¦//¦<!--¦-->¦#!¦;¦,¦$tick¦$tick()¦$value¦return¦export default¦async¦
    await¦=>¦function¦yield¦import¦from¦\\u0024tick¦\\u{24}value¦\`\`\`¦~~~¦x¦1¦=¦.¦...¦<¦>¦/¦class¦static¦get¦set¦new.target¦
    import.meta¦this¦arguments¦super¦let¦@¦#x¦:¦?`),
);
const sign = fc.constantFrom("\n", "\u2028", "\u2029", "\uFEFF", "```js\n", "\n```", "\r", "\0");

const soup = fc
  .tuple(
    fc.array(fc.oneof({ weight: 3, arbitrary: token }, sign, statement), { maxLength: 12 }),
    fc.constantFrom("", " ", "\n"),
  )
  .map(([parts, between]) => parts.join(between));

const mutated = fc
  .tuple(program, fc.nat(200), fc.oneof(token, sign), fc.nat(6))
  .map(([code, at, put, gone]) => {
    const place = at % (code.length + 1);
    return code.slice(0, place) + put + code.slice(place + gone);
  });

export const anyCode = fc.oneof(
  fc.tuple(around, program).map(([wrap, code]) => wrap(code)),
  fc.tuple(around, mutated).map(([wrap, code]) => wrap(code)),
  soup,
  fc.string({ unit: "binary", maxLength: 60 }),
  fc.string({ unit: "grapheme-ascii", maxLength: 60 }),
);
