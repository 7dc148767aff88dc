/**
 * What the name of a program may be. It is read aloud, typed and compared: letters of any script with their marks, and nothing
 * that is not seen, or that passes for something else. Pure.
 */

const form = /^[\p{L}\p{N}][\p{L}\p{M}\p{N} ._-]*$/u;
/** No script needs more than three marks on one letter. */
const stacked = /\p{M}{4}/u;
const unseen = /\p{Default_Ignorable_Code_Point}/u;

export const hasForm = (name: string): boolean =>
  form.test(name) && !stacked.test(name) && !unseen.test(name);

/** Scripts with letters that look like those of another one of these: no word needs two of them. */
const alike = [
  /\p{sc=Latin}/u,
  /\p{sc=Greek}/u,
  /\p{sc=Cyrillic}/u,
  /\p{sc=Armenian}/u,
  /\p{sc=Cherokee}/u,
  /\p{sc=Coptic}/u,
  /\p{sc=Lisu}/u,
];

const letter = /\p{L}/u;
/** Of no script in everyday use (Unicode Standard Annex 31, table 5). */
const rare =
  /[^\p{sc=Common}\p{sc=Inherited}\p{sc=Arabic}\p{sc=Armenian}\p{sc=Bengali}\p{sc=Bopomofo}\p{sc=Cyrillic}\p{sc=Devanagari}\p{sc=Ethiopic}\p{sc=Georgian}\p{sc=Greek}\p{sc=Gujarati}\p{sc=Gurmukhi}\p{sc=Hangul}\p{sc=Han}\p{sc=Hebrew}\p{sc=Hiragana}\p{sc=Kannada}\p{sc=Katakana}\p{sc=Khmer}\p{sc=Lao}\p{sc=Latin}\p{sc=Malayalam}\p{sc=Myanmar}\p{sc=Oriya}\p{sc=Sinhala}\p{sc=Tamil}\p{sc=Telugu}\p{sc=Thaana}\p{sc=Thai}\p{sc=Tibetan}]/u;

/** Whether letters of one script can pass for those of another one beside them. A script that is rare stands alone. */
export const isMixed = (name: string): boolean =>
  alike.filter((script) => script.test(name)).length > 1 ||
  (rare.test(name) && [...name].some((char) => letter.test(char) && !rare.test(char)));
