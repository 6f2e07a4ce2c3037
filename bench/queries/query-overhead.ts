import { ratios, rotated, row, spread } from '../statistics.js';
import { type Measured, measure } from './lanes.js';
import { ModelServer } from './model-server.js';
import { type Contestant, type Ends, type StageOptions, contestants } from './overhead-stage.js';

export interface QueryOverheadOptions extends StageOptions {
  readonly rounds: number;
  /** Of each measurement. */
  readonly seconds: number;
  readonly connections: readonly number[];
  /** What the model takes, in milliseconds. */
  readonly model: readonly number[];
}

/** The model takes so long, and so many ask at once. */
interface Setting {
  readonly modelMs: number;
  readonly connections: number;
}

type Rounds = readonly (readonly Measured[])[];

/** Places of the yardsticks in the line. */
const [direct, gateway] = [0, 1];
const widths = [36, 22] as const;

/**
 * What a query costs beyond the model: `POST /v1/query` of a tenant with and of one without documents, beside the model asked directly and
 * beside Portkey's gateway. Both of these are sent, byte for byte, what the product asks the model for the tenant without documents.
 * All take turns; what is added, and ratios, are taken within a round.
 */
export async function queryOverhead(options: QueryOverheadOptions): Promise<void> {
  const ends: Ends = [];
  try {
    const model = await ModelServer.start(options);
    ends.push(() => model.stop());
    const line = await contestants(model, options, ends);
    printHead(options);
    for (const modelMs of options.model)
      for (const connections of options.connections) {
        const setting = { modelMs, connections };
        await model.take(modelMs);
        print(setting, line, await inTurns(line, setting, options));
      }
  } finally {
    for (const end of ends.toReversed()) await end();
  }
}

/** By contestant, each round's measurement; a round before them warms up. */
async function inTurns(
  line: readonly Contestant[],
  { connections }: Setting,
  { rounds, seconds }: QueryOverheadOptions,
): Promise<Rounds> {
  const measured = line.map((): Measured[] => []);
  for (const { post } of line) await measure(post, { connections, seconds: Math.min(1, seconds) });
  for (let round = 0; round < rounds; round += 1)
    for (const one of rotated(line, round))
      measured[line.indexOf(one)]!.push(await measure(one.post, { connections, seconds }));
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

function print({ modelMs, connections }: Setting, line: readonly Contestant[], rounds: Rounds): void {
  console.log(`\nThe model takes ${modelMs} ms, ${connections} at once:\n`);
  const heads = ['p50', 'p99', 'added p50', 'added p99', 'requests per second'];
  const toPortkey = ['added p50', 'added p99', 'rate'].map((head) => `${head} to Portkey's`);
  console.log(row(['', ...heads, ...toPortkey], widths));
  for (const [index, { name }] of line.entries())
    console.log(row([name, ...figures(rounds[index]!, rounds)], widths));
}

function figures(own: readonly Measured[], rounds: Rounds): string[] {
  const of = (key: keyof Measured, from = own): number[] => from.map((each) => each[key]);
  const beyond = (key: 'p50' | 'p99', from = own): number[] => {
    const yardstick = of(key, rounds[direct]);
    return of(key, from).map((ms, round) => ms - yardstick[round]!);
  };
  const added = (['p50', 'p99'] as const).map((key) => beyond(key));
  const toPortkey = (['p50', 'p99'] as const).map((key) => beyond(key, rounds[gateway]));
  return [
    spread(of('p50'), 2),
    spread(of('p99'), 2),
    ...added.map((each) => spread(each, 2)),
    spread(of('perSecond'), 0),
    ...added.map((each, index) => ratio(each, toPortkey[index]!)),
    ratio(of('perSecond'), of('perSecond', rounds[gateway])),
  ];
}

/** Nothing was added where one round took no longer than the direct call: then a ratio says nothing. */
function ratio(values: readonly number[], yardstick: readonly number[]): string {
  return yardstick.every((value) => value > 0) ? spread(ratios(values, yardstick), 2) : '–';
}
