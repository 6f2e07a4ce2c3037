import { abortOnInterrupt } from '../temporary-servers.js';
import { KeepAliveClient, type PostRequest } from '../queries/keep-alive-client.js';
import { mixDescription } from '../configuration-mix.js';
import { printSustained, printHeader, printKnee, printStep } from './load-report.js';
import { LoadSetup, type LoadSetupOptions } from './load-setup.js';
import { type LoadStepResult, isSaturated, runLoadStep } from './load-step.js';

export interface LoadOptions extends LoadSetupOptions {
  /** Rate of the first step, in queries per second. */
  readonly from: number;
  /** Increase of the rate from step to step, in percent. */
  readonly rise: number;
  /** Length of each step. */
  readonly seconds: number;
}

/** Other load on the machine may have spoiled a step, so a saturated step is repeated once. */
const maxTries = 2;
const maxSteps = 24;
const sustainedShare = 0.7;
/** The last step, which gives the percentiles, is longer by this factor. */
const finalStepFactor = 4;
const maxConnections = 4_096;

/**
 * Finds the highest query rate of three replicas behind the product's load balancer, with a hundred tenants and a hundred
 * configurations. Queries arrive whether or not earlier ones were answered, at a rising rate, until the replicas are
 * saturated (less than 95 % served, or a P95 over 2 s). Ctrl-C ends the run early.
 */
export async function load(options: LoadOptions): Promise<void> {
  const setup = await LoadSetup.start();
  const interrupted = abortOnInterrupt();
  try {
    await runLoad(setup, { ...options, interrupted });
  } catch (error) {
    if (!interrupted.aborted) throw error;
    console.log('Interrupted.');
  }
}

async function runLoad(setup: LoadSetup, options: RampOptions): Promise<void> {
  const { tenants, chunks, dimensions, model } = options;
  const client = new KeepAliveClient(maxConnections);
  try {
    console.log(
      `Node ${process.version}, ${tenants} tenants of about ${chunks} chunks, vectors of ${dimensions}, a model that takes ${model} ms, a Postgres without fsync. ${mixDescription}`,
    );
    await rampUp(client, await setup.prepareQueries(options), options);
  } finally {
    client.close();
    await setup.close();
  }
}

interface RampOptions extends LoadOptions {
  readonly interrupted: AbortSignal;
}

async function rampUp(
  client: KeepAliveClient,
  posts: readonly PostRequest[],
  options: RampOptions,
): Promise<void> {
  const { from, rise, seconds, interrupted } = options;
  // Warm-up: caches every tenant's configuration and key, and compiles the code.
  await runLoadStep(client, posts, { perSecond: from, seconds, interrupted });
  printHeader();
  let knee = 0;
  let saturated: LoadStepResult | null = null;
  for (let count = 0; count < maxSteps && saturated === null; count += 1) {
    const perSecond = from * (1 + rise / 100) ** count;
    const step = await runStepWithRetry(client, posts, { perSecond, seconds, interrupted });
    if (isSaturated(step)) saturated = step;
    else knee = perSecond;
  }
  printKnee(knee, saturated);
  if (knee === 0) return console.log('The first step was saturated already; use a lower --from.');
  const sustained = { perSecond: knee * sustainedShare, seconds: seconds * finalStepFactor, interrupted };
  printSustained(await runLoadStep(client, posts, sustained));
}

/** Returns the first try that is not saturated, else the last. */
async function runStepWithRetry(
  client: KeepAliveClient,
  posts: readonly PostRequest[],
  stepOptions: Parameters<typeof runLoadStep>[2],
): Promise<LoadStepResult> {
  for (let count = 1; ; count += 1) {
    const step = await runLoadStep(client, posts, stepOptions);
    printStep(step);
    if (count === maxTries || !isSaturated(step)) return step;
  }
}
