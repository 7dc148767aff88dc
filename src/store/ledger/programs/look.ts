/**
 * How a name looks, whichever script it is written in: of scripts whose letters look like Latin ones, those that do are these
 * (confusables of Unicode, UTS 39). A name mixes no two of these scripts (src/mcp/programs/keep.ts), but can be all in another one. Pure.
 */

/** Each with the Latin letter or the digit that it looks like. */
const alike = new Map(
  [
    // Cyrillic
    "АA ВB ЕE ЅS ІI ЈJ КK МM НH ОO РP СC ТT УY ҮY ХX ԚQ ԜW ԌG ѴV Ӏl Ьb З3 аa",
    "еe оo рp сc уy үy хx іi јj ѕs һh ԁd ԛq ԝw ӏl ѵv гr кk ҽe ԍg пn",
    // Greek
    "ΑA ΒB ΕE ΖZ ΗH ΙI ΚK ΜM ΝN ΟO ΡP ΤT ΥY ΧX ͿJ αa γy εe ηn ιi κk νv οo ρp",
    "σo τt υu χx ωw ϳj",
    // Armenian
    "ԼL ՀZ ՍU ՏS ՕO գq զq հh յj ոn ռn սu ցg օo քp",
    // Cherokee
    "ᎠD ᎡR ᎢT Ꭵi ᎪA ᎫJ ᎬE ᎳW ᎷM ᎻH ᎽY ᏀG Ꮒh ᏃZ Ꮞ4 Ꮟb ᏒR ᏔW ᏕS ᏙV ᏚS ᏞL ᏟC ᏢP",
    "ᏦK Ꮷd Ꮾ6 ᏳG ᏴB",
    // Coptic
    "ⲀA ⲂB ⲈE ⲎH ⲒI ⲔK ⲘM ⲚN ⲞO ⲢP ⲤC ⲦT ⲨY ⲬX ⲟo ⲣp ⲥc ⲭx",
    // Lisu
    "ꓐB ꓑP ꓓD ꓔT ꓖG ꓗK ꓙJ ꓚC ꓜZ ꓝF ꓟM ꓠN ꓡL ꓢS ꓣR ꓦV ꓧH ꓪW ꓫX ꓬY ꓮA ꓰE ꓲI ꓳO",
    "ꓴU",
  ].flatMap((pairs) => pairs.split(" ").map(([own = "", latin = ""]) => [own, latin] as const)),
);

/** Two names with one look are taken for one by a reader. Decomposed, so that a letter with a mark is its letter and the mark. */
export function lookOf(name: string): string {
  return [...name.normalize("NFD")]
    .map((letter) => alike.get(letter) ?? letter)
    .join("")
    .toLowerCase();
}
