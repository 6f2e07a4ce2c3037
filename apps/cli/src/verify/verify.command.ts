import { open, writeFile } from 'node:fs/promises';
import { Command, InvalidArgumentError } from 'commander';
import type { CliConfig } from '../cli.config.js';
import { concurrencyOption } from '../terminal/run-concurrently.js';
import { confirm, pluralize, usageError, printLine } from '../terminal/output.js';
import { type ConnectionOptions, createClient, connectionHelp, urlOption } from '../client/create-client.js';
import type { AttuneClient } from '../client/attune-client.js';
import { type QuestionTask, askQuestions } from './ask-questions.js';
import { type ConfigurationGroup, groupConfigurations } from './configuration-groups.js';
import { totalsOf } from './compare-answers.js';
import { readPopulation } from './tenant-population.js';
import { renderHtml } from './render-html.js';
import { renderMarkdown } from './render-markdown.js';
import { readProposal } from './read-proposal.js';
import { type VerificationQuestion, readQuestions, sampleOf } from './read-questions.js';
import { type Verification, askedOnly, buildReport, summaryLine } from './build-report.js';

interface Options extends ConnectionOptions {
  readonly questions: string;
  readonly defaults?: string;
  readonly sample?: number;
  readonly classes?: number;
  readonly similarity: number;
  readonly out?: string;
  readonly html?: string;
  readonly concurrency: number;
  readonly yes?: boolean;
}

/** The groups and questions that will be asked, and those that are left out. */
interface VerificationScope extends Omit<Verification, 'questions' | 'verified' | 'stopped'> {
  readonly questions: readonly VerificationQuestion[];
  readonly affected: readonly ConfigurationGroup[];
}

const help = `
Tenants with the same settings form a class. One tenant of each class is asked, the largest class first. Proposed defaults change
only settings that a tenant inherits; a class without changes is not asked.
Without --defaults every class is asked twice under today's settings, to show how much answers vary without a change.

It costs money: each question is two model calls for each class, metered to the tenant that is asked and within its quota and
budget. How many there will be is printed before it starts. Nothing is saved, and no settings are changed.

The questions are YAML or JSON: a list of texts, or of {id, question}. The defaults are a merge patch: {temperature: 0.3}.
${connectionHelp}

Examples:
  attune verify --questions questions.yaml --defaults proposed.yaml
  attune verify --questions questions.yaml --defaults proposed.yaml --sample 5 --classes 10 --yes --out report.md --html report.html

Exit codes: 0 no differences, 2 differences, 1 an error: also a wrong command line or environment, or an early end.`;

/** `attune verify`: reports how proposed defaults change answers. */
export function verifyCommand(readCliConfig: () => CliConfig): Command {
  return new Command('verify')
    .requiredOption('--questions <file>', 'the file of questions')
    .option('--defaults <file>', 'the proposed platform defaults, as a merge patch')
    .option('--sample <n>', 'ask only this many questions, evenly spread', numberBetween(1, 1000, true))
    .option(
      '--classes <n>',
      'ask at most this many classes, the largest first',
      numberBetween(1, 10_000, true),
    )
    .option(
      '--similarity <0..1>',
      'the share of common words at which two answers count as equal',
      numberBetween(0, 1, false),
      1,
    )
    .option('--out <file>', 'write the report as Markdown to this file instead of printing it')
    .option('--html <file>', 'write the report as HTML too')
    .option('--yes', 'do not ask for confirmation')
    .addOption(concurrencyOption('questions'))
    .addOption(urlOption())
    .addHelpText('after', help)
    .action(async (options: Options) => {
      const client = createClient(readCliConfig(), options);
      const scope = await resolveScope(client, options);
      await checkOutputFiles(options);
      if (await confirmCost(scope, options))
        await writeReport(await runVerification(client, scope, options), options);
      else printLine('Nothing was asked.');
    });
}

