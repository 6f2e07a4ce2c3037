import type { FaultProxy } from './fault-proxy.js';

/** What a replica asks of Postgres, as it passes its link; one text for each message, parameters included. */
export class StatementLog {
  readonly all: string[] = [];
  readonly stop: () => void;

  constructor(link: FaultProxy) {
    this.stop = link.watch((bytes) => void this.all.push(bytes.toString('latin1')));
  }

  /** Those that read or write something: not the begin and the end of a transaction. */
  get dataStatements(): string[] {
    return this.matching(/^[QP].*\b(SELECT|INSERT|UPDATE|DELETE)\b/s);
  }

  /** The statements that match the pattern, in the order in which they were sent. */
  matching(pattern: RegExp): string[] {
    return this.all.filter((text) => pattern.test(text));
  }
}

/** An answer of Postgres that is kept from its replica. */
export interface HeldResponse {
  /** The statement has been sent: Postgres has answered it, or is about to. */
  readonly sent: Promise<void>;
  release(): void;
}

/** Holds the answer to the next statement that matches, and with it everything after it on that connection. */
export function holdNextResponse(link: FaultProxy, pattern: RegExp): HeldResponse {
  return holdResponseWhen(link, (text) => pattern.test(text));
}

/** Holds the answer to the COMMIT of the next transaction in which a statement matches: it is committed, and nobody was told. */
export function holdCommitResponseAfter(link: FaultProxy, pattern: RegExp): HeldResponse {
  const writing = new Set<number>();
  return holdResponseWhen(link, (text, connection) => {
    if (pattern.test(text)) writing.add(connection);
    return writing.has(connection) && text.includes('COMMIT');
  });
}

function holdResponseWhen(
  link: FaultProxy,
  matches: (text: string, connection: number) => boolean,
): HeldResponse {
  const [reached, released] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const stop = link.watch((bytes, connection) => {
    if (!matches(bytes.toString('latin1'), connection)) return;
    stop();
    reached.resolve();
    return released.promise;
  });
  return { sent: reached.promise, release: released.resolve };
}
