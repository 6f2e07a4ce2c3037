import { setTimeout as pause } from 'node:timers/promises';
import { Socket } from 'node:net';
import { Client } from 'pg';

/**
 * Two seconds: machines that are short of CPU are silent for one now and then. In parts: one in which this process itself was
 * held up counts once, however long it took.
 */
const timeoutSlices = 10;
const sliceMs = 200;

/** The server took the question and said nothing. */
class NoReplyError extends Error {
  readonly code = 'ETIMEDOUT';

  constructor() {
    super('The server does not answer.');
  }
}

interface ProbeConnection {
  readonly client: Client;
  readonly socket: Socket;
}

/** Asks the server for a sign of life, on a connection of its own that no lock and no full pool can hold up. */
export class ServerProbe {
  private connection: ProbeConnection | null = null;
  private isClosed = false;

  constructor(private readonly url: string) {}

  /**
   * Within two seconds or so. A connection that was ended meanwhile says nothing of the server: it is asked again on a new one.
   *
   * @throws whatever the driver does, or NoReplyError.
   */
  async ping(): Promise<void> {
    const { connection } = this;
    if (connection === null) return this.pingOnNewConnection();
    try {
      await this.awaitReply(connection, () => connection.client.query('SELECT 1'));
    } catch (error) {
      if (error instanceof NoReplyError) throw error;
      await this.pingOnNewConnection();
    }
  }

  /** For good. */
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
    await this.awaitReply(connection, () => client.connect().then(() => client.query('SELECT 1')));
  }

  private connect(): ProbeConnection {
    const socket = new Socket();
    const client = new Client({
      connectionString: this.url,
      application_name: 'attune',
      stream: () => socket,
    });
    // What it says is that the next question has to find another connection.
    client.on('error', () => undefined);
    return { client, socket };
  }

  private async awaitReply({ socket }: ProbeConnection, sendQuery: () => Promise<unknown>): Promise<void> {
    const replied = new AbortController();
    try {
      await Promise.race([sendQuery(), rejectAfterSilence(replied.signal)]);
    } catch (error) {
      socket.destroy();
      this.connection = null;
      throw error;
    } finally {
      replied.abort();
    }
  }
}

async function rejectAfterSilence(signal: AbortSignal): Promise<never> {
  for (let slice = 0; slice < timeoutSlices; slice += 1) await pause(sliceMs, undefined, { signal });
  throw new NoReplyError();
}