async function resolveScope(client: AttuneClient, options: Options): Promise<VerificationScope> {
  const all = await readQuestions(options.questions);
  const proposal = options.defaults === undefined ? null : await readProposal(client, options.defaults);
  const { tenants, suspended } = await readPopulation(client, options.concurrency);
  const groups = groupConfigurations(tenants, proposal?.defaults ?? null);
  const affected = groups.filter(({ changes }) => proposal === null || changes.length > 0);
  return {
    proposal,
    questions: sampleOf(all, options.sample ?? all.length),
    suspended,
    affected: affected.slice(0, options.classes),
    unaffected: groups.filter((one) => !affected.includes(one)),
    leftOut: affected.slice(options.classes ?? affected.length),
    minSimilarity: options.similarity,
  };
}

/** Opens the output files before any model is paid for, so that a wrong path loses no answers. */
async function checkOutputFiles({ out, html }: Options): Promise<void> {
  for (const path of [out, html]) if (path !== undefined) await (await open(path, 'a')).close();
}

async function confirmCost({ affected, questions }: VerificationScope, { yes }: Options): Promise<boolean> {
  const calls = 2 * affected.length * questions.length;
  if (calls === 0) return true;
  const classes = affected.length === 1 ? 'class' : 'classes';
  process.stderr.write(
    `Asks ${pluralize(questions.length, 'question')} of ${affected.length} ${classes} of configuration, each under both settings: ` +
      `${calls} model calls, metered to the tenants asked.\n`,
  );
  if (yes === true) return true;
  if (process.stdin.isTTY) return confirm(`Make ${calls} model calls?`);
  throw usageError('There is no terminal for the confirmation; give --yes to start without it.');
}

/** Ctrl-C stops the questions and reports the answers so far; a second Ctrl-C ends the process at once. */
async function runVerification(
  client: AttuneClient,
  scope: VerificationScope,
  { concurrency }: Options,
): Promise<Verification> {
  const { affected, questions, ...rest } = scope;
  const abort = new AbortController();
  const interrupt = (): void => abort.abort(new Error('it was interrupted.'));
  process.once('SIGINT', interrupt);
  try {
    const tasks = affected.flatMap((group): QuestionTask[] =>
      questions.map((question) => ({ group, question })),
    );
    const results = await askQuestions(client, tasks, { concurrency, abort });
    const count = questions.length;
    return {
      ...rest,
      questions: count,
      verified: affected.map((group, index) => ({
        group,
        results: results.slice(index * count, (index + 1) * count),
      })),
      stopped: abort.signal.aborted ? (abort.signal.reason as Error).message : null,
    };
  } finally {
    process.off('SIGINT', interrupt);
  }
}

async function writeReport(verification: Verification, { out, html }: Options): Promise<void> {
  const report = buildReport(verification);
  const markdown = renderMarkdown(report);
  if (out === undefined) printLine(markdown);
  else await writeFile(out, markdown);
  if (html !== undefined) await writeFile(html, renderHtml(report));
  process.stderr.write(`${summaryLine(verification)}\n`);
  process.exitCode = exitCodeOf(verification);
}

function exitCodeOf({ verified: verifiedGroups, minSimilarity, stopped }: Verification): number {
  const { different, errors } = totalsOf(
    verifiedGroups.flatMap(({ results: asked }) => askedOnly(asked)),
    minSimilarity,
  );
  if (errors > 0 || stopped !== null) return 1;
  return different > 0 ? 2 : 0;
}

function numberBetween(min: number, max: number, isWhole: boolean): (text: string) => number {
  return (text) => {
    const number = text.trim() === '' ? NaN : Number(text);
    const isFine = number >= min && number <= max && (!isWhole || Number.isInteger(number));
    if (isFine) return number;
    throw new InvalidArgumentError(`It must be a ${isWhole ? 'whole ' : ''}number from ${min} to ${max}.`);
  };
}
