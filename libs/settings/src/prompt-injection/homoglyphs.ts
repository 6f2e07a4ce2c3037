/**
 * Letters that pass for a Latin one, by the letter they pass for. Most are from Unicode's confusables table (UTS #39), without what
 * NFKD resolves by itself (full-width, mathematical, circled letters, accents); to them come small capitals, crossed letters and the
 * Cyrillic and Greek letters that are used as stand-ins although they only resemble ("igпоЯe"). The npm packages that carry that table
 * have not been kept up for years and fold whole strings, which loses the offsets.
 *
 * `l` folds to `i`, as capital i and small L look the same. The patterns are folded with the same table, so that a letter folded here
 * still matches in its own language.
 */
const homoglyphs: Readonly<Record<string, string>> = {
  a: 'аαɑ⍺ᴀᎪᗅꓮӕæλΛ',
  b: 'бвьъВЬΒβƄɓʙᏏᏴᗷꓐßƀ',
  c: 'сСᴄⲥⲤᏟꓚ¢ƈ',
  d: 'дԁđðɖɗᴅᎠᏧᗞᗪꓓδÐ',
  e: 'еЕэєεΕҽәǝɛɘᴇ℮ⴹᎬꓰΣξɇ',
  f: 'ƒꞙꬵքϜᖴꓝф',
  g: 'ɡցԍԌɢɠᶃǥᏀᏻꓖ',
  h: 'һհнНΗⲎħʜᏂᎻᕼꓧћЂ',
  i: 'lіІιΙıɩɪӏӀłƚʟɫɭɨᎥᏞⳐꓲꓡǀⲒ',
  j: 'јЈϳͿʝᴊɉᎫꓙ',
  k: 'кКκΚⲔᴋƙᏦᛕꓗқ',
  m: 'мМΜϺⲘᴍɱᎷᗰꓟ',
  n: 'пПиИηΝɴɲոռɳŋπⲚꓠƞ',
  o: 'оОοΟσøɵᴏօⲟⲞⵔᴑӨөՕꓳθφ',
  p: 'рРρΡᴘⲣⲢᏢᑭꓑƥþ',
  q: 'ԛզգⵕɋ',
  r: 'гяЯʀɾɽᴦⲅᎡᏒᖇꓣɍ',
  s: 'ѕЅꜱςՏᏕᏚꓢʂ',
  t: 'тТτΤⲦᴛŧʈƭᎢꓔ',
  u: 'υսᴜʋцԱՍᑌꓴμʉюⴎ',
  v: 'νѵѴᴠⴸᏙᐯꓦʌ',
  w: 'ѡԝԜωшщաᴡᎳᏔꓪɯ',
  x: 'хХχΧⲬжᕁᕽ᙭ᎣꓫЖ',
  y: 'уУүҮγΥʏყᎩꓬƴ',
  z: 'ᴢΖζƶʐꓜᏃз',
};

const latinByHomoglyph = new Map(
  Object.entries(homoglyphs).flatMap(([letter, alike]) => [...alike].map((one) => [one, letter] as const)),
);

/** First code points of the enclosed A to Z that NFKD leaves as they are: negative circled, negative squared, regional indicators. */
const enclosedAlphabets = [0x1f150, 0x1f170, 0x1f1e6];

/** The lower-case Latin letter that this character passes for; without one, the character in lower case. */
export function toLatinLetter(character: string): string {
  const lower = character.toLowerCase();
  return (
    latinByHomoglyph.get(character) ??
    latinByHomoglyph.get(lower) ??
    toEnclosedLatinLetter(character) ??
    lower
  );
}

function toEnclosedLatinLetter(character: string): string | undefined {
  const code = character.codePointAt(0)!;
  const first = enclosedAlphabets.find((start) => code >= start && code < start + 26);
  return first === undefined ? undefined : toLatinLetter(String.fromCharCode(0x61 + code - first));
}

const digitsAsLetters: Readonly<Record<string, string>> = {
  '0': 'o', '1': 'i', '3': 'e', '4': 'a', '5': 's', '6': 'g', '7': 't', '8': 'b', '9': 'g',
}; // prettier-ignore
const symbolsAsLetters: Readonly<Record<string, string>> = {
  '@': 'a',
  $: 's',
  '!': 'i',
  '|': 'i',
  '+': 't',
  '€': 'e',
};

/** `0` for `o`, `3` for `e`: the letter that a digit or symbol stands for in "leet" spelling. */
export function letterOfLeetDigit(character: string): string | undefined {
  return digitsAsLetters[character];
}

export function letterOfLeetSymbol(character: string): string | undefined {
  return symbolsAsLetters[character];
}
