import { pathInFile } from '#config';
import { counted } from '../code/output.js';
import { changeLines } from '../code/show-value.js';
import type { Asked, Run } from './ask.js';
import type { ConfigurationClass } from './classes.js';
import { type Aspect, type Likeness, type Sums, aspects, differencesIn, sumsOf } from './compare.js';
import type { Proposal } from './proposal.js';

/** A class with what came of its questions; null: they were not asked. */
interface VerifiedClass {
  readonly one: ConfigurationClass;
  readonly asked: readonly (Asked | null)[];
}

/** All that a verification found. */
export interface Verification {
  /** null: today's settings are compared with themselves. */
  readonly proposal: Proposal | null;
  readonly questions: number;
  readonly suspended: number;
  readonly verified: readonly VerifiedClass[];
  readonly unaffected: readonly ConfigurationClass[];
  /** Classes that --classes leaves out. */
  readonly leftOut: readonly ConfigurationClass[];
  readonly likeness: Likeness;
  /** Why it ended early; null when it did not. */
  readonly stopped: string | null;
}

/** The same as texts, for whatever shows them. All texts are as they came: whoever shows them escapes them. */
export interface Report {
  readonly title: string;
  readonly lines: readonly string[];
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
  readonly sections: readonly Section[];
}

export interface Section {
  readonly title: string;
  /** Lines of settings that change. */
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

const longestAnswer = 2000;
const none = '—';
const head = ['Class', 'Tenants', 'Asked for', 'Questions', 'Different', 'Errors', 'Cost', 'Latency'];

export function reportOf(verification: Verification): Report {
  const { proposal, verified, likeness } = verification;
  const all = verified.flatMap(({ asked }) => made(asked));
  const tenants = verified.reduce((sum, { one }) => sum + one.tenants.length, 0);
  const rows = verified.map(({ one, asked }, at) => [
    `${at + 1}`,
    `${one.tenants.length}`,
    one.tenants[0]!,
    ...sumCells(sumsOf(made(asked), likeness)),
  ]);
  return {
    title: proposal ? 'Proposed defaults, compared with today’s' : 'Today’s settings, asked twice',
    lines: linesOf(verification, all),
    head,
    rows: [...rows, ['All', `${tenants}`, '', ...sumCells(sumsOf(all, likeness))]],
    sections: verified.map((one, at) => sectionOf(one, at, likeness)),
  };
}

/** What was asked at all. */
export function made(asked: readonly (Asked | null)[]): Asked[] {
  return asked.filter((one) => one !== null);
}

/** In one line, for the terminal. */
export function resultOf(verification: Verification): string {
  const all = verification.verified.flatMap(({ asked }) => made(asked));
  const { asked, different, errors } = sumsOf(all, verification.likeness);
  const ended = verification.stopped === null ? '' : ` Ended early: ${verification.stopped}`;
  return `${counted(asked, 'question')} asked, ${different} answered differently, ${counted(errors, 'error')}.${ended}`;
}

function linesOf(verification: Verification, all: readonly Asked[]): string[] {
  const { proposal, verified, unaffected, leftOut, suspended, likeness } = verification;
  const reach = proposal
    ? `The proposal changes settings of ${proposal.changed} of ${counted(proposal.matched, 'tenant')}, branding and limits included.`
    : 'No defaults are proposed: what differs here differs by itself, from one answer to the next.';
  const counts = aspects
    .map((aspect) => [aspect, countOf(aspect, all, likeness)] as const)
    .filter(([, count]) => count > 0);
  return [
    resultOf(verification),
    reach,
    `${inClasses(verified.map(({ one }) => one))} asked ${counted(verification.questions, 'question')} each; the first tenant of a class stands for all of it.`,
    ...(unaffected.length === 0
      ? []
      : [`${inClasses(unaffected)} not asked: nothing changes that an answer depends on.`]),
    ...(leftOut.length === 0 ? [] : [`${inClasses(leftOut)} not asked: more than --classes allows.`]),
    ...(suspended === 0 ? [] : [`${counted(suspended, 'suspended tenant')} left out.`]),
    ...(counts.length === 0
      ? []
      : [`What differs: ${counts.map(([aspect, count]) => `${aspect} ${count}`).join(', ')}.`]),
  ];
}

function inClasses(classes: readonly ConfigurationClass[]): string {
  const tenants = classes.reduce((sum, one) => sum + one.tenants.length, 0);
  return `${counted(tenants, 'tenant')} in ${classes.length} ${classes.length === 1 ? 'class' : 'classes'} of configuration:`;
}

function countOf(aspect: Aspect, asked: readonly Asked[], likeness: Likeness): number {
  return asked.filter((one) => differencesIn(one, likeness).includes(aspect)).length;
}

function sumCells({ asked, different, errors, costUsd, ms }: Sums): string[] {
  return [
    `${asked}`,
    `${different}`,
    `${errors}`,
    `${dollars(costUsd[0])} → ${dollars(costUsd[1])}`,
    `${whole(ms[0])} → ${whole(ms[1])}`,
  ];
}

function sectionOf({ one, asked }: VerifiedClass, at: number, likeness: Likeness): Section {
  const different = made(asked).filter((each) => differencesIn(each, likeness).length > 0);
  const errors = new Map(
    made(asked).flatMap(({ question, error }) => (error === null ? [] : [[error, question.id] as const])),
  );
  return {
    title: `Class ${at + 1}: ${one.tenants[0]!} (${counted(one.tenants.length, 'tenant')})`,
    changes: one.changes.flatMap(({ field, from, to }) => changeLines(pathInFile(field), from, to)),
    errors: [...errors].map(([error, id]) => `${id}: ${error}`),
    questions: different.map((each) => differenceOf(each, likeness)),
  };
}

function differenceOf(asked: Asked, likeness: Likeness): Difference {
  const { question, before, after } = asked;
  const [today, proposed] = [factsOf(before), factsOf(after)];
  return {
    title: `${question.id}: ${question.question}`,
    facts: [
      ['differs in', '', differencesIn(asked, likeness).join(', ')],
      ...factNames.map((name, at) => [name, today[at]!, proposed[at]!] as const),
    ],
    before: answerIn(before),
    after: answerIn(after),
  };
}

const factNames = ['model', 'sources', 'cost', 'latency', 'degraded'];

function factsOf(run: Run | null): string[] {
  if (run === null) return factNames.map(() => none);
  const { model, sources, costUsd, ms, degraded } = run;
  return [model, list(sources), dollars(costUsd), whole(ms), list(degraded)];
}

function answerIn(run: Run | null): string {
  if (run === null) return 'No model answered.';
  const characters = Array.from(run.answer);
  return characters.length <= longestAnswer ? run.answer : `${characters.slice(0, longestAnswer).join('')}…`;
}

function list(items: readonly string[]): string {
  return items.length === 0 ? none : items.join(', ');
}

function dollars(costUsd: number): string {
  return `$${costUsd.toFixed(6)}`;
}

function whole(ms: number): string {
  return `${Math.round(ms)} ms`;
}
