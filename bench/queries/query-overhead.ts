import { ratios, rotate, tableRow, medianWithRange } from '../statistics.js';
import { type LatencyStatistics, measureLatency } from './measure-latency.js';
import { ModelServer } from './model-server.js';
import {
  type QueryContestant,
  type CleanupSteps,
  type ContestantOptions,
  startContestants,
} from './contestants.js';

export interface QueryOverheadOptions extends ContestantOptions {
  readonly rounds: number;
  /** Of each measurement. */
  readonly seconds: number;
  readonly connections: readonly number[];
  /** What the model takes, in milliseconds. */
  readonly model: readonly number[];
}

/** The model takes so long, and so many ask at once. */
interface LoadSetting {
  readonly modelMs: number;
  readonly connections: number;
}

type MeasuredRounds = readonly (readonly LatencyStatistics[])[];

/** Places of the yardsticks in the line. */
const [directIndex, gatewayIndex] = [0, 1];
const widths = [36, 22] as const;

/**
 * What a query costs beyond the model: `POST /v1/query` of a tenant with and of one without documents, beside the model asked directly and
 * beside Portkey's gateway. Both of these are sent, byte for byte, what the product asks the model for the tenant without documents.
 * All take turns; what is added, and ratios, are taken within a round.
 */
export async function measureQueryOverhead(options: QueryOverheadOptions): Promise<void> {
  const cleanup: CleanupSteps = [];
  try {
    const model = await ModelServer.start(options);
    cleanup.push(() => model.stop());
    const contestantList = await startContestants(model, options, cleanup);
    printHead(options);
    for (const modelMs of options.model)
      for (const connections of options.connections) {
        const setting = { modelMs, connections };
        await model.setDelayMs(modelMs);
        print(setting, contestantList, await measureInTurns(contestantList, setting, options));
      }
  } finally {
    for (const end of cleanup.toReversed()) await end();
  }
}

/** By contestant, each round's measurement; a round before them warms up. */
async function measureInTurns(
  contestantList: readonly QueryContestant[],
  { connections }: LoadSetting,
  { rounds, seconds }: QueryOverheadOptions,
): Promise<MeasuredRounds> {
  const measured = contestantList.map((): LatencyStatistics[] => []);
  for (const { post } of contestantList)
    await measureLatency(post, { connections, seconds: Math.min(1, seconds) });
  for (let round = 0; round < rounds; round += 1)
    for (const contestant of rotate(contestantList, round))
      measured[contestantList.indexOf(contestant)]!.push(
        await measureLatency(contestant.post, { connections, seconds }),
      );
  return measured;
}

function printHead({ rounds, seconds, dimensions }: QueryOverheadOptions): void {
  console.log(
    `Node ${process.version}, ${rounds} rounds of ${seconds} s each, vectors of ${dimensions}, a Postgres without fsync. Milliseconds, median (min–max).`,
  );
  console.log(
    'Added is beyond the model asked directly in the same round. Portkey has no retrieval, quota, budget or usage log.',
  );
}

function print(
  { modelMs, connections }: LoadSetting,
  contestantList: readonly QueryContestant[],
  rounds: MeasuredRounds,
): void {
  console.log(`\nThe model takes ${modelMs} ms, ${connections} at once:\n`);
  const heads = ['p50', 'p99', 'added p50', 'added p99', 'requests per second'];
  const toPortkey = ['added p50', 'added p99', 'rate'].map((head) => `${head} to Portkey's`);
  console.log(tableRow(['', ...heads, ...toPortkey], widths));
  for (const [index, { name }] of contestantList.entries())
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

/** Nothing was added where one round took no longer than the direct call: then a ratio says nothing. */
function formatRatio(values: readonly number[], yardstick: readonly number[]): string {
  return yardstick.every((value) => value > 0) ? medianWithRange(ratios(values, yardstick), 2) : '–';
}
