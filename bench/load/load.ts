import { abortOnInterrupt } from '../abort-on-interrupt.js';
import { KeepAliveClient, type PostRequest } from '../queries/keep-alive-client.js';
import { mixDescription } from '../configuration-mix.js';
import { printSustained, printHeader, printKnee, printStep } from './load-report.js';
import { LoadSetup, type LoadSetupOptions } from './load-setup.js';
import { type LoadStepResult, isSaturated, runLoadStep } from './load-step.js';

export interface LoadOptions extends LoadSetupOptions {
  /** Offered first, in queries a second. */
  readonly from: number;
  /** By which each step offers more, in percent. */
  readonly rise: number;
  /** Of each step. */
  readonly seconds: number;
}

/** A rate that is not borne may have met something else that the machine did: it is offered once more. */
const maxTries = 2;
const maxSteps = 24;
const sustainedShare = 0.7;
/** How much longer the last step is, whose percentiles are read. */
const finalStepFactor = 4;
const maxConnections = 4_096;

/**
 * Three replicas behind the product's load balancer, a hundred tenants with a hundred configurations, and queries that come whether or not
 * earlier ones were answered: more and more, until the fleet no longer keeps up (under 95 % served as they come, or a P95 over 2 s).
 * Ctrl-C ends it early.
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
  // Every tenant's configuration and key are held by then, and the code is compiled.
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
  if (knee === 0) return console.log('The first step was too much already: give a lower --from.');
  const sustained = { perSecond: knee * sustainedShare, seconds: seconds * finalStepFactor, interrupted };
  printSustained(await runLoadStep(client, posts, sustained));
}

/** The first step that is borne, else the last. */
async function runStepWithRetry(
  client: KeepAliveClient,
  posts: readonly PostRequest[],
  offer: Parameters<typeof runLoadStep>[2],
): Promise<LoadStepResult> {
  for (let count = 1; ; count += 1) {
    const step = await runLoadStep(client, posts, offer);
    printStep(step);
    if (count === maxTries || !isSaturated(step)) return step;
  }
}
