import { type TextSpan, foldText } from './fold-text.js';
import { LetterSequence } from './letter-sequence.js';
import { type OverridePhrase, overridePhrases } from './override-phrases.js';

/** Folded words by their first letter. */
type WordsByFirstLetter = ReadonlyMap<string, readonly string[]>;

const noWords: WordsByFirstLetter = new Map();

interface PhraseRule {
  /** One word of each list, in this order, with at most `maxFillerWords` of the `fillerWords` before each but the first. */
  readonly steps: readonly WordsByFirstLetter[];
  readonly fillerWords: WordsByFirstLetter;
  readonly negations: readonly string[];
  /** Nothing may follow in the same clause: "ignore the above, and" matches, "ignore the above if" does not. */
  readonly mustEndClause?: true;
  /** The last word must be in the same clause: "follow the rules above, ignore typos" does not match. */
  readonly staysInClause?: true;
}

const maxFillerWords = 5;
const clauseEnd = /[.,;:!?\n]/;
const clauseOpeners = parseWords('and then instead now but');
const rulesByFirstLetter = indexByFirstLetter([
  ...overridePhrases.flatMap(toPhraseRules),
  ...literalPhraseRules(),
]);

/**
 * Finds every phrase that asks a model to ignore its instructions, as spans of letters without overlaps; the longest one at each place.
 * The work is proportional to the number of letters: each place tries a fixed list of rules, and no rule has a part of unlimited length.
 */
export function findOverridePhrases(letters: LetterSequence): TextSpan[] {
  const spans: TextSpan[] = [];
  for (let at = 0; at < letters.text.length; at++) {
    if (!letters.beginsWord(at)) continue;
    const to = findLongestMatchEnd(letters, at);
    if (to === undefined) continue;
    spans.push({ from: at, to });
    at = to - 1;
  }
  return spans;
}

function findLongestMatchEnd(letters: LetterSequence, at: number): number | undefined {
  const rules = rulesByFirstLetter.get(letters.text[at]!) ?? [];
  const ends = rules.flatMap((rule) => findMatchEnds(rule, letters, at));
  return ends.length === 0 ? undefined : Math.max(...ends);
}

function findMatchEnds(rule: PhraseRule, letters: LetterSequence, at: number): number[] {
  const [first, ...others] = rule.steps;
  let places = findWordEnds(first!, letters, at);
  if (places.length === 0 || isNegated(rule, letters, at)) return [];
  for (const [index, step] of others.entries()) {
    const reached = skipFillerWords(rule, letters, places);
    const isLast = index === others.length - 1;
    const from =
      rule.staysInClause && isLast ? reached.filter((place) => !isClauseBreak(letters, place)) : reached;
    places = from.flatMap((place) => findWordEnds(step, letters, place));
  }
  return places.filter(
    (place) => letters.endsWord(place) && (!rule.mustEndClause || isClauseEnd(letters, place)),
  );
}

/** The ends of the candidate words that begin at letter `at`. Words may run together: only the whole phrase must begin and end a word. */
function findWordEnds(candidates: WordsByFirstLetter, letters: LetterSequence, at: number): number[] {
  const wordsWithSameInitial = candidates.get(letters.text[at] ?? '') ?? [];
  return wordsWithSameInitial
    .filter((word) => letters.text.startsWith(word, at))
    .map((word) => at + word.length);
}

function skipFillerWords(rule: PhraseRule, letters: LetterSequence, places: readonly number[]): number[] {
  const reached = new Set(places);
  let newPlaces: readonly number[] = places;
  for (let count = 0; count < maxFillerWords && newPlaces.length > 0; count++) {
    const next = newPlaces.flatMap((place) => findWordEnds(rule.fillerWords, letters, place));
    newPlaces = [...new Set(next)].filter((place) => !reached.has(place));
    newPlaces.forEach((place) => reached.add(place));
  }
  return [...reached];
}

function isNegated(rule: PhraseRule, letters: LetterSequence, at: number): boolean {
  if (letters.gapBefore(at).trim() !== '') return false;
  return rule.negations.some((word) => {
    const from = at - word.length;
    return from >= 0 && letters.text.startsWith(word, from) && letters.beginsWord(from);
  });
}

function isClauseBreak(letters: LetterSequence, at: number): boolean {
  return clauseEnd.test(letters.gapBefore(at));
}

function isClauseEnd(letters: LetterSequence, at: number): boolean {
  const isFollowed = findWordEnds(clauseOpeners, letters, at).some((place) => letters.endsWord(place));
  return isFollowed || at === letters.text.length || isClauseBreak(letters, at);
}

function toPhraseRules(phrase: OverridePhrase): PhraseRule[] {
  const ignoreVerbs = parseWords(phrase.ignoreVerbs);
  const trailingIgnoreVerbs = parseWords(phrase.trailingIgnoreVerbs);
  const previousWords = parseWords(phrase.previousWords);
  const instructionNouns = parseWords(phrase.instructionNouns);
  const shared = {
    fillerWords: parseWords(phrase.fillerWords),
    negations: parseWordList(phrase.negations),
  };
  return [
    { steps: [ignoreVerbs, previousWords, instructionNouns], ...shared },
    { steps: [ignoreVerbs, instructionNouns, previousWords], ...shared },
    {
      steps: [previousWords, instructionNouns, trailingIgnoreVerbs],
      staysInClause: true as const,
      ...shared,
    },
    {
      steps: [instructionNouns, previousWords, trailingIgnoreVerbs],
      staysInClause: true as const,
      ...shared,
    },
  ].filter((rule) => rule.steps.every((step) => step.size > 0));
}

/** English phrases that do not name instructions: `disregard`, `ignore previous`, "forget everything above." */
function literalPhraseRules(): PhraseRule[] {
  const english = overridePhrases[0]!;
  const negation = parseWordList(english.negations);
  const forget = parseWords(english.ignoreVerbs);
  const everything = parseWords('everything anything all');
  const before = parseWords('above before previous previously earlier prior');
  const between = parseWords('the of that you were was been told said has have written stated from');
  return [
    { steps: [parseWords('disregard')], fillerWords: noWords, negations: negation },
    { steps: [parseWords('ignore'), parseWords('previous')], fillerWords: noWords, negations: negation },
    {
      steps: [parseWords('ignore'), before],
      fillerWords: parseWords('the all any of'),
      negations: negation,
      mustEndClause: true,
    },
    { steps: [forget, everything, before], fillerWords: between, negations: negation, mustEndClause: true },
  ];
}

function parseWords(list?: string): WordsByFirstLetter {
  return Map.groupBy(parseWordList(list), (word) => word[0]!);
}

function parseWordList(list = ''): string[] {
  return list.split(' ').filter(Boolean).map(foldWord);
}

function foldWord(word: string): string {
  return LetterSequence.plain(foldText(word).text).text;
}

function indexByFirstLetter(rules: readonly PhraseRule[]): Map<string, PhraseRule[]> {
  const byLetter = new Map<string, PhraseRule[]>();
  for (const rule of rules) {
    for (const letter of rule.steps[0]!.keys()) {
      byLetter.set(letter, [...(byLetter.get(letter) ?? []), rule]);
    }
  }
  return byLetter;
}
