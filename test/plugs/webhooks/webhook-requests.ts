import { type ApiClient, waitFor } from '#testing';

/** The members of a webhook that tests read. */
export interface WebhookBody extends Record<string, unknown> {
  readonly id: string;
  readonly secret: string;
  readonly state: string;
}

/** The members of a delivery that tests read. */
export interface DeliveryBody extends Record<string, unknown> {
  readonly id: string;
  readonly event: string;
  readonly state: string;
  readonly attempts: readonly {
    readonly status: number | null;
    readonly error: string | null;
    readonly response: string | null;
  }[];
  readonly next_attempt_at: string | null;
}

/** A new webhook of the client's tenant; `base` is another path for the platform. */
export async function createWebhook(
  client: ApiClient,
  request: { readonly url: string; readonly events: readonly string[] },
  base = '/v1/webhooks',
): Promise<WebhookBody> {
  const { status, body } = await client.post<WebhookBody>(base, request);
  if (status !== 201) throw new Error(`The webhook was not created: ${JSON.stringify(body)}`);
  return body;
}

export async function listDeliveries(
  client: ApiClient,
  id: string,
  base = '/v1/webhooks',
): Promise<DeliveryBody[]> {
  const { body } = await client.get<{ items: DeliveryBody[] }>(`${base}/${id}/deliveries?limit=200`);
  return body.items;
}

/** Waits until the newest delivery of the webhook is as the condition says. */
export function waitForDelivery(
  client: ApiClient,
  id: string,
  condition: (delivery: DeliveryBody) => boolean,
): Promise<DeliveryBody> {
  return waitFor(async () => (await listDeliveries(client, id)).find(condition), {
    timeoutMs: 60_000,
    what: 'a delivery is as expected',
  });
}
