import { readFileSync, readdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';

export type Part = 'replica' | 'postgres' | 'model' | 'nginx' | 'redis' | 'generator';

/** CPU seconds so far: by process that this one started, with everything that those started, and of the whole machine. */
export interface CpuTimes {
  /** By process id. */
  readonly processes: ReadonlyMap<number, { readonly part: Part; readonly seconds: number }>;
  /** Of all cores, whoever used them. */
  readonly machine: number;
}

interface ProcessTimes {
  readonly parent: number;
  /** Its own, and of those that it started and saw end. */
  readonly seconds: number;
}

/** What Linux counts in, on every architecture that Node runs on. */
const ticksPerSecond = 100;

export const cores = availableParallelism();

/** On Linux; elsewhere only this process is known. What another run started (a Postgres that was given) is only in the machine's. */
export function cpuTimes(): CpuTimes {
  const all = everyProcess();
  const times = [...all].flatMap(([pid, { parent }]) => {
    const part = parent === process.pid ? partOf(pid) : null;
    return part === null ? [] : [[pid, { part, seconds: withChildren(pid, all) }] as const];
  });
  const { user, system } = process.cpuUsage();
  const own = [process.pid, { part: 'generator', seconds: (user + system) / 1e6 }] as const;
  return { processes: new Map([own, ...times]), machine: machineSeconds() };
}

function everyProcess(): Map<number, ProcessTimes> {
  const ids = read('/proc/stat') === '' ? [] : readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  const times = ids.flatMap((id) => {
    // The name, in brackets, may hold spaces.
    const fields = read(`/proc/${id}/stat`).split(') ')[1]?.split(' ');
    if (fields === undefined) return [];
    const ticks = fields.slice(11, 15).reduce((sum, each) => sum + Number(each), 0);
    return [[Number(id), { parent: Number(fields[1]), seconds: ticks / ticksPerSecond }] as const];
  });
  return new Map(times);
}

function withChildren(pid: number, all: ReadonlyMap<number, ProcessTimes>): number {
  const children = [...all].filter(([, { parent }]) => parent === pid).map(([child]) => child);
  return children.reduce((sum, child) => sum + withChildren(child, all), all.get(pid)?.seconds ?? 0);
}

const signs: readonly (readonly [sign: RegExp, part: Part])[] = [
  [/api\/src\/main\.js/, 'replica'],
  [/worker\0model/, 'model'],
  [/nginx/, 'nginx'],
  [/redis-server/, 'redis'],
  [/postgres/, 'postgres'],
];

function partOf(pid: number): Part | null {
  const command = read(`/proc/${pid}/cmdline`);
  return signs.find(([sign]) => sign.test(command))?.[1] ?? null;
}

function machineSeconds(): number {
  const [user = 0, nice = 0, system = 0, , , irq = 0, softIrq = 0] = read('/proc/stat')
    .split('\n')[0]!
    .split(/\s+/)
    .slice(1)
    .map(Number);
  return (user + nice + system + irq + softIrq) / ticksPerSecond;
}

/** Processes come and go. */
function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
