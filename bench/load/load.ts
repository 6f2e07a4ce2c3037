import { interruption } from '../interruption.js';
import { Asker, type Post } from '../queries/asking.js';
import { mixInWords } from '../configuration-mix.js';
import { printBorne, printHead, printKnee, printStep } from './load-report.js';
import { LoadStage, type LoadStageOptions } from './load-stage.js';
import { type Step, isSaturated, runStep } from './load-step.js';

export interface LoadOptions extends LoadStageOptions {
  /** Offered first, in queries a second. */
  readonly from: number;
  /** By which each step offers more, in percent. */
  readonly rise: number;
  /** Of each step. */
  readonly seconds: number;
}

/** A rate that is not borne may have met something else that the machine did: it is offered once more. */
const tries = 2;
const mostSteps = 24;
const share = 0.7;
/** How much longer the last step is, whose percentiles are read. */
const longer = 4;
const mostConnections = 4_096;

/**
 * Three replicas behind the product's load balancer, a hundred tenants with a hundred configurations, and queries that come whether or not
 * earlier ones were answered: more and more, until the fleet no longer keeps up (under 95 % served as they come, or a P95 over 2 s).
 * Ctrl-C ends it early.
 */
export async function load(options: LoadOptions): Promise<void> {
  const stage = await LoadStage.open();
  const interrupted = interruption();
  try {
    await run(stage, { ...options, interrupted });
  } catch (error) {
    if (!interrupted.aborted) throw error;
    console.log('Interrupted.');
  }
}

async function run(stage: LoadStage, options: Ramp): Promise<void> {
  const { tenants, chunks, dimensions, model } = options;
  const asker = new Asker(mostConnections);
  try {
    console.log(
      `Node ${process.version}, ${tenants} tenants of about ${chunks} chunks, vectors of ${dimensions}, a model that takes ${model} ms, a Postgres without fsync. ${mixInWords}`,
    );
    await ramp(asker, await stage.set(options), options);
  } finally {
    asker.close();
    await stage.close();
  }
}

interface Ramp extends LoadOptions {
  readonly interrupted: AbortSignal;
}

async function ramp(asker: Asker, posts: readonly Post[], options: Ramp): Promise<void> {
  const { from, rise, seconds, interrupted } = options;
  // Every tenant's configuration and key are held by then, and the code is compiled.
  await runStep(asker, posts, { perSecond: from, seconds, interrupted });
  printHead();
  let knee = 0;
  let saturated: Step | null = null;
  for (let count = 0; count < mostSteps && saturated === null; count += 1) {
    const perSecond = from * (1 + rise / 100) ** count;
    const step = await borneOrNot(asker, posts, { perSecond, seconds, interrupted });
    if (isSaturated(step)) saturated = step;
    else knee = perSecond;
  }
  printKnee(knee, saturated);
  if (knee === 0) return console.log('The first step was too much already: give a lower --from.');
  const borne = { perSecond: knee * share, seconds: seconds * longer, interrupted };
  printBorne(await runStep(asker, posts, borne));
}

/** The first step that is borne, else the last. */
async function borneOrNot(
  asker: Asker,
  posts: readonly Post[],
  offer: Parameters<typeof runStep>[2],
): Promise<Step> {
  for (let count = 1; ; count += 1) {
    const step = await runStep(asker, posts, offer);
    printStep(step);
    if (count === tries || !isSaturated(step)) return step;
  }
}
