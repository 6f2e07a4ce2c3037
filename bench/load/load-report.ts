import { tableRow } from '../statistics.js';
import { type ProcessKind, coreCount } from './cpu-times.js';
import type { LoadStepResult } from './load-step.js';

const processKinds: readonly ProcessKind[] = ['replica', 'postgres', 'model', 'nginx', 'redis', 'generator'];
const widths = [10, 10] as const;
/** Of a core, or of all of them: then nothing is left. */
const saturationShare = 0.9;
const targetRate = 1_000;

export function printHeader(): void {
  const heads = ['offered/s', 'served', 'p50 ms', 'p95 ms', 'p99 ms', 'sent late'];
  console.log(
    `\nCPU is in cores, of ${coreCount}; "all" has everything that the machine does, be it of this run or not.`,
  );
  console.log('"Sent late" is the 99th percentile of the generator\'s own delay, which the times include.\n');
  console.log(tableRow([...heads, ...processKinds, 'all', 'errors'], widths));
}

export function printStep(step: LoadStepResult): void {
  const { offered, servedShare, p50, p95, p99, lateP99, cpu } = step;
  const times = [p50, p95, p99, lateP99].map((ms) => (Number.isFinite(ms) ? ms.toFixed(0) : 'none'));
  const used = [...processKinds.map((part) => cpu.byProcessKind.get(part)), cpu.machine];
  const percent = `${(servedShare * 100).toFixed(1)} %`;
  const errors = [...step.errors].map(([error, count]) => `${count} × ${error}`).join('; ') || 'none';
  console.log(
    tableRow(
      [offered.toFixed(1), percent, ...times, ...used.map((each) => each?.toFixed(2) ?? '–'), errors],
      widths,
    ),
  );
}

/** What had nothing left where it no longer kept up. */
function saturatedResource({ cpu, lateP99 }: LoadStepResult): string {
  const ranked = [...cpu.byProcessKind].toSorted(([, a], [, b]) => b - a);
  const [busiest] = ranked;
  if ((cpu.byProcessKind.get('generator') ?? 0) > saturationShare || lateP99 > 100)
    return 'the generator: the knee lies higher';
  if (cpu.busiestReplica > saturationShare)
    return `a replica's one thread (${cpu.busiestReplica.toFixed(2)} cores)`;
  if (cpu.machine > saturationShare * coreCount) {
    const ours = ranked.reduce((sum, [, used]) => sum + used, 0);
    return `the machine's ${coreCount} cores, of which this run had ${ours.toFixed(2)}, most of them ${busiest![0]} with ${busiest![1].toFixed(2)}`;
  }
  return 'no CPU: look at what queries wait for (locks, pools, limits)';
}

export function printKnee(knee: number, first: LoadStepResult | null): void {
  console.log(`\nKnee: ${knee.toFixed(1)} queries a second`);
  console.log(
    first === null
      ? 'It still kept up at the last step; the knee lies higher.'
      : `What saturates at ${first.offered.toFixed(1)} a second: ${saturatedResource(first)}.`,
  );
}

/** At a rate that it bears: what a query takes, and what it would take for 1,000 a second. */
export function printSustained(step: LoadStepResult): void {
  const { offered, count, p50, p95, p99, servedShare, cpu } = step;
  console.log(`\nAt 70 % of the knee (${offered.toFixed(1)} a second, ${count} queries):`);
  console.log(`P50 ${p50.toFixed(0)} ms, P95 ${p95.toFixed(0)} ms, P99 ${p99.toFixed(0)} ms\n`);
  console.log(`What ${targetRate} a second would take, at this cost of a query:\n`);
  console.log(tableRow(['', 'CPU ms a query', 'cores'], [10, 16]));
  const served = offered * servedShare;
  for (const part of processKinds) {
    const perQuery = (cpu.byProcessKind.get(part) ?? Number.NaN) / served;
    const cells = Number.isNaN(perQuery)
      ? ['–', '–']
      : [(perQuery * 1_000).toFixed(2), (perQuery * targetRate).toFixed(1)];
    console.log(tableRow([part, ...cells], [10, 16]));
  }
  const replicas = Math.ceil(((cpu.byProcessKind.get('replica') ?? 0) / served) * targetRate);
  console.log(
    `\nA replica is one thread, so that would be ${replicas} replicas with nothing to spare, ${Math.ceil(replicas / 0.7)} at 70 % of theirs.`,
  );
}
