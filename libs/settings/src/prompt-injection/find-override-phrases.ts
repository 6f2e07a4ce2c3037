import type { PhraseLanguage } from './context/context-words.js';
import type { TextSpan } from './fold-text.js';
import type { LetterSequence } from './letter-sequence.js';
import { isOrdinaryUse } from './context/ordinary-use.js';
import { type OverridePhrase, overridePhrases } from './override-phrases.js';
import { isExcused, namesUntrustedSource } from './context/phrase-context.js';
import { type WordsByFirstLetter, findWordEnds, parseWords } from './word-list.js';

const noWords: WordsByFirstLetter = new Map();

interface PhraseRule {
  readonly language: PhraseLanguage;
  /** One word of each list, in this order, with at most `maxFillerWords` of the `fillerWords` before each but the first. */
  readonly steps: readonly WordsByFirstLetter[];
  readonly fillerWords: WordsByFirstLetter;
  /** If given, nothing else may follow in the same clause: "ignore the above, and" matches, "ignore the above if" does not. */
  readonly clauseOpeners?: WordsByFirstLetter;
  /** The last word must be in the same clause: "follow the rules above, ignore typos" does not match. */
  readonly staysInClause?: true;
  /** A further condition under which the phrase is harmless, besides the words around it that excuse every phrase. */
  readonly isHarmless?: (letters: LetterSequence, span: TextSpan, language: PhraseLanguage) => boolean;
}

/** The rules that begin with the same words. */
interface RuleGroup {
  readonly first: WordsByFirstLetter;
  readonly rules: readonly PhraseRule[];
}

const maxFillerWords = 7;
const clauseEnd = /[.,;:!?)\]\n]| - /;
const groupsByFirstLetter = indexByFirstLetter([
  ...overridePhrases.flatMap(toPhraseRules),
  ...literalPhraseRules(),
]);

/** A longer list of phrases does not help to correct a text. */
const maxSpans = 100;

/**
 * Finds the phrases that ask a model to ignore its instructions, as spans of letters without overlaps; the longest one at each place, and
 * at most `maxSpans`. The work is proportional to the number of letters: each place tries a fixed list of rules, no rule has a part of
 * unlimited length, and the words around a phrase are read up to a fixed distance.
 */
export function findOverridePhrases(letters: LetterSequence): TextSpan[] {
  const spans: TextSpan[] = [];
  for (let at = 0; at < letters.text.length && spans.length < maxSpans; at++) {
    if (!letters.beginsWord(at)) continue;
    const to = findLongestPhraseEnd(letters, at);
    if (to === undefined) continue;
    spans.push({ from: at, to });
    at = to - 1;
  }
  return spans;
}

/** The end of the longest phrase at letter `at` that the text around it does not excuse. */
function findLongestPhraseEnd(letters: LetterSequence, at: number): number | undefined {
  const matches = findMatches(letters, at).toSorted((a, b) => b.to - a.to);
  const excused = new Set<string>();
  for (const { rule, to } of matches) {
    const key = `${rule.language} ${to}`;
    if (excused.has(key)) continue;
    const span = { from: at, to };
    if (isExcused(letters, span, rule.language)) excused.add(key);
    else if (!rule.isHarmless?.(letters, span, rule.language)) return to;
  }
  return undefined;
}

function findMatches(letters: LetterSequence, at: number): { rule: PhraseRule; to: number }[] {
  const matches: { rule: PhraseRule; to: number }[] = [];
  for (const { first, rules } of groupsByFirstLetter.get(letters.text[at]!) ?? []) {
    const places = findWordEnds(first, letters, at);
    if (places.length === 0) continue;
    const steps = new MatchSteps(letters, places);
    for (const rule of rules) {
      for (const to of steps.findEnds(rule)) matches.push({ rule, to });
    }
  }
  return matches;
}

/** Matches the steps of several rules after the same first word. Most rules share their filler words, which are skipped only once. */
class MatchSteps {
  private readonly reachedBy = new Map<WordsByFirstLetter, readonly number[]>();

  constructor(
    private readonly letters: LetterSequence,
    private readonly firstEnds: readonly number[],
  ) {}

  findEnds(rule: PhraseRule): readonly number[] {
    let places = this.firstEnds;
    for (let index = 1; index < rule.steps.length && places.length > 0; index++) {
      const reached =
        index === 1 ? this.reachFromFirst(rule) : skipFillerWords(rule.fillerWords, this.letters, places);
      const isLast = index === rule.steps.length - 1;
      const from =
        rule.staysInClause && isLast
          ? reached.filter((place) => !isClauseBreak(this.letters, place))
          : reached;
      places = findAllEnds(rule.steps[index]!, this.letters, from);
    }
    return places.filter((to) => isWholePhrase(rule, this.letters, to));
  }

  private reachFromFirst({ fillerWords }: PhraseRule): readonly number[] {
    const known = this.reachedBy.get(fillerWords);
    if (known !== undefined) return known;
    const reached = skipFillerWords(fillerWords, this.letters, this.firstEnds);
    this.reachedBy.set(fillerWords, reached);
    return reached;
  }
}

