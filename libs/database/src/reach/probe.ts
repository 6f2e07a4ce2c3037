import { setTimeout as pause } from 'node:timers/promises';
import { Socket } from 'node:net';
import { Client } from 'pg';

/**
 * Two seconds: machines that are short of CPU are silent for one now and then. In parts: one in which this process itself was
 * held up counts once, however long it took.
 */
const parts = 10;
const partMs = 200;

/** The server took the question and said nothing. */
class SilentError extends Error {
  readonly code = 'ETIMEDOUT';

  constructor() {
    super('The server does not answer.');
  }
}

interface Connection {
  readonly client: Client;
  readonly socket: Socket;
}

/** Asks the server for a sign of life, on a connection of its own that no lock and no full pool can hold up. */
export class Probe {
  private connection: Connection | null = null;
  private isClosed = false;

  constructor(private readonly url: string) {}

  /**
   * Within two seconds or so. A connection that was ended meanwhile says nothing of the server: it is asked again on a new one.
   *
   * @throws whatever the driver does, or SilentError.
   */
  async ask(): Promise<void> {
    const { connection } = this;
    if (connection === null) return this.askAnew();
    try {
      await this.answer(connection, () => connection.client.query('SELECT 1'));
    } catch (error) {
      if (error instanceof SilentError) throw error;
      await this.askAnew();
    }
  }

  /** For good. */
  close(): void {
    this.isClosed = true;
    this.connection?.socket.destroy();
    this.connection = null;
  }

  private async askAnew(): Promise<void> {
    if (this.isClosed) throw new Error('The probe is closed.');
    const connection = this.connect();
    const { client } = connection;
    this.connection = connection;
    await this.answer(connection, () => client.connect().then(() => client.query('SELECT 1')));
  }

  private connect(): Connection {
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

  private async answer({ socket }: Connection, question: () => Promise<unknown>): Promise<void> {
    const answered = new AbortController();
    try {
      await Promise.race([question(), silence(answered.signal)]);
    } catch (error) {
      socket.destroy();
      this.connection = null;
      throw error;
    } finally {
      answered.abort();
    }
  }
}

async function silence(signal: AbortSignal): Promise<never> {
  for (let part = 0; part < parts; part += 1) await pause(partMs, undefined, { signal });
  throw new SilentError();
}
