import { ratios, rotate, tableRow, medianWithRange } from '../statistics.js';
import { type LatencyStatistics, measureLatency } from './measure-latency.js';
import { ModelServer } from './model-server.js';
import type { CleanupSteps } from '../servers.js';
import { type QueryContestant, type ContestantOptions, startContestants } from './contestants.js';

export interface QueryOverheadOptions extends ContestantOptions {
  readonly rounds: number;
  /** Length of each measurement. */
  readonly seconds: number;
  readonly connections: readonly number[];
  /** Delays of the model, in milliseconds. */
  readonly model: readonly number[];
}

interface LoadSetting {
  readonly modelMs: number;
  readonly connections: number;
}

type MeasuredRounds = readonly (readonly LatencyStatistics[])[];

/** Indexes of the yardsticks among the contestants. */
const [directIndex, gatewayIndex] = [0, 1];
const widths = [36, 22] as const;

/**
 * Measures what a query costs beyond the model: `POST /v1/query` of a tenant with and a tenant without documents. The
 * yardsticks are the model called directly, and Portkey's gateway. Both get exactly the request that the product sends to
 * the model for the tenant without documents. All take turns; differences and ratios are taken within a round.
 */
export async function measureQueryOverhead(options: QueryOverheadOptions): Promise<void> {
  const cleanup: CleanupSteps = [];
  try {
    const model = await ModelServer.start(options);
    cleanup.push(() => model.stop());
    const contestants = await startContestants(model, options, cleanup);
    printHead(options);
    for (const modelMs of options.model)
      for (const connections of options.connections) {
        const setting = { modelMs, connections };
        await model.setDelayMs(modelMs);
        print(setting, contestants, await measureInTurns(contestants, setting, options));
      }
  } finally {
    for (const step of cleanup.toReversed()) await step();
  }
}

/** Measurements by contestant and round, after a warm-up round. */
async function measureInTurns(
  contestants: readonly QueryContestant[],
  { connections }: LoadSetting,
  { rounds, seconds }: QueryOverheadOptions,
): Promise<MeasuredRounds> {
  const measured = contestants.map((): LatencyStatistics[] => []);
  for (const { posts } of contestants)
    await measureLatency(posts, { connections, seconds: Math.min(1, seconds) });
  for (let round = 0; round < rounds; round += 1)
    for (const contestant of rotate(contestants, round))
      measured[contestants.indexOf(contestant)]!.push(
        await measureLatency(contestant.posts, { connections, seconds }),
      );
  return measured;
}

function printHead({ rounds, seconds, dimensions }: QueryOverheadOptions): void {
  console.log(
    `Node ${process.version}, ${rounds} rounds of ${seconds} s each, vectors of ${dimensions}, a Postgres without fsync. Milliseconds, median (min–max).`,
  );
  console.log(
    '"Added" is the time beyond the model called directly in the same round. Portkey has no retrieval, quota, budget or usage log.',
  );
}

function print(
  { modelMs, connections }: LoadSetting,
  contestants: readonly QueryContestant[],
  rounds: MeasuredRounds,
): void {
  console.log(`\nThe model takes ${modelMs} ms, ${connections} concurrent requests:\n`);
  const heads = ['p50', 'p99', 'added p50', 'added p99', 'requests per second'];
  const toPortkey = ['added p50', 'added p99', 'rate'].map((head) => `${head} vs Portkey`);
  console.log(tableRow(['', ...heads, ...toPortkey], widths));
  for (const [index, { name }] of contestants.entries())
    console.log(tableRow([name, ...formatFigures(rounds[index]!, rounds)], widths));
}

function formatFigures(own: readonly LatencyStatistics[], rounds: MeasuredRounds): string[] {
  const of = (key: keyof LatencyStatistics, from = own): number[] => from.map((each) => each[key]);
  const beyond = (key: 'p50' | 'p99', from = own): number[] => {
    const yardstick = of(key, rounds[directIndex]);
    return of(key, from).map((ms, round) => ms - yardstick[round]!);
  };
  const added = (['p50', 'p99'] as const).map((key) => beyond(key));
  const toPortkey = (['p50', 'p99'] as const).map((key) => beyond(key, rounds[gatewayIndex]));
  return [
    medianWithRange(of('p50'), 2),
    medianWithRange(of('p99'), 2),
    ...added.map((each) => medianWithRange(each, 2)),
    medianWithRange(of('perSecond'), 0),
    ...added.map((each, index) => formatRatio(each, toPortkey[index]!)),
    formatRatio(of('perSecond'), of('perSecond', rounds[gatewayIndex])),
  ];
}

/** If a round took no longer than the direct call, nothing was added and a ratio has no meaning. */
function formatRatio(values: readonly number[], yardstick: readonly number[]): string {
  return yardstick.every((value) => value > 0) ? medianWithRange(ratios(values, yardstick), 2) : '–';
}
