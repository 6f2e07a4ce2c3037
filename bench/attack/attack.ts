import { setTimeout as pause } from 'node:timers/promises';
import {
  type Attack,
  type BystanderReport,
  type Replica,
  attacks,
  residentMemoryMb,
  startReplica,
} from '#testing';
import { tableRow } from '../statistics.js';
import { type DatabaseServer, startDatabaseServer } from '../temporary-servers.js';
import { Worker } from '../worker.js';

export interface AttackOptions {
  /** Run only the attacks whose name contains this. */
  readonly only?: string;
  /** The longest time that the bystander may wait, in milliseconds. */
  readonly limit: number;
}

/** After its answer, the replica may still work for the attacker. */
const aftermathMs = 1_000;
/** The process returns memory only after some time. */
const settleMs = 5_000;
const columns = [52, 14] as const;

interface Outcome {
  readonly bystander: BystanderReport;
  readonly statuses: readonly number[];
  readonly memoryMb: readonly [before: number, peak: number, after: number];
}

/**
 * Runs each attack against a fresh replica while another tenant reads its configuration. The exit code is 1 if that tenant waited longer
 * than the limit, was refused, or an answer was unexpected. Sizes and numbers are bounded, and everything stays on this machine.
 */
export async function attack({ only = '', limit }: AttackOptions): Promise<void> {
  const server = await startDatabaseServer();
  const rest: Attack = { name: 'no attack', run: () => pause(2_000).then(() => []), expected: [] };
  const chosen = [rest, ...attacks].filter(({ name }) => name === rest.name || name.includes(only));
  console.log(
    tableRow(['attack', 'max ms', 'p95 ms', 'reads', 'MB before', 'peak', 'after', 'answers'], columns),
  );
  try {
    for (const each of chosen)
      if (!isHarmless(each, await runAttack(server, each), limit)) process.exitCode = 1;
  } finally {
    await server.stop();
  }
}

/** Prints the outcome. Returns true if only the attacker noticed the attack. */
function isHarmless(
  { name, expected }: Attack,
  { bystander, statuses, memoryMb }: Outcome,
  limit: number,
): boolean {
  const { maxMs, p95Ms, reads, failures } = bystander;
  const answers = Object.entries(Object.groupBy(statuses, String)).map(
    ([status, all]) => `${all!.length} × ${status}`,
  );
  const numbers = [maxMs, p95Ms, reads, ...memoryMb].map((value) => value.toFixed(0));
  const isExpected = statuses.every((status) => expected.includes(status));
  const isFine = isExpected && failures === 0 && maxMs <= limit;
  console.log(
    tableRow([name, ...numbers, `${answers.join(', ')}${isFine ? '' : '  ← NOT HARMLESS'}`], columns),
  );
  return isFine;
}

async function runAttack(server: DatabaseServer, each: Attack): Promise<Outcome> {
  const database = await server.create();
  const replica = await startReplica({ env: { DATABASE_URL: database.url } });
  // In its own process: the work of the attacker with 16 MB must not delay the measurement.
  const bystander = Worker.start('bystander');
  try {
    const [adminKey, bystanderKey] = await Promise.all(
      ['attacker', 'bystander'].map((id) => addTenant(replica, id)),
    );
    await bystander.ask('start', { url: replica.url, key: bystanderKey });
    const memory = new MemoryWatch(replica.process.pid!);
    const statuses = await each.run({ url: replica.url, adminKey: adminKey! }, 'full');
    await pause(aftermathMs);
    const report = await bystander.ask<BystanderReport>('stop');
    await pause(settleMs);
    return { bystander: report, statuses, memoryMb: memory.stop() };
  } finally {
    await bystander.stop();
    await replica.stop();
    await database.drop();
  }
}

async function addTenant(replica: Replica, id: string): Promise<string> {
  const { body } = await replica.api.post<{ admin_key: { key: string } }>('/v1/platform/tenants', {
    tenant_id: id,
    name: id,
    plan: 'pro',
  });
  return body.admin_key.key;
}

/** Follows the resident memory of a process, in megabytes. */
class MemoryWatch {
  private readonly before: number;
  private peak: number;
  private readonly timer: NodeJS.Timeout;

  constructor(private readonly processId: number) {
    this.before = this.read();
    this.peak = this.before;
    this.timer = setInterval(() => (this.peak = Math.max(this.peak, this.read())), 100);
  }

  stop(): [before: number, peak: number, after: number] {
    clearInterval(this.timer);
    return [this.before, this.peak, this.read()];
  }

  private read(): number {
    return residentMemoryMb(this.processId);
  }
}
