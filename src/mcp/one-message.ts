/**
 * One message in a request, as the protocol has it since 2025-06-18: a list of a hundred calls would have one turn, and one
 * place in everybody's ceilings.
 */

/** JSON's white space may stand before it, and marks of a text in UTF-8. */
export const isList = (text: string): boolean => /^[\uFEFF \t\r\n]*\[/.test(text);
