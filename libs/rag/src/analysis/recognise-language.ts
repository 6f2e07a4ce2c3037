import { foldAccents } from './fold-accents.js';
import type { Language } from './languages.js';

/** What a text in a script may be written in. The first language is taken where nothing speaks for another one. */
interface Script {
  readonly pattern: RegExp;
  readonly languages: readonly Language[];
  /** How many letters of an alphabet say as much as one of its characters. */
  readonly lettersOfCharacter: number;
}

const toScript = (name: string, languages: string, lettersOfCharacter = 1): Script => ({
  pattern: new RegExp(`\\p{sc=${name}}`, 'u'),
  languages: languages.split(' ') as Language[],
  lettersOfCharacter,
});
const scripts: readonly Script[] = [
  // In the order of how many documents are written in them.
  toScript('Latin', 'en de fr es it pt nl tr id vi ro sv no da fi hu lt ga sr other'),
  toScript('Cyrillic', 'ru uk bg sr other'),
  toScript('Arabic', 'ar other'),
  toScript('Greek', 'el'),
  toScript('Devanagari', 'hi ne other'),
  toScript('Armenian', 'hy'),
  toScript('Tamil', 'ta'),
  toScript('Hiragana', 'ja', 3),
  toScript('Katakana', 'ja', 3),
  toScript('Han', 'zh', 3),
  toScript('Hangul', 'ko', 3),
  toScript('Thai', 'th'),
  toScript('Lao', 'lo'),
  toScript('Khmer', 'km'),
  toScript('Myanmar', 'my'),
];

/** The most frequent words of a language, and letters that few others have. `other` has those of languages without a stemmer. */
const evidence: Partial<Record<Language, readonly [words: string, letters: RegExp | null]>> = {
  en: [
    'the of and to in is that for it was on are with as be at by this from or which not what how who when a an can has have been their its these you do we than no if does where why',
    null,
  ],
  de: [
    'der die und in den von zu das mit sich des auf für ist im dem nicht ein eine als auch es an werden aus hat wer wie was am vom zum zur oder bei wird sind kann wann',
    /[ßäöü]/u,
  ],
  fr: [
    'le la les de des et un une du en est que dans qui pour sur au pas par plus ce avec il sont quel quelle',
    /[œéèêçàùûîô]/u,
  ],
  es: [
    'el la los las de y en que un una del se por con para es no su al lo como más qué cuál quién cómo',
    /[ñáéíóú]/u,
  ],
  it: [
    'il lo la i gli le di e che un una del della in per è con non si dei alla da sono nel quale chi',
    /[ìòàèù]/u,
  ],
  pt: [
    'o a os as de e que do da em um uma para com não na por se dos das ao mais qual quem pelo são foi',
    /[ãõçáéíóúâêô]/u,
  ],
  nl: ['de het een en van in is dat op te zijn voor met die niet aan er om ook als door wat wie hoe', null],
  da: ['og i at det en den til er som på de med af for ikke der var et har hvad hvem', /[æøå]/u],
  no: ['og i det på er en som til av for med at har de ikke den et fra hva hvem jeg', /[æøå]/u],
  sv: ['och i att det som en på är av för med den till inte har de ett om var vad vem', /[åäö]/u],
  fi: ['ja on ei se että oli joka mutta ovat hän kun myös tai sen mikä kuka', /[äö]/u],
  hu: ['a az és hogy nem is egy ez volt de meg azt csak mint vagy mi ki', /[őűáéíóöúü]/u],
  ro: ['și de la în cu pe din care un nu este mai ce că pentru sau cine ale lui', /[țșăţş]/u],
  tr: ['ve bir bu da de için ile olarak olan çok daha ne gibi en var kim nasıl', /[ğışçöü]/u],
  id: ['yang dan di dari untuk dengan pada ini adalah dalam tidak itu ke akan apa siapa', null],
  lt: ['ir yra kad iš į su ne tai kaip buvo bet jo kas', /[ėųūį]/u],
  ga: ['agus an na ar bhí sé cad leis atá tá raibh ina', null],
  vi: ['và của là có được trong cho các với một không những này để ai gì', /[ăđơưạ-ỹ]/u],
  ru: ['и в не на что с по как это из для от кто', /[ыэё]/u],
  uk: ['і в та на що з не до є для як це від хто', /[іїєґ]/u],
  bg: ['и на да се от за в е че с по като кой', null],
  sr: ['и у је на да се за од су са ко i u je da su za od koji', /[јљњђћџ]/u],
  ar: ['في من على إلى أن عن التي الذي ما هذا', null],
  hi: ['है के में की का से को और यह क्या', null],
  ne: ['छ को मा र हो पनि यो', null],
  other: [
    'na się nie jest że od po jak je se ve jsou sa som przez dla oraz jako która který které pro při در از به که این را است میں ہے کے आहे आणि',
    /[łąęśźřěůťďپچژگںہے]/u,
  ],
};

