import { pathInFile } from '#config';
import { pluralize } from '../terminal/output.js';
import { changeLines } from '../gitops/format-change.js';
import type { QuestionResult, AnswerRun } from './ask-questions.js';
import type { ConfigurationGroup } from './configuration-groups.js';
import {
  type Aspect,
  type MinSimilarity,
  type Totals,
  aspects,
  differencesIn,
  totalsOf,
} from './compare-answers.js';
import type { Proposal } from './read-proposal.js';

/** A group with the results of its questions; null for questions that were not asked. */
interface VerifiedGroup {
  readonly group: ConfigurationGroup;
  readonly results: readonly (QuestionResult | null)[];
}

/** All results of a verification. */
export interface Verification {
  /** null: today's settings are compared with themselves. */
  readonly proposal: Proposal | null;
  readonly questions: number;
  readonly suspended: number;
  readonly verified: readonly VerifiedGroup[];
  readonly unaffected: readonly ConfigurationGroup[];
  /** Classes that --classes leaves out. */
  readonly leftOut: readonly ConfigurationGroup[];
  readonly minSimilarity: MinSimilarity;
  /** Why it ended early; null when it did not. */
  readonly stopped: string | null;
}

/** The report as texts. They are not escaped: a renderer must escape them. */
export interface Report {
  readonly title: string;
  readonly lines: readonly string[];
  readonly columnTitles: readonly string[];
  readonly rows: readonly (readonly string[])[];
  readonly sections: readonly Section[];
}

export interface Section {
  readonly title: string;
  /** The changed settings as lines. */
  readonly changes: readonly string[];
  readonly errors: readonly string[];
  readonly questions: readonly Difference[];
}

export interface Difference {
  readonly title: string;
  readonly facts: readonly (readonly [name: string, before: string, after: string])[];
  readonly before: string;
  readonly after: string;
}

const maxAnswerLength = 2000;
const emptyCell = '—';
const head = ['Class', 'Tenants', 'Asked for', 'Questions', 'Different', 'Errors', 'Cost', 'Latency'];

export function buildReport(verification: Verification): Report {
  const { proposal, verified, minSimilarity } = verification;
  const all = verified.flatMap(({ results: asked }) => askedOnly(asked));
  const tenants = verified.reduce((sum, { group: one }) => sum + one.tenants.length, 0);
  const rows = verified.map(({ group: one, results: asked }, at) => [
    `${at + 1}`,
    `${one.tenants.length}`,
    one.tenants[0]!,
    ...totalCells(totalsOf(askedOnly(asked), minSimilarity)),
  ]);
  return {
    title: proposal ? 'Proposed defaults, compared with today’s' : 'Today’s settings, asked twice',
    lines: reportLines(verification, all),
    columnTitles: head,
    rows: [...rows, ['All', `${tenants}`, '', ...totalCells(totalsOf(all, minSimilarity))]],
    sections: verified.map((one, at) => toSection(one, at, minSimilarity)),
  };
}

/** Leaves out the questions that were not asked. */
export function askedOnly(results: readonly (QuestionResult | null)[]): QuestionResult[] {
  return results.filter((one) => one !== null);
}

/** One line for the terminal. */
export function summaryLine(verification: Verification): string {
  const all = verification.verified.flatMap(({ results: asked }) => askedOnly(asked));
  const { asked, different, errors } = totalsOf(all, verification.minSimilarity);
  const ended = verification.stopped === null ? '' : ` Ended early: ${verification.stopped}`;
  return `${pluralize(asked, 'question')} asked, ${different} answered differently, ${pluralize(errors, 'error')}.${ended}`;
}

