import { once } from 'node:events';
import { type IncomingHttpHeaders, type IncomingMessage, type ServerResponse, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { waitFor } from '#testing';
import { Webhook } from 'standardwebhooks';

/** One attempt as it arrived. */
export interface ReceivedAttempt {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** The body of an attempt. */
export interface ReceivedEvent {
  readonly type: string;
  readonly timestamp: string;
  readonly data: Record<string, unknown>;
}

type Answer = (response: ServerResponse, attempt: ReceivedAttempt) => unknown;

/** A receiver on loopback that records every attempt. It answers 204 unless a test says otherwise. */
export class WebhookReceiver {
  readonly attempts: ReceivedAttempt[] = [];
  answer: Answer = (response) => response.writeHead(204).end();
  private readonly server = createServer((request, response) => void this.receive(request, response));

  static async start(): Promise<WebhookReceiver> {
    const receiver = new WebhookReceiver();
    receiver.server.listen(0, '127.0.0.1');
    await once(receiver.server, 'listening');
    return receiver;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/hook`;
  }

  /** The events of all attempts, in the order of their arrival. */
  get events(): ReceivedEvent[] {
    return this.attempts.map(({ body }) => JSON.parse(body) as ReceivedEvent);
  }

  /** The data of the first event of this type, once it has arrived. */
  async dataOf(type: string): Promise<Record<string, unknown>> {
    const event = await waitFor(() => this.events.find((received) => received.type === type), {
      timeoutMs: 60_000,
      what: `${type} arrives`,
    });
    return event.data;
  }

  async waitForAttempts(count: number): Promise<void> {
    await waitFor(() => this.attempts.length >= count, {
      timeoutMs: 90_000,
      what: `${count} attempts arrive`,
    });
  }

  close(): void {
    this.server.closeAllConnections();
    this.server.close();
  }

  private async receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const attempt = { headers: request.headers, body: Buffer.concat(chunks).toString() };
    this.attempts.push(attempt);
    this.answer(response, attempt);
  }
}

/** Verifies an attempt as receivers do. @throws WebhookVerificationError */
export function verify(secret: string, { headers, body }: ReceivedAttempt): ReceivedEvent {
  return new Webhook(secret).verify(body, headers as Record<string, string>) as ReceivedEvent;
}
