import { Injectable } from '@nestjs/common';
import { NotFoundError, RateLimitedError, isObjectId } from '#kernel';
import type { DeliveryRecord } from '../webhook-delivery.entity.js';
import { DeliveryRepository } from './delivery.repository.js';
import { WebhookSender } from './webhook-sender.js';

/** A test waits up to 15 s for its receiver, and stays in the log of deliveries. */
const testsPerMinute = 10;

/** What a test of a webhook is about. */
export interface WebhookTest {
  /** The tenant of the webhook; null for the platform. */
  readonly owner: string | null;
  readonly webhookId: string;
  readonly actor: string;
  readonly requestId: string | undefined;
}

/** Sends the event `webhook.test` at once and one time only, also to a webhook that is disabled. The webhook's state stays as it is. */
@Injectable()
export class WebhookTestService {
  constructor(
    private readonly repository: DeliveryRepository,
    private readonly sender: WebhookSender,
  ) {}

  /** @throws NotFoundError when the owner has no such webhook. @throws RateLimitedError after 10 tests of it within a minute. */
  async send({ owner, webhookId, actor, requestId }: WebhookTest): Promise<DeliveryRecord> {
    if (!isObjectId(webhookId)) throw notFoundError();
    await this.assertBelowLimit(webhookId, owner);
    const data = { tenant_id: owner, webhook_id: webhookId, actor, request_id: requestId ?? null };
    const delivery = await this.repository.createTest({ owner, webhookId, data });
    if (delivery === null) throw notFoundError();
    const { attempt, isDelivered } = await this.sender.send(delivery);
    const state = isDelivered ? 'delivered' : 'failed';
    await this.repository.endTest(delivery.id, state, attempt);
    const { id, event, created_at } = delivery;
    return {
      id,
      event,
      tenant_id: owner,
      state,
      data,
      attempts: [attempt],
      next_attempt_at: null,
      created_at,
    };
  }

  /** Tests that begin at the same moment may be a few more. */
  private async assertBelowLimit(webhookId: string, owner: string | null): Promise<void> {
    const recent = await this.repository.findRecentTests(webhookId, owner, testsPerMinute);
    if (recent.length < testsPerMinute) return;
    const resetsAt = new Date(recent[0]!.getTime() + 60_000);
    const waitSeconds = Math.max(1, Math.ceil((resetsAt.getTime() - Date.now()) / 1_000));
    throw new RateLimitedError(
      `This webhook was tested ${testsPerMinute} times within a minute. The next test is possible in ${waitSeconds} s.`,
      {
        limit: testsPerMinute,
        remaining: 0,
        resets_at: resetsAt.toISOString(),
        retry_after_s: waitSeconds,
      },
    );
  }
}

function notFoundError(): NotFoundError {
  return new NotFoundError('There is no such webhook.');
}
