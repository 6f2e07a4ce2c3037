import { row } from '../statistics.js';
import { type Part, cores } from './cpu-clock.js';
import type { Step } from './load-step.js';

const parts: readonly Part[] = ['replica', 'postgres', 'model', 'nginx', 'redis', 'generator'];
const widths = [10, 10] as const;
/** Of a core, or of all of them: then nothing is left. */
const full = 0.9;
const wanted = 1_000;

export function printHead(): void {
  const heads = ['offered/s', 'served', 'p50 ms', 'p95 ms', 'p99 ms', 'sent late'];
  console.log(
    `\nCPU is in cores, of ${cores}; "all" has everything that the machine does, be it of this run or not.`,
  );
  console.log('"Sent late" is the 99th percentile of the generator\'s own delay, which the times include.\n');
  console.log(row([...heads, ...parts, 'all', 'errors'], widths));
}

export function printStep(step: Step): void {
  const { offered, servedShare, p50, p95, p99, lateP99, cpu } = step;
  const times = [p50, p95, p99, lateP99].map((ms) => (Number.isFinite(ms) ? ms.toFixed(0) : 'none'));
  const used = [...parts.map((part) => cpu.parts.get(part)), cpu.machine];
  const percent = `${(servedShare * 100).toFixed(1)} %`;
  const errors = [...step.errors].map(([error, count]) => `${count} × ${error}`).join('; ') || 'none';
  console.log(
    row(
      [offered.toFixed(1), percent, ...times, ...used.map((each) => each?.toFixed(2) ?? '–'), errors],
      widths,
    ),
  );
}

/** What had nothing left where it no longer kept up. */
function saturatedBy({ cpu, lateP99 }: Step): string {
  const ranked = [...cpu.parts].toSorted(([, a], [, b]) => b - a);
  const [most] = ranked;
  if ((cpu.parts.get('generator') ?? 0) > full || lateP99 > 100) return 'the generator: the knee lies higher';
  if (cpu.busiestReplica > full) return `a replica's one thread (${cpu.busiestReplica.toFixed(2)} cores)`;
  if (cpu.machine > full * cores) {
    const ours = ranked.reduce((sum, [, used]) => sum + used, 0);
    return `the machine's ${cores} cores, of which this run had ${ours.toFixed(2)}, most of them ${most![0]} with ${most![1].toFixed(2)}`;
  }
  return 'no CPU: look at what queries wait for (locks, pools, limits)';
}

export function printKnee(knee: number, first: Step | null): void {
  console.log(`\nKnee: ${knee.toFixed(1)} queries a second`);
  console.log(
    first === null
      ? 'It still kept up at the last step; the knee lies higher.'
      : `What saturates at ${first.offered.toFixed(1)} a second: ${saturatedBy(first)}.`,
  );
}

/** At a rate that it bears: what a query takes, and what it would take for 1,000 a second. */
export function printBorne(step: Step): void {
  const { offered, count, p50, p95, p99, servedShare, cpu } = step;
  console.log(`\nAt 70 % of the knee (${offered.toFixed(1)} a second, ${count} queries):`);
  console.log(`P50 ${p50.toFixed(0)} ms, P95 ${p95.toFixed(0)} ms, P99 ${p99.toFixed(0)} ms\n`);
  console.log(`What ${wanted} a second would take, at this cost of a query:\n`);
  console.log(row(['', 'CPU ms a query', 'cores'], [10, 16]));
  const served = offered * servedShare;
  for (const part of parts) {
    const perQuery = (cpu.parts.get(part) ?? Number.NaN) / served;
    const shown = Number.isNaN(perQuery)
      ? ['–', '–']
      : [(perQuery * 1_000).toFixed(2), (perQuery * wanted).toFixed(1)];
    console.log(row([part, ...shown], [10, 16]));
  }
  const replicas = Math.ceil(((cpu.parts.get('replica') ?? 0) / served) * wanted);
  console.log(
    `\nA replica is one thread, so that would be ${replicas} replicas with nothing to spare, ${Math.ceil(replicas / 0.7)} at 70 % of theirs.`,
  );
}
