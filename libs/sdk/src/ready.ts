import type { Origin } from './configuration/candidate.js';
import type { AttuneEvents, AttuneStatus } from './status.js';

/** How `ready` waits. */
export interface ReadyOptions {
  /** 10 seconds by default. */
  readonly timeoutMs?: number;
  /** True: a file or a bootstrap is not enough. */
  readonly requireFresh?: boolean;
}

/** What the client has when it is ready. */
export interface Readiness {
  readonly source: Origin;
  readonly stale: boolean;
  readonly version: number;
  /** Why it is stale, or how it is kept current. */
  readonly reason: string;
}

/** There is no configuration that is good enough; it says why. */
export class AttuneNotReadyError extends Error {
  override readonly name: string = 'AttuneNotReadyError';

  constructor(
    message: string,
    readonly status: AttuneStatus,
  ) {
    super(message);
  }
}

/** A client that is waited for. */
interface Observed {
  status(): AttuneStatus;
  on<Name extends keyof AttuneEvents>(name: Name, listener: () => void): () => void;
}

/** See `Attune.ready`. */
export async function waitUntilReady(client: Observed, options: ReadyOptions): Promise<Readiness> {
  const { timeoutMs = 10_000, requireFresh = false } = options;
  const cleanUp: (() => void)[] = [];
  try {
    await new Promise<void>((resolve, reject) => {
      const check = (): void => {
        const status = client.status();
        if (isReady(status, requireFresh)) resolve();
        else if (isHopeless(status)) reject(notReady(status, `The client is ${status.state}`));
      };
      const late = (): void => reject(notReady(client.status(), `Not ready after ${timeoutMs} ms`));
      const timer = setTimeout(late, timeoutMs);
      cleanUp.push(() => clearTimeout(timer), client.on('state', check), client.on('change', check));
      check();
    });
    return toReadiness(client.status());
  } finally {
    cleanUp.forEach((clean) => clean());
  }
}

function isReady({ source, stale, state }: AttuneStatus, requireFresh: boolean): boolean {
  return source !== null && state !== 'closed' && !(requireFresh && stale);
}

/** Time does not help: a person must act. */
function isHopeless({ state }: AttuneStatus): boolean {
  return state === 'fatal' || state === 'closed';
}

function notReady(status: AttuneStatus, what: string): AttuneNotReadyError {
  return new AttuneNotReadyError(`${what}: ${status.reason}. ${status.detail}`, status);
}

function toReadiness({ source, stale, version, reason }: AttuneStatus): Readiness {
  return { source: source!, stale, version: version!, reason };
}
