import { readFileSync, readdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';

export type ProcessKind = 'replica' | 'postgres' | 'model' | 'nginx' | 'redis' | 'generator';

/** CPU seconds so far: of each process that this one started, with its children, and of the whole machine. */
export interface CpuTimes {
  /** By process id. */
  readonly processes: ReadonlyMap<number, { readonly kind: ProcessKind; readonly seconds: number }>;
  /** All cores together, whatever process used them. */
  readonly machine: number;
}

interface ProcessTimes {
  readonly parent: number;
  /** Its own, and those of its children that have ended. */
  readonly seconds: number;
}

/** The unit of Linux, on every architecture that Node runs on. */
const ticksPerSecond = 100;

export const coreCount = availableParallelism();

/** Reads /proc on Linux; elsewhere only this process is known. Servers that this run did not start count only for the machine. */
export function readCpuTimes(): CpuTimes {
  const all = readAllProcesses();
  const times = [...all].flatMap(([pid, { parent }]) => {
    const kind = parent === process.pid ? processKindOf(pid) : null;
    return kind === null ? [] : [[pid, { kind, seconds: cpuSecondsWithChildren(pid, all) }] as const];
  });
  const { user, system } = process.cpuUsage();
  const own = [process.pid, { kind: 'generator', seconds: (user + system) / 1e6 }] as const;
  return { processes: new Map([own, ...times]), machine: readMachineSeconds() };
}

function readAllProcesses(): Map<number, ProcessTimes> {
  const ids =
    readFileOrEmpty('/proc/stat') === '' ? [] : readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  const times = ids.flatMap((id) => {
    // The name, in brackets, may contain spaces.
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

const processPatterns: readonly (readonly [pattern: RegExp, kind: ProcessKind])[] = [
  [/api\/src\/main\.js/, 'replica'],
  [/worker\0model/, 'model'],
  [/nginx/, 'nginx'],
  [/redis-server/, 'redis'],
  [/postgres/, 'postgres'],
];

function processKindOf(pid: number): ProcessKind | null {
  const command = readFileOrEmpty(`/proc/${pid}/cmdline`);
  return processPatterns.find(([pattern]) => pattern.test(command))?.[1] ?? null;
}

function readMachineSeconds(): number {
  const [user = 0, nice = 0, system = 0, , , irq = 0, softIrq = 0] = readFileOrEmpty('/proc/stat')
    .split('\n')[0]!
    .split(/\s+/)
    .slice(1)
    .map(Number);
  return (user + nice + system + irq + softIrq) / ticksPerSecond;
}

/** Empty if the process has ended meanwhile. */
function readFileOrEmpty(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
