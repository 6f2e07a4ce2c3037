import { type Span, fold } from './folding.js';
import { Letters } from './letters.js';
import { type OverridePhrase, overridePhrases } from './lexicon.js';

/** Folded words by their first letter. */
type Words = ReadonlyMap<string, readonly string[]>;

const noWords: Words = new Map();

interface Rule {
  /** One word of each list, in this order, with at most `mostBetween` of the words `between` before each but the first. */
  readonly steps: readonly Words[];
  readonly between: Words;
  readonly negation: readonly string[];
  /** Nothing more may follow in the clause: "ignore the above, and", but not "ignore the above if". */
  readonly closed?: true;
  /** The last word stands in the same clause: not "follow the rules above, ignore typos". */
  readonly unbroken?: true;
}

const mostBetween = 5;
const clauseEnd = /[.,;:!?\n]/;
const nextClause = words('and then instead now but');
const rulesByFirstLetter = indexed([...overridePhrases.flatMap(rulesOf), ...literalRules()]);

/**
 * Every phrase that tells a model to drop its instructions, the longest at each place, as spans of letters without overlaps.
 * The work is bounded by the
 * number of letters times a constant: each place tries a fixed list of rules, none of which has a part of unlimited length.
 */
export function findPhrases(letters: Letters): Span[] {
  const found: Span[] = [];
  for (let at = 0; at < letters.text.length; at++) {
    if (!letters.beginsWord(at)) continue;
    const to = longestAt(letters, at);
    if (to === undefined) continue;
    found.push({ from: at, to });
    at = to - 1;
  }
  return found;
}

function longestAt(letters: Letters, at: number): number | undefined {
  const rules = rulesByFirstLetter.get(letters.text[at]!) ?? [];
  const ends = rules.flatMap((rule) => endsOf(rule, letters, at));
  return ends.length === 0 ? undefined : Math.max(...ends);
}

function endsOf(rule: Rule, letters: Letters, at: number): number[] {
  const [first, ...others] = rule.steps;
  let places = after(first!, letters, at);
  if (places.length === 0 || isNegated(rule, letters, at)) return [];
  for (const [index, step] of others.entries()) {
    const reached = withBetween(rule, letters, places);
    const isLast = index === others.length - 1;
    const from = rule.unbroken && isLast ? reached.filter((place) => !breaksAt(letters, place)) : reached;
    places = from.flatMap((place) => after(step, letters, place));
  }
  return places.filter((place) => letters.endsWord(place) && (!rule.closed || closesAt(letters, place)));
}

/** Where each of the words that stand at letter `at` ends. Words run together count: only a phrase as a whole has bounds. */
function after(candidates: Words, letters: Letters, at: number): number[] {
  const alike = candidates.get(letters.text[at] ?? '') ?? [];
  return alike.filter((word) => letters.text.startsWith(word, at)).map((word) => at + word.length);
}

function withBetween(rule: Rule, letters: Letters, places: readonly number[]): number[] {
  const reached = new Set(places);
  let last: readonly number[] = places;
  for (let count = 0; count < mostBetween && last.length > 0; count++) {
    const next = last.flatMap((place) => after(rule.between, letters, place));
    last = [...new Set(next)].filter((place) => !reached.has(place));
    last.forEach((place) => reached.add(place));
  }
  return [...reached];
}

function isNegated(rule: Rule, letters: Letters, at: number): boolean {
  if (letters.gapBefore(at).trim() !== '') return false;
  return rule.negation.some((word) => {
    const from = at - word.length;
    return from >= 0 && letters.text.startsWith(word, from) && letters.beginsWord(from);
  });
}

function breaksAt(letters: Letters, at: number): boolean {
  return clauseEnd.test(letters.gapBefore(at));
}

function closesAt(letters: Letters, at: number): boolean {
  const isFollowed = after(nextClause, letters, at).some((place) => letters.endsWord(place));
  return isFollowed || at === letters.text.length || breaksAt(letters, at);
}

function rulesOf(phrase: OverridePhrase): Rule[] {
  const forget = words(phrase.forget);
  const forgetLast = words(phrase.forgetLast);
  const earlier = words(phrase.earlier);
  const orders = words(phrase.orders);
  const shared = { between: words(phrase.between), negation: listed(phrase.negation) };
  return [
    { steps: [forget, earlier, orders], ...shared },
    { steps: [forget, orders, earlier], ...shared },
    { steps: [earlier, orders, forgetLast], unbroken: true as const, ...shared },
    { steps: [orders, earlier, forgetLast], unbroken: true as const, ...shared },
  ].filter((rule) => rule.steps.every((step) => step.size > 0));
}

/** What is suspicious whatever follows, and English that names no instructions: "forget everything above." */
function literalRules(): Rule[] {
  const english = overridePhrases[0]!;
  const negation = listed(english.negation);
  const forget = words(english.forget);
  const everything = words('everything anything all');
  const before = words('above before previous previously earlier prior');
  const between = words('the of that you were was been told said has have written stated from');
  return [
    { steps: [words('disregard')], between: noWords, negation },
    { steps: [words('ignore'), words('previous')], between: noWords, negation },
    { steps: [words('ignore'), before], between: words('the all any of'), negation, closed: true },
    { steps: [forget, everything, before], between, negation, closed: true },
  ];
}

function words(list?: string): Words {
  return Map.groupBy(listed(list), (word) => word[0]!);
}

function listed(list = ''): string[] {
  return list.split(' ').filter(Boolean).map(foldedWord);
}

function foldedWord(word: string): string {
  return Letters.plain(fold(word).text).text;
}

function indexed(rules: readonly Rule[]): Map<string, Rule[]> {
  const byLetter = new Map<string, Rule[]>();
  for (const rule of rules) {
    for (const letter of rule.steps[0]!.keys()) {
      byLetter.set(letter, [...(byLetter.get(letter) ?? []), rule]);
    }
  }
  return byLetter;
}
