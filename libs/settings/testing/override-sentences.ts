import { readFileSync } from 'node:fs';

/** A sentence about ignoring instructions. `language` is its code, such as `de`. */
export interface OverrideSentence {
  readonly language: string;
  readonly text: string;
}

/** Sentences that forbid, report or quote an override, or ignore something else than the model's instructions. For tests. */
export const honestSentences = loadSentences('honest');

/** Sentences that ask a model to ignore its instructions. For tests. */
export const hostileSentences = loadSentences('hostile');

/** Ways to write a sentence so that people still read it and a search for its words finds nothing. */
export const disguises: Readonly<Record<string, (text: string) => string>> = {
  'capital letters': (text) => text.toUpperCase(),
  'wide spaces': (text) => text.replaceAll(' ', ' \u2003 '),
  'zero-width characters': (text) => [...text].join('\u200b'),
  'struck-out letters': (text) => text.replaceAll(/\p{Script=Latin}/gu, (letter) => `${letter}\u0336`),
  'look-alikes': (text) => text.replaceAll(/[aceiopx]/g, (letter) => lookalikes[letter]!),
  'full-width letters': (text) =>
    text.replaceAll(/[a-z]/gi, (letter) => String.fromCodePoint(letter.codePointAt(0)! + 0xfee0)),
};

const lookalikes: Readonly<Record<string, string>> = {
  a: 'а', c: 'с', e: 'е', i: 'і', o: 'о', p: 'р', x: 'х',
}; // prettier-ignore

function loadSentences(name: 'honest' | 'hostile'): OverrideSentence[] {
  const file = new URL(`override-sentences/${name}.json`, import.meta.url);
  const byLanguage = JSON.parse(readFileSync(file, 'utf8')) as Record<string, string[]>;
  return Object.entries(byLanguage).flatMap(([language, texts]) => texts.map((text) => ({ language, text })));
}
