import type { FaultProxy } from './fault-proxy.js';

/** What a replica asks of Postgres, as it passes its link; one text for each message, parameters included. */
export class Statements {
  readonly all: string[] = [];
  readonly stop: () => void;

  constructor(link: FaultProxy) {
    this.stop = link.watch((bytes) => void this.all.push(bytes.toString('latin1')));
  }

  /** Those that read or write something: not the begin and the end of a transaction. */
  get asking(): string[] {
    return this.matching(/^[QP].*\b(SELECT|INSERT|UPDATE|DELETE)\b/s);
  }

  matching(pattern: RegExp): string[] {
    return this.all.filter((text) => pattern.test(text));
  }
}

/** An answer of Postgres that is kept from its replica. */
export interface HeldAnswer {
  /** The statement has been sent: Postgres has answered it, or is about to. */
  readonly reached: Promise<void>;
  release(): void;
}

/** Holds the answer to the next statement that matches, and with it everything after it on that connection. */
export function holdNext(link: FaultProxy, pattern: RegExp): HeldAnswer {
  return holdWhen(link, (text) => pattern.test(text));
}

/** Holds the answer to the COMMIT of the next transaction in which a statement matches: it is committed, and nobody was told. */
export function holdCommitAfter(link: FaultProxy, pattern: RegExp): HeldAnswer {
  const writing = new Set<number>();
  return holdWhen(link, (text, connection) => {
    if (pattern.test(text)) writing.add(connection);
    return writing.has(connection) && text.includes('COMMIT');
  });
}

function holdWhen(link: FaultProxy, isIt: (text: string, connection: number) => boolean): HeldAnswer {
  const [reached, released] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const stop = link.watch((bytes, connection) => {
    if (!isIt(bytes.toString('latin1'), connection)) return;
    stop();
    reached.resolve();
    return released.promise;
  });
  return { reached: reached.promise, release: released.resolve };
}
