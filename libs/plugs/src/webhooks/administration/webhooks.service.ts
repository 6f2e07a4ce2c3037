import { Injectable } from '@nestjs/common';
import { type Author, Database, allTenants } from '#database';
import { Egress } from '#egress';
import {
  Accepted,
  type Page,
  type PageQuery,
  type Principal,
  decodeCursor,
  paginateInMemory,
  toPage,
} from '#http';
import { ConflictError, InvalidInputError, NotFoundError, isObjectId } from '#kernel';
import { formatSecret, generateSecret } from '../delivery/signature.js';
import { findWebhookErrors } from './find-webhook-errors.js';
import { toDeliveryResponse, toWebhookResponse } from './to-webhook-response.js';
import { type WebhookChange, type WebhookOwner, WebhookRepository } from './webhook.repository.js';
import type { DeliveriesQuery, WebhookRequest } from './webhook.request.js';
import type {
  CreatedWebhookResponse,
  RotatedSecretResponse,
  WebhookDeliveryResponse,
  WebhookResponse,
} from './webhook.response.js';

/** Of a tenant, or of the platform. Two requests at the same time may both be below it. */
const maxWebhooks = 20;

/** Webhooks for their owner: a tenant, or the platform where the owner is null. Other owners' webhooks are not found. */
@Injectable()
export class WebhooksService {
  constructor(
    private readonly database: Database,
    private readonly repository: WebhookRepository,
    private readonly egress: Egress,
  ) {}

  /** Newest first. @throws InvalidInputError when the cursor does not come from this list. */
  async list(owner: WebhookOwner, query: PageQuery): Promise<Page<WebhookResponse>> {
    const webhooks = await this.readList(owner, () => this.repository.list(owner));
    return paginateInMemory(webhooks.map(toWebhookResponse), query);
  }

  /** @throws NotFoundError */
  async get(owner: WebhookOwner, id: string): Promise<WebhookResponse> {
    assertId(id);
    const webhook = await this.read(owner, () => this.repository.find(owner, id));
    return toWebhookResponse(webhook ?? throwNotFound());
  }

  /** @throws ConflictError when the owner has 20 webhooks. @throws InvalidInputError */
  async create(
    owner: WebhookOwner,
    { url, events }: WebhookRequest,
    author: Principal,
  ): Promise<CreatedWebhookResponse> {
    this.assertValid({ url, events });
    const secret = generateSecret();
    const webhook = { url, events, secret, createdBy: author.actor };
    const created = await this.write(owner, author, async () => {
      if ((await this.repository.list(owner)).length >= maxWebhooks) throw tooManyError();
      return this.repository.insert(owner, webhook);
    });
    return { ...toWebhookResponse(created), secret: formatSecret(secret) };
  }

  /** @throws NotFoundError @throws InvalidInputError */
  async update(
    owner: WebhookOwner,
    id: string,
    change: WebhookChange,
    author: Author,
  ): Promise<WebhookResponse> {
    this.assertValid(change);
    assertId(id);
    const updated = await this.write(owner, author, () => this.repository.update(owner, id, change));
    return toWebhookResponse(updated ?? throwNotFound());
  }

  /** Deletes the webhook with its deliveries. @throws NotFoundError */
  async remove(owner: WebhookOwner, id: string, author: Author): Promise<void> {
    assertId(id);
    if (!(await this.write(owner, author, () => this.repository.delete(owner, id)))) throwNotFound();
  }

  /** For 24 hours both secrets sign. @throws NotFoundError */
  async rotateSecret(owner: WebhookOwner, id: string, author: Author): Promise<RotatedSecretResponse> {
    assertId(id);
    const secret = generateSecret();
    const rotate = () => this.repository.rotateSecret(owner, id, secret);
    const webhook = (await this.write(owner, author, rotate)) ?? throwNotFound();
    return { id, secret: formatSecret(secret), rotation_ends_at: webhook.rotation_ends_at!.toISOString() };
  }

  /** Newest first. @throws NotFoundError @throws InvalidInputError when the cursor does not come from this list. */
  async listDeliveries(
    owner: WebhookOwner,
    id: string,
    { limit, cursor, state }: DeliveriesQuery,
  ): Promise<Page<WebhookDeliveryResponse>> {
    assertId(id);
    const before = cursor === undefined ? null : decodeCursor(cursor, isObjectId)[0];
    const page = { limit: limit + 1, before, state: state ?? null };
    const rows = await this.readList(owner, async () => {
      if (!(await this.repository.find(owner, id))) throwNotFound();
      return this.repository.listDeliveries(id, page);
    });
    return toPage(rows, limit, { item: toDeliveryResponse, keys: ({ id: last }) => [last] });
  }

  /**
   * Sends a delivery again, with the same `webhook-id`, in the background.
   *
   * @throws NotFoundError @throws ConflictError when the webhook is disabled.
   */
  async replay(
    owner: WebhookOwner,
    { id, delivery, path }: { readonly id: string; readonly delivery: string; readonly path: string },
    author: Author,
  ): Promise<Accepted<WebhookDeliveryResponse>> {
    assertId(id);
    const replayed = await this.write(owner, author, async () => {
      const webhook = (await this.repository.find(owner, id)) ?? throwNotFound();
      if (webhook.state === 'disabled') throw disabledError();
      return isObjectId(delivery) ? this.repository.replay(id, delivery) : null;
    });
    if (replayed === null) throw new NotFoundError('There is no such delivery.');
    return new Accepted(toDeliveryResponse(replayed), `${path}/${id}/deliveries`);
  }

  /** @throws InvalidInputError for what field declarations cannot express. */
  assertValid(change: WebhookChange): void {
    const errors = findWebhookErrors(change, this.egress);
    if (errors.length > 0) throw new InvalidInputError(errors);
  }

  private read<T>(owner: WebhookOwner, work: () => Promise<T>): Promise<T> {
    return owner === null
      ? this.database.readAsPlatform(allTenants, work)
      : this.database.readAsTenant(owner, work);
  }

  private readList<T>(owner: WebhookOwner, work: () => Promise<T>): Promise<T> {
    return owner === null
      ? this.database.listAsPlatform(allTenants, work)
      : this.database.listAsTenant(owner, work);
  }

  private write<T>(owner: WebhookOwner, author: Author, work: () => Promise<T>): Promise<T> {
    return owner === null
      ? this.database.asPlatform(allTenants, work, author)
      : this.database.asTenant(owner, work, author);
  }
}

function assertId(id: string): void {
  if (!isObjectId(id)) throwNotFound();
}

function throwNotFound(): never {
  throw new NotFoundError('There is no such webhook.');
}

function tooManyError(): ConflictError {
  const message = `There are ${maxWebhooks} webhooks, and there can be no more. Delete one that is no longer used.`;
  return new ConflictError(message, { limit: maxWebhooks });
}

function disabledError(): ConflictError {
  return new ConflictError('The webhook is disabled. Make it active with PATCH {"state": "active"} first.');
}