function isWholePhrase({ clauseOpeners }: PhraseRule, letters: LetterSequence, to: number): boolean {
  return letters.endsWord(to) && (clauseOpeners === undefined || isClauseEnd(clauseOpeners, letters, to));
}

function skipFillerWords(
  fillerWords: WordsByFirstLetter,
  letters: LetterSequence,
  places: readonly number[],
): readonly number[] {
  let newPlaces = findAllEnds(fillerWords, letters, places);
  if (newPlaces.length === 0) return places;
  const reached = new Set(places);
  for (let count = 0; count < maxFillerWords && newPlaces.length > 0; count++) {
    newPlaces = [...new Set(newPlaces)].filter((place) => !reached.has(place));
    newPlaces.forEach((place) => reached.add(place));
    newPlaces = findAllEnds(fillerWords, letters, newPlaces);
  }
  return [...reached];
}

function findAllEnds(
  words: WordsByFirstLetter,
  letters: LetterSequence,
  places: readonly number[],
): readonly number[] {
  return places.length === 1
    ? findWordEnds(words, letters, places[0]!)
    : places.flatMap((place) => findWordEnds(words, letters, place));
}

function isClauseBreak(letters: LetterSequence, at: number): boolean {
  return clauseEnd.test(letters.gapBefore(at));
}

function isClauseEnd(clauseOpeners: WordsByFirstLetter, letters: LetterSequence, at: number): boolean {
  const isFollowed = findWordEnds(clauseOpeners, letters, at).some((place) => letters.endsWord(place));
  return isFollowed || at === letters.text.length || isClauseBreak(letters, at);
}

function toPhraseRules(phrase: OverridePhrase): PhraseRule[] {
  const verbs = parseWords(phrase.ignoreVerbs);
  const trailingVerbs = parseWords(phrase.trailingIgnoreVerbs);
  const previous = parseWords(phrase.previousWords);
  const nouns = parseWords(phrase.instructionNouns);
  const shared = { language: phrase.language, fillerWords: parseWords(phrase.fillerWords) };
  const inClause = { ...shared, staysInClause: true as const };
  const atClauseEnd = { ...shared, clauseOpeners: parseWords(phrase.clauseOpeners) };
  const own = parseWords(phrase.ownWords);
  const ownVerbs = phrase.ownVerbs === undefined ? verbs : parseWords(phrase.ownVerbs);
  const all = parseWords(phrase.allWords);
  const system = parseWords(phrase.systemPrompts);
  const rules: PhraseRule[] = [
    { ...shared, steps: [verbs, previous, nouns] },
    { ...shared, steps: [verbs, nouns, previous] },
    { ...inClause, steps: [previous, nouns, trailingVerbs] },
    { ...inClause, steps: [nouns, previous, trailingVerbs] },
    { ...shared, steps: [ownVerbs, own, nouns] },
    { ...atClauseEnd, steps: [verbs, all, nouns], isHarmless: namesUntrustedSource },
    { ...shared, steps: [ownVerbs, system] },
    { ...inClause, steps: [system, trailingVerbs] },
    { ...inClause, steps: [own, nouns, trailingVerbs] },
    { ...inClause, steps: [all, nouns, trailingVerbs], isHarmless: namesUntrustedSource },
    { ...inClause, steps: [nouns, all, trailingVerbs], isHarmless: namesUntrustedSource },
    { ...atClauseEnd, steps: [verbs, previous, parseWords(phrase.messageNouns)] },
    {
      ...atClauseEnd,
      steps: [
        verbs,
        parseWords(phrase.everythingWords),
        parseWords(`${phrase.previousWords} ${phrase.toldWords ?? ''}`),
      ],
      fillerWords: parseWords(phrase.everythingFillers),
    },
  ];
  return rules.filter((rule) => rule.steps.every((step) => step.size > 0));
}

/** English phrases that do not name instructions: `disregard`, `ignore previous`, "ignore the above." */
function literalPhraseRules(): PhraseRule[] {
  const shared = { language: 'english', fillerWords: noWords } as const;
  return [
    { ...shared, steps: [parseWords('disregard')], isHarmless: isOrdinaryUse },
    { ...shared, steps: [parseWords('ignore'), parseWords('previous')], isHarmless: isOrdinaryUse },
    {
      ...shared,
      steps: [parseWords('ignore'), parseWords('above before previous previously earlier prior')],
      fillerWords: parseWords('the all any of'),
      clauseOpeners: parseWords(
        overridePhrases.find(({ language }) => language === 'english')!.clauseOpeners,
      ),
    },
  ];
}

function indexByFirstLetter(allRules: readonly PhraseRule[]): Map<string, RuleGroup[]> {
  const byLetter = new Map<string, RuleGroup[]>();
  for (const [first, rules] of Map.groupBy(allRules, (rule) => rule.steps[0]!)) {
    for (const letter of first.keys()) {
      byLetter.set(letter, [...(byLetter.get(letter) ?? []), { first, rules }]);
    }
  }
  return byLetter;
}
