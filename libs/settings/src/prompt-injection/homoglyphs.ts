/**
 * Characters that look like a Latin letter, by that letter. Most are from Unicode's confusables table (UTS #39), without those that
 * NFKD normalises anyway (full-width, mathematical and circled letters, accents). Small capitals, crossed letters, and Cyrillic and
 * Greek letters that only resemble a Latin one ("igпоЯe") are added. The table is here because the npm packages with it are not
 * maintained and fold whole strings, which loses the offsets.
 *
 * `l` folds to `i`, because capital i and small L look the same. The phrases are folded with the same table, so a letter that is folded
 * here still matches in its own language.
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

/** First code points of the enclosed A to Z that NFKD does not change: negative circled, negative squared, regional indicators. */
const enclosedAlphabets = [0x1f150, 0x1f170, 0x1f1e6];

/** The lower-case Latin letter that the character looks like, else the character in lower case. */
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

/** The letter that a digit means in "leet" spelling (`0` is `o`, `3` is `e`), or undefined. */
export function letterOfLeetDigit(character: string): string | undefined {
  return digitsAsLetters[character];
}

/** The letter that a symbol means in "leet" spelling (`@` is `a`), or undefined. */
export function letterOfLeetSymbol(character: string): string | undefined {
  return symbolsAsLetters[character];
}
