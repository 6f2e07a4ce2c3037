import { readFileSync, readdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';

export type ProcessKind = 'replica' | 'postgres' | 'model' | 'nginx' | 'redis' | 'generator';

/** CPU seconds so far: by process that this one started, with everything that those started, and of the whole machine. */
export interface CpuTimes {
  /** By process id. */
  readonly processes: ReadonlyMap<number, { readonly part: ProcessKind; readonly seconds: number }>;
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

export const coreCount = availableParallelism();

/** On Linux; elsewhere only this process is known. What another run started (a Postgres that was given) is only in the machine's. */
export function readCpuTimes(): CpuTimes {
  const all = readAllProcesses();
  const times = [...all].flatMap(([pid, { parent }]) => {
    const part = parent === process.pid ? processKindOf(pid) : null;
    return part === null ? [] : [[pid, { part, seconds: cpuSecondsWithChildren(pid, all) }] as const];
  });
  const { user, system } = process.cpuUsage();
  const own = [process.pid, { part: 'generator', seconds: (user + system) / 1e6 }] as const;
  return { processes: new Map([own, ...times]), machine: readMachineSeconds() };
}

function readAllProcesses(): Map<number, ProcessTimes> {
  const ids =
    readFileOrEmpty('/proc/stat') === '' ? [] : readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  const times = ids.flatMap((id) => {
    // The name, in brackets, may hold spaces.
    const fields = readFileOrEmpty(`/proc/${id}/stat`).split(') ')[1]?.split(' ');
    if (fields === undefined) return [];
    const ticks = fields.slice(11, 15).reduce((sum, each) => sum + Number(each), 0);
    return [[Number(id), { parent: Number(fields[1]), seconds: ticks / ticksPerSecond }] as const];
  });
  return new Map(times);
}

function cpuSecondsWithChildren(pid: number, all: ReadonlyMap<number, ProcessTimes>): number {
  const children = [...all].filter(([, { parent }]) => parent === pid).map(([child]) => child);
  return children.reduce(
    (sum, child) => sum + cpuSecondsWithChildren(child, all),
    all.get(pid)?.seconds ?? 0,
  );
}

const processPatterns: readonly (readonly [sign: RegExp, part: ProcessKind])[] = [
  [/api\/src\/main\.js/, 'replica'],
  [/worker\0model/, 'model'],
  [/nginx/, 'nginx'],
  [/redis-server/, 'redis'],
  [/postgres/, 'postgres'],
];

function processKindOf(pid: number): ProcessKind | null {
  const command = readFileOrEmpty(`/proc/${pid}/cmdline`);
  return processPatterns.find(([sign]) => sign.test(command))?.[1] ?? null;
}

function readMachineSeconds(): number {
  const [user = 0, nice = 0, system = 0, , , irq = 0, softIrq = 0] = readFileOrEmpty('/proc/stat')
    .split('\n')[0]!
    .split(/\s+/)
    .slice(1)
    .map(Number);
  return (user + nice + system + irq + softIrq) / ticksPerSecond;
}

/** Processes come and go. */
function readFileOrEmpty(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
