import { setTimeout as pause } from 'node:timers/promises';
import { Socket } from 'node:net';
import { Client, type QueryResult, type QueryResultRow } from 'pg';

/** Silence is counted in slices, so that a pause of this process itself counts as one slice, however long it was. */
const sliceMs = 200;
/** A server that has answered slowly within this time is busy rather than gone. */
const replyMemoryMs = 60_000;
const busyFactor = 3;

/** The server accepted the query and did not answer. */
class NoReplyError extends Error {
  readonly code = 'ETIMEDOUT';

  constructor() {
    super('The server does not answer.');
  }
}

/** The server answers, and cannot be used just now. */
export class UnusableServerError extends Error {}

/** The server takes no writes. */
export class StandbyServerError extends UnusableServerError {
  constructor() {
    super('The server is a standby.');
  }
}

/** What the probe asks, and what the answer must be. */
export interface ServerCheck<Row extends QueryResultRow> {
  readonly sql: string;
  /** @throws UnusableServerError, or what an operator has to mend. */
  verify(row: Row): void;
}

/** The probe recognizes a standby, because a standby would answer reads with old rows. */
export const primaryCheck: ServerCheck<{ readonly is_standby: boolean }> = {
  sql: 'SELECT pg_is_in_recovery() AS is_standby',
  verify: ({ is_standby: isStandby }) => {
    if (isStandby) throw new StandbyServerError();
  },
};

interface ProbeConnection {
  readonly client: Client;
  readonly socket: Socket;
}

/** Checks whether the server answers, on a connection of its own, which no lock and no full pool can block. */
export class ServerProbe<Row extends QueryResultRow = QueryResultRow> {
  private connection: ProbeConnection | null = null;
  private isClosed = false;
  /** Of the last minute: when a reply came, and after how long. */
  private replies: { readonly at: number; readonly durationMs: number }[] = [];

  /** @param outageMs How long the server may be silent; more if its slowest reply of the last minute took longer than a third. */
  constructor(
    private readonly url: string,
    private readonly outageMs: number,
    private readonly check: ServerCheck<Row>,
  ) {}

  /**
   * Resolves when the server answers as the check demands. If the server has closed the connection since the last call, this tries
   * once more on a new one.
   *
   * @throws NoReplyError after the silence that counts as an outage, what the check throws, or the error of the driver.
   */
  async ping(): Promise<void> {
    const { connection } = this;
    if (connection === null) return this.pingOnNewConnection();
    try {
      await this.awaitReply(connection, () => connection.client.query(this.check.sql));
    } catch (error) {
      if (error instanceof NoReplyError || error instanceof UnusableServerError) throw error;
      await this.pingOnNewConnection();
    }
  }

  /** Closes the connection for good. */
  close(): void {
    this.isClosed = true;
    this.connection?.socket.destroy();
    this.connection = null;
  }

  private async pingOnNewConnection(): Promise<void> {
    if (this.isClosed) throw new Error('The probe is closed.');
    const connection = this.connect();
    const { client } = connection;
    this.connection = connection;
    await this.awaitReply(connection, () => client.connect().then(() => client.query(this.check.sql)));
  }

  private connect(): ProbeConnection {
    const socket = new Socket();
    const client = new Client({
      connectionString: this.url,
      application_name: 'attune',
      stream: () => socket,
    });
    // The next ping finds the connection closed and opens another one.
    client.on('error', () => undefined);
    return { client, socket };
  }

  private async awaitReply(
    { socket }: ProbeConnection,
    sendQuery: () => Promise<QueryResult<Row>>,
  ): Promise<void> {
    const replied = new AbortController();
    const startedAt = performance.now();
    try {
      const { rows } = await Promise.race([
        sendQuery(),
        rejectAfterSilence(this.silenceLimitMs(startedAt), replied.signal),
      ]);
      this.replies.push({ at: performance.now(), durationMs: performance.now() - startedAt });
      this.check.verify(rows[0]!);
    } catch (error) {
      socket.destroy();
      this.connection = null;
      throw error;
    } finally {
      replied.abort();
    }
  }

  private silenceLimitMs(now: number): number {
    this.replies = this.replies.filter(({ at }) => now - at < replyMemoryMs);
    const slowestMs = Math.max(0, ...this.replies.map(({ durationMs }) => durationMs));
    return Math.max(this.outageMs, busyFactor * slowestMs);
  }
}

async function rejectAfterSilence(limitMs: number, signal: AbortSignal): Promise<never> {
  for (let silentMs = 0; silentMs < limitMs; silentMs += sliceMs) await pause(sliceMs, undefined, { signal });
  throw new NoReplyError();
}
