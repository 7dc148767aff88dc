/**
 * Code that stops a server on a laptop, past the loop guard or faster than it. Each is the end of an async function,
 * so that something can happen before.
 */
export const endless: { what: string; code: string }[] = [
  { what: "a regular expression that backtracks", code: "/(a+)+$/.test('a'.repeat(60) + 'b')" },
  {
    what: "a storm of microtasks without any function of its own",
    code: "const p = []; p[0] = p; p.then = Array.prototype.forEach; await p",
  },
  { what: "a list that grows", code: "const all = []; while (true) all.push({ at: [all.length] })" },
  {
    what: "4 GB of buffers",
    code: "const all = []; for (let n = 0; n < 64; n++) { all.push(new Uint8Array(64 * 2 ** 20).fill(1)); await null } ; all.length",
  },
  {
    what: "a built-in over an enormous range",
    code: "Array.prototype.indexOf.call({ length: 2 ** 53 - 1 }, 0)",
  },
  { what: "a loop", code: "while (true) {}" },
  { what: "a loop that awaits", code: "while (true) await null" },
];
