import type { TextSpan } from '../fold-text.js';
import type { LetterSequence } from '../letter-sequence.js';
import { parseWordList } from '../word-list.js';

const plainWords = /^(?:disregard|ignore[ \n]previous)$/;
const maxObjectLength = 120;
/** Adjectives and articles before the noun: "reckless disregard", "with disregard for". */
const nounMarkers = parseSet(
  'a an the this that his her their its our any with in of such total utter complete reckless willful wilful wanton callous blatant flagrant conscious deliberate gross open apparent general widespread continued cavalier',
);
const determiners = parseSet('all any some each every the these those this that your my our of both other');
/** They end the noun that is ignored: "spelling mistakes | in the question". */
const nounEnds = parseSet(
  'of in on at from for with without by to that which who when if unless while where as because since during inside within after under until',
);
const conjunctions = parseSet('and or then to but simply just instead now');
const modals = parseSet('may can could might would cannot');
const pronouns = parseSet('it them everything anything what whatever');
const previousWords = parseSet('previous previously prior above earlier preceding foregoing former before');
const instructionWords = parseSet(
  'instruction instructions directions directive directives commands prompts rules guideline guidelines guidance constraints restrictions policies protocols safeguards guardrails ethics ethical moral morals moderation',
);
/** They name instructions only as the last word: not in "prompt payment" or "policy number". */
const instructionHeads = parseSet('direction command prompt rule policy protocol programming training');
/** What a conversation consists of: "ignore previous messages." but not "previous messages from the bank". */
const messageHeads = parseSet(
  'order orders task tasks assignment assignments message messages conversation conversations context input inputs information text chat statement statements',
);
const untrustedSources = parseSet(
  'document documents context passage passages text texts user users customer customers question questions input inputs message messages email emails page pages web website source sources snippet snippets quote quotes attachment attachments file files result results content contents data article articles transcript they it below',
);
/** Instructions of others, by the words before: "subsequent instructions", "user instructions". */
const othersWords = parseSet(
  'subsequent later following future further user users customer conflicting contradictory embedded hidden external malicious',
);
const sourceLinks = parseSet(
  'in inside within from that which by of contained embedded found appearing hidden given written',
);
const spoken = parseSet('you your told said instructed');

/**
 * `disregard` and `ignore previous` as people use them: as a noun ("reckless disregard"), or with an object other than the model's
 * instructions ("disregard spelling mistakes", "ignore previous versions of the contract"). A word that is disguised is never ordinary.
 */
export function isOrdinaryUse(letters: LetterSequence, span: TextSpan): boolean {
  if (!letters.isWrittenAs(plainWords, span)) return false;
  const isNamedPrevious = letters.text.slice(span.from, span.to).endsWith('previous');
  if (!isNamedPrevious && (isNoun(letters, span) || isQuotedAlone(letters, span))) return true;
  const after = letters.foldedAfter(span.to, maxObjectLength);
  if (!/^ [^ ]/.test(after)) return !isNamedPrevious && isWithoutObject(letters, span);
  const sentence = wordsOf(after.split(/[.;:!?\n"]/, 1)[0]!);
  const clause = wordsOf(after.split(/[.,;:!?\n"]/, 1)[0]!);
  return isOrdinaryObject(clause, sentence, isNamedPrevious);
}

function isNoun(letters: LetterSequence, { from, to }: TextSpan): boolean {
  const before = wordsOf(letters.foldedBefore(from, 20)).at(-1);
  return (
    (before !== undefined && nounMarkers.has(before)) ||
    /^ (?:for|of) (?!now )/.test(letters.foldedAfter(to, 10))
  );
}

/** "factors that a court may disregard." */
function isWithoutObject(letters: LetterSequence, { from }: TextSpan): boolean {
  const [subject, modal] = wordsOf(letters.foldedBefore(from, 40)).slice(-2);
  return modal !== undefined && modals.has(modal) && subject !== 'you';
}

/** `The word "disregard" means …` */
function isQuotedAlone(letters: LetterSequence, { from, to }: TextSpan): boolean {
  const [before, after] = [letters.foldedBefore(from, 40), letters.foldedAfter(to, 40)];
  return /["'`]$/.test(before) && /^["'`]/.test(after) && wordsOf(before + after).length > 1;
}

function isOrdinaryObject(
  clause: readonly string[],
  sentence: readonly string[],
  isPrevious: boolean,
): boolean {
  if (endsClause(clause, 0)) return false;
  if (pronouns.has(clause[0]!)) return !namesEverything(clause);
  const from = [...clause, ''].findIndex((word) => !determiners.has(word));
  const noun = nounAtStart(clause.slice(from));
  const hasPrevious = isPrevious || noun.some((word) => previousWords.has(word));
  if (namesInstructions(noun))
    return !hasPrevious && isFromUntrustedSource(noun, sentence.slice(from + noun.length));
  return !endsClause(clause, from + noun.length) || !isUnnamed(noun, hasPrevious);
}

function endsClause(clause: readonly string[], at: number): boolean {
  return at === clause.length || conjunctions.has(clause[at]!);
}

/** "the above", "previous messages", "the rest": nothing says that it is not the instructions. */
function isUnnamed(noun: readonly string[], hasPrevious: boolean): boolean {
  const head = noun.at(-1);
  if (head === undefined) return true;
  return previousWords.has(head) || head === 'rest' || (hasPrevious && messageHeads.has(head));
}

/** "it", "what you were told", "everything above", "all" */
function namesEverything([, ...others]: readonly string[]): boolean {
  const rest = others.filter((word) => !determiners.has(word));
  const [next] = rest;
  return (
    next === undefined ||
    conjunctions.has(next) ||
    rest.some((word) => previousWords.has(word) || spoken.has(word))
  );
}

/** The words up to a preposition or a conjunction. */
function nounAtStart(words: readonly string[]): readonly string[] {
  const length = words.findIndex((word) => nounEnds.has(word) || conjunctions.has(word));
  return length < 0 ? words : words.slice(0, length);
}

function namesInstructions(noun: readonly string[]): boolean {
  return noun.some((word) => instructionWords.has(word)) || instructionHeads.has(noun.at(-1) ?? '');
}

/** "instructions in the documents", "rules or commands that a message contains", "subsequent instructions" */
function isFromUntrustedSource(noun: readonly string[], rest: readonly string[]): boolean {
  if (noun.some((word) => othersWords.has(word))) return true;
  const link = rest.findIndex((word) => sourceLinks.has(word));
  const isLinked = link === 0 || (link > 0 && rest.slice(0, link).includes('or'));
  return isLinked && rest.slice(link, link + 5).some((word) => untrustedSources.has(word));
}

function wordsOf(folded: string): string[] {
  return folded.match(/[\p{L}\d]+/gu) ?? [];
}

function parseSet(list: string): ReadonlySet<string> {
  return new Set(parseWordList(list));
}
