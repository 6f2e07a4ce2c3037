import { Injectable } from '@nestjs/common';
import { Egress, EgressRefusedError, type IncomingResponse, findEgressError } from '#egress';
import { Clock } from '#kernel';
import type { DeliveryAttempt } from '../webhook-delivery.entity.js';
import { readRetryAfter } from './retry-schedule.js';
import { signMessage, withoutSecrets } from './signature.js';

/** One event, ready to be sent to its address. */
export interface OutgoingDelivery {
  readonly id: string;
  readonly url: string;
  /** The current one first. */
  readonly secrets: readonly Buffer[];
  readonly event: string;
  readonly data: Readonly<Record<string, unknown>>;
  readonly created_at: Date;
}

/** How an attempt ended, and what the receiver asked for. */
export interface SendResult {
  readonly attempt: DeliveryAttempt;
  readonly isDelivered: boolean;
  /** 0 if the receiver did not ask for a pause. */
  readonly retryAfterMs: number;
}

const timeoutMs = 15_000;
const maxResponseCharacters = 200;
const maxResponseBytes = 1_000;
const controlCharacters = /[\p{Cc}\u2028\u2029]+/gu;

/** Sends single attempts. It never throws: whatever happens is the result of the attempt. */
@Injectable()
export class WebhookSender {
  constructor(
    private readonly egress: Egress,
    private readonly clock: Clock,
  ) {}

  async send(delivery: OutgoingDelivery, stop?: AbortSignal): Promise<SendResult> {
    const startedAt = this.clock.now();
    const signal = AbortSignal.any([AbortSignal.timeout(timeoutMs), ...(stop ? [stop] : [])]);
    const outcome = await this.request(delivery, signal).catch((error: unknown) => ({
      ...noAnswer,
      error: describeFailure(error),
    }));
    const { status, error, response, retryAfterMs } = outcome;
    const at = new Date(startedAt).toISOString();
    const attempt = { at, status, latency_ms: this.clock.now() - startedAt, error, response };
    return { attempt, isDelivered: error === null, retryAfterMs };
  }

  private async request(delivery: OutgoingDelivery, signal: AbortSignal): Promise<Outcome> {
    const { id, url, secrets } = delivery;
    const timestamp = Math.floor(this.clock.now() / 1_000);
    const body = JSON.stringify(toPayload(delivery));
    const headers = {
      'content-type': 'application/json',
      'user-agent': 'Attune-Webhooks/1',
      'webhook-id': id,
      'webhook-timestamp': String(timestamp),
      'webhook-signature': signMessage({ id, timestamp, body }, secrets),
    };
    const answer = await this.egress.fetch(url, { method: 'POST', headers, body, signal });
    const { status, ok } = answer;
    return {
      status,
      error: ok ? null : `The receiver answered with status ${status}.`,
      response: await readStart(answer),
      retryAfterMs: ok ? 0 : readRetryAfter(answer.headers.get('retry-after'), this.clock.now()),
    };
  }
}

interface Outcome {
  readonly status: number | null;
  readonly error: string | null;
  readonly response: string | null;
  readonly retryAfterMs: number;
}

const noAnswer = { status: null, response: null, retryAfterMs: 0 } as const;

function toPayload({ event, data, created_at }: OutgoingDelivery): object {
  return { type: event, timestamp: created_at.toISOString(), data };
}

/** The status decides; an answer whose body breaks off or never ends counts by its status. */
async function readStart({ body }: IncomingResponse): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  try {
    for await (const chunk of body ?? []) {
      chunks.push(chunk);
      bytes += chunk.length;
      if (bytes >= maxResponseBytes) break;
    }
  } catch {
    // What has arrived is kept.
  }
  const text = Buffer.concat(chunks).toString('utf8').toWellFormed().replaceAll(controlCharacters, ' ');
  return Array.from(withoutSecrets(text)).slice(0, maxResponseCharacters).join('');
}

/** For the owner of the webhook, so it says nothing about the network of the service. */
function describeFailure(error: unknown): string {
  const refusal = findEgressError(error);
  if (refusal instanceof EgressRefusedError)
    return 'The address is not public, and EGRESS_ALLOW does not allow it.';
  if (refusal !== null) return 'The receiver answered with a redirect, which is not followed.';
  if (error instanceof Error && error.name === 'TimeoutError')
    return `The receiver did not answer within ${timeoutMs / 1_000} seconds.`;
  return `The receiver could not be reached (${codeOf(error)}).`;
}

function codeOf(error: unknown): string {
  for (let cause = error; cause instanceof Error; cause = cause.cause)
    if ('code' in cause && typeof cause.code === 'string') return cause.code;
  return 'unknown';
}
