import { tableRow } from '../statistics.js';
import { type ProcessKind, coreCount } from './cpu-times.js';
import type { LoadStepResult } from './load-step.js';

const processKinds: readonly ProcessKind[] = ['replica', 'postgres', 'model', 'nginx', 'redis', 'generator'];
const widths = [10, 10] as const;
/** Above this share, a core, or the whole machine, counts as saturated. */
const saturationShare = 0.9;
const targetRate = 1_000;

export function printHeader(): void {
  const heads = ['offered/s', 'served', 'p50 ms', 'p95 ms', 'p99 ms', 'sent late'];
  console.log(`\nCPU is in cores, of ${coreCount}; "all" includes other processes of the machine.`);
  console.log('"Sent late" is the 99th percentile of the generator\'s own delay; the times include it.\n');
  console.log(tableRow([...heads, ...processKinds, 'all', 'errors'], widths));
}

export function printStep(step: LoadStepResult): void {
  const { offered, servedShare, p50, p95, p99, lateP99, cpu } = step;
  const times = [p50, p95, p99, lateP99].map((ms) => (Number.isFinite(ms) ? ms.toFixed(0) : 'none'));
  const used = [...processKinds.map((kind) => cpu.byProcessKind.get(kind)), cpu.machine];
  const percent = `${(servedShare * 100).toFixed(1)} %`;
  const errors = [...step.errors].map(([error, count]) => `${count} × ${error}`).join('; ') || 'none';
  console.log(
    tableRow(
      [offered.toFixed(1), percent, ...times, ...used.map((each) => each?.toFixed(2) ?? '–'), errors],
      widths,
    ),
  );
}

/** The resource that was exhausted in the saturated step. */
function saturatedResource({ cpu, lateP99 }: LoadStepResult): string {
  const ranked = [...cpu.byProcessKind].toSorted(([, a], [, b]) => b - a);
  const [busiest] = ranked;
  if ((cpu.byProcessKind.get('generator') ?? 0) > saturationShare || lateP99 > 100)
    return 'the generator: the real knee is higher';
  if (cpu.busiestReplica > saturationShare)
    return `a replica's one thread (${cpu.busiestReplica.toFixed(2)} cores)`;
  if (cpu.machine > saturationShare * coreCount) {
    const ours = ranked.reduce((sum, [, used]) => sum + used, 0);
    return `the machine's ${coreCount} cores; this run used ${ours.toFixed(2)}, most of it ${busiest![0]} with ${busiest![1].toFixed(2)}`;
  }
  return 'not the CPU: find what queries wait for (locks, pools, limits)';
}

export function printKnee(knee: number, first: LoadStepResult | null): void {
  console.log(`\nKnee: ${knee.toFixed(1)} queries a second`);
  console.log(
    first === null
      ? 'The last step was not saturated; the knee is higher.'
      : `Saturated at ${first.offered.toFixed(1)} a second: ${saturatedResource(first)}.`,
  );
}

/** At a rate below the knee: the cost of a query, and the cores that 1,000 queries a second would need. */
export function printSustained(step: LoadStepResult): void {
  const { offered, count, p50, p95, p99, servedShare, cpu } = step;
  console.log(`\nAt 70 % of the knee (${offered.toFixed(1)} a second, ${count} queries):`);
  console.log(`P50 ${p50.toFixed(0)} ms, P95 ${p95.toFixed(0)} ms, P99 ${p99.toFixed(0)} ms\n`);
  console.log(`CPU for ${targetRate} queries a second at this cost per query:\n`);
  console.log(tableRow(['', 'CPU ms per query', 'cores'], [10, 16]));
  const served = offered * servedShare;
  for (const kind of processKinds) {
    const perQuery = (cpu.byProcessKind.get(kind) ?? Number.NaN) / served;
    const cells = Number.isNaN(perQuery)
      ? ['–', '–']
      : [(perQuery * 1_000).toFixed(2), (perQuery * targetRate).toFixed(1)];
    console.log(tableRow([kind, ...cells], [10, 16]));
  }
  const replicas = Math.ceil(((cpu.byProcessKind.get('replica') ?? 0) / served) * targetRate);
  console.log(
    `\nA replica uses one thread, so that needs ${replicas} replicas at full load, ${Math.ceil(replicas / 0.7)} at 70 %.`,
  );
}
