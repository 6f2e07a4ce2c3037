import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The requests that a worker handles, by name. Answers are passed as JSON. */
export interface WorkerHandlers {
  readonly [question: string]: (parameters: never) => unknown;
}

interface WorkerRequest {
  readonly id: number;
  readonly question: string;
  readonly parameters: unknown;
}

interface WorkerReply {
  readonly id: number;
  readonly answer?: unknown;
  readonly error?: string;
}

export interface WorkerOptions {
  /** The worker's whole environment, except for PATH. `DATA_DIR` is in a folder that is removed with the worker. */
  readonly env?: Readonly<Record<string, string>>;
  readonly nodeOptions?: readonly string[];
}

const benchmarkProgram = join(import.meta.dirname, 'main.js');

/** A process of the benchmark that measures on request. Its output goes to a file. */
export class Worker {
  private readonly pending = new Map<number, PromiseWithResolvers<unknown>>();
  private readonly exited: Promise<unknown>;
  private requestCount = 0;

  private constructor(
    private readonly child: ChildProcess,
    private readonly folder: string,
  ) {
    child.on('message', (answer: WorkerReply) => this.resolveReply(answer));
    this.exited = once(child, 'exit').then(() => this.rejectAll());
  }

  /** Starts the worker `name`, as listed in `main.ts`. */
  static start(name: string, { env = {}, nodeOptions = [] }: WorkerOptions = {}): Worker {
    const folder = mkdtempSync(join(tmpdir(), 'attune-bench-'));
    const log = openSync(join(folder, 'log'), 'w');
    const child = spawn(
      process.execPath,
      [...process.execArgv, ...nodeOptions, benchmarkProgram, 'worker', name],
      {
        cwd: folder,
        env: { PATH: process.env['PATH'], DATA_DIR: join(folder, 'data'), ...env },
        stdio: ['ignore', log, log, 'ipc'],
      },
    );
    closeSync(log);
    return new Worker(child, folder);
  }

  /** @throws Error with what the worker threw, or with its output if it exited. */
  async ask<Result>(question: string, parameters: unknown = null): Promise<Result> {
    const id = (this.requestCount += 1);
    const answer = Promise.withResolvers<unknown>();
    this.pending.set(id, answer);
    this.child.send({ id, question, parameters } satisfies WorkerRequest);
    return (await answer.promise) as Result;
  }

  async stop(): Promise<void> {
    if (this.child.connected) this.child.disconnect();
    await this.exited;
    rmSync(this.folder, { recursive: true, force: true });
  }

  private resolveReply({ id, answer, error }: WorkerReply): void {
    const waiting = this.pending.get(id);
    this.pending.delete(id);
    if (error === undefined) waiting?.resolve(answer);
    else waiting?.reject(new Error(`${error}\n${this.output()}`));
  }

  private rejectAll(): void {
    for (const { reject } of this.pending.values())
      reject(new Error(`The measuring process ended:\n${this.output()}`));
  }

  private output(): string {
    return readFileSync(join(this.folder, 'log'), 'utf8').slice(-4_000);
  }
}

/** Runs in the worker: answers requests until the parent disconnects, then calls `atEnd` and exits. */
export function serveWorker(handlers: WorkerHandlers, atEnd: () => Promise<void>): void {
  process.on('message', (message: WorkerRequest) => {
    void handleRequest(handlers, message).then((sent) => process.connected && process.send!(sent));
  });
  process.once('disconnect', () => {
    void atEnd().finally(() => process.exit(0));
  });
}

async function handleRequest(
  handlers: WorkerHandlers,
  { id, question, parameters }: WorkerRequest,
): Promise<WorkerReply> {
  try {
    return { id, answer: (await handlers[question]!(parameters as never)) ?? null };
  } catch (error) {
    return { id, error: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}

/** Milliseconds on the machine's monotonic clock, so that times of two processes can be compared. */
export function monotonicMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}