function reportLines(verification: Verification, all: readonly QuestionResult[]): string[] {
  const { proposal, verified, unaffected, leftOut, suspended, minSimilarity } = verification;
  const reach = proposal
    ? `The proposal changes settings of ${proposal.changed} of ${pluralize(proposal.matched, 'tenant')}, branding and limits included.`
    : 'No defaults are proposed: what differs here differs by itself, from one answer to the next.';
  const counts = aspects
    .map((aspect) => [aspect, countDifferences(aspect, all, minSimilarity)] as const)
    .filter(([, count]) => count > 0);
  return [
    summaryLine(verification),
    reach,
    `${groupCountText(verified.map(({ group: one }) => one))} asked ${pluralize(verification.questions, 'question')} each; the first tenant of a class represents the class.`,
    ...(unaffected.length === 0
      ? []
      : [`${groupCountText(unaffected)} not asked: nothing changes that an answer depends on.`]),
    ...(leftOut.length === 0 ? [] : [`${groupCountText(leftOut)} not asked: more than --classes allows.`]),
    ...(suspended === 0 ? [] : [`${pluralize(suspended, 'suspended tenant')} left out.`]),
    ...(counts.length === 0
      ? []
      : [`What differs: ${counts.map(([aspect, count]) => `${aspect} ${count}`).join(', ')}.`]),
  ];
}

function groupCountText(groups: readonly ConfigurationGroup[]): string {
  const tenants = groups.reduce((sum, one) => sum + one.tenants.length, 0);
  return `${pluralize(tenants, 'tenant')} in ${groups.length} ${groups.length === 1 ? 'class' : 'classes'} of configuration:`;
}

function countDifferences(
  aspect: Aspect,
  results: readonly QuestionResult[],
  minSimilarity: MinSimilarity,
): number {
  return results.filter((one) => differencesIn(one, minSimilarity).includes(aspect)).length;
}

function totalCells({ asked, different, errors, costUsd, ms }: Totals): string[] {
  return [
    `${asked}`,
    `${different}`,
    `${errors}`,
    `${formatUsd(costUsd[0])} → ${formatUsd(costUsd[1])}`,
    `${formatMs(ms[0])} → ${formatMs(ms[1])}`,
  ];
}

function toSection(
  { group: one, results: asked }: VerifiedGroup,
  at: number,
  minSimilarity: MinSimilarity,
): Section {
  const different = askedOnly(asked).filter((each) => differencesIn(each, minSimilarity).length > 0);
  const errors = new Map(
    askedOnly(asked).flatMap(({ question, error }) =>
      error === null ? [] : [[error, question.id] as const],
    ),
  );
  return {
    title: `Class ${at + 1}: ${one.tenants[0]!} (${pluralize(one.tenants.length, 'tenant')})`,
    changes: one.changes.flatMap(({ field, from, to }) => changeLines(pathInFile(field), from, to)),
    errors: [...errors].map(([error, id]) => `${id}: ${error}`),
    questions: different.map((each) => toDifference(each, minSimilarity)),
  };
}

function toDifference(result: QuestionResult, minSimilarity: MinSimilarity): Difference {
  const { question, before, after } = result;
  const [today, proposed] = [factValues(before), factValues(after)];
  return {
    title: `${question.id}: ${question.question}`,
    facts: [
      ['differs in', '', differencesIn(result, minSimilarity).join(', ')],
      ...factLabels.map((name, at) => [name, today[at]!, proposed[at]!] as const),
    ],
    before: answerText(before),
    after: answerText(after),
  };
}

const factLabels = ['model', 'sources', 'cost', 'latency', 'degraded'];

function factValues(run: AnswerRun | null): string[] {
  if (run === null) return factLabels.map(() => emptyCell);
  const { model, sources, costUsd, ms, degraded } = run;
  return [model, joinOrDash(sources), formatUsd(costUsd), formatMs(ms), joinOrDash(degraded)];
}

function answerText(run: AnswerRun | null): string {
  if (run === null) return 'No model answered.';
  const characters = Array.from(run.answer);
  return characters.length <= maxAnswerLength
    ? run.answer
    : `${characters.slice(0, maxAnswerLength).join('')}…`;
}

function joinOrDash(items: readonly string[]): string {
  return items.length === 0 ? emptyCell : items.join(', ');
}

function formatUsd(costUsd: number): string {
  return `$${costUsd.toFixed(6)}`;
}

function formatMs(ms: number): string {
  return `${Math.round(ms)} ms`;
}