const languagesByWord = new Map<string, Language[]>();
for (const [language, [words]] of Object.entries(evidence) as [Language, [string, RegExp | null]][]) {
  for (const form of new Set(words.split(' ').flatMap((word) => [word, foldAccents(word)])))
    languagesByWord.set(form, [...(languagesByWord.get(form) ?? []), language]);
}

const latin = scripts[0]!;
const ascii = /^[\0-\x7f]*$/u;
const foreignLetter = /[^\0-\x7f]/gu;
const anyWord = /[\p{L}\p{M}]+/gu;
/** How much a letter says, in words. */
const letterWeight = 0.5;
/** UTF-16 units. Enough to recognise a language. */
const sampleLength = 10_000;

/** The language in which a text is probably written. */
export function recogniseLanguage(text: string): Language {
  const sample = wordsOf(text);
  const { languages } = scriptOf(sample);
  const [best] = rank(sample, languages);
  return best!.language;
}

/**
 * The one of these languages in which a text is probably written; null if nothing speaks for one of them alone. If none of them is
 * written in the text's script, it is any other language.
 */
export function recogniseAmong(text: string, languages: readonly Language[]): Language | null {
  const sample = wordsOf(text);
  if (sample.length === 0) return null;
  const script = scriptOf(sample);
  const possible = languages.filter((language) => script.languages.includes(language));
  if (possible.length === 0) return rank(sample, script.languages)[0]!.language;
  const [best, next] = rank(sample, possible);
  return !next || best!.score > next.score ? best!.language : null;
}

/** The language of a word in a text: another one than the text's if the text's is not written in the word's script. */
export function languageOfWord(word: string, ofText: Language): Language {
  const languages = findScript(word)?.languages ?? ['other'];
  return languages.includes(ofText) ? ofText : languages[0]!;
}

function wordsOf(text: string): string[] {
  return text.slice(0, sampleLength).normalize('NFC').toLowerCase().match(anyWord) ?? [];
}

/** The script of the most letters. */
function scriptOf(sample: readonly string[]): Script {
  const counts = new Map<Script, number>([[latin, 0]]);
  for (const word of sample) {
    const script = findScript(word);
    if (script) counts.set(script, (counts.get(script) ?? 0) + word.length * script.lettersOfCharacter);
  }
  return [...counts].reduce((most, next) => (next[1] > most[1] ? next : most))[0];
}

function findScript(word: string): Script | undefined {
  return ascii.test(word) ? latin : scripts.find(({ pattern }) => pattern.test(word));
}

/** Best first; equal ones keep their order. A word or letter that several languages share says less for each of them. */
function rank(
  sample: readonly string[],
  languages: readonly Language[],
): { readonly language: Language; readonly score: number }[] {
  const scores = new Map<Language, number>();
  const add = (owners: readonly Language[], weight: number): void => {
    for (const owner of owners) scores.set(owner, (scores.get(owner) ?? 0) + weight / owners.length);
  };
  for (const word of sample) {
    const owners = languagesByWord.get(word) ?? [];
    add(
      owners.filter((language) => languages.includes(language)),
      1,
    );
    for (const letter of word.match(foreignLetter) ?? [])
      add(
        languages.filter((language) => evidence[language]?.[1]?.test(letter)),
        letterWeight,
      );
  }
  return languages
    .map((language) => ({ language, score: scores.get(language) ?? 0 }))
    .toSorted((a, b) => b.score - a.score);
}
