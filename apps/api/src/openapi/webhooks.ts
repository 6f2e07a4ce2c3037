import { type WebhookEvent, exampleOfEvent, webhookEvents } from '#plugs';

const header = (name: string, description: string, example: string): object => ({
  name,
  in: 'header',
  required: true,
  description,
  schema: { type: 'string' },
  example,
});

/** The headers of Standard Webhooks. */
const headers = [
  header(
    'webhook-id',
    'Names the delivery: the same for all attempts, so a receiver can ignore repetitions.',
    '2f1c2a9b7d3e5f604f1c2a9b7d3e5f60',
  ),
  header('webhook-timestamp', 'Seconds since the epoch, of the attempt.', '1795426200'),
  header(
    'webhook-signature',
    'Signatures (HMAC-SHA256 of `id.timestamp.body`), separated by spaces; two while a secret is rotated.',
    'v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4=',
  ),
];

/** The section `webhooks` of the document: one entry for each event. */
export function describeWebhooks(): Record<string, object> {
  return Object.fromEntries(webhookEvents.map((event) => [event.name, { post: describeEvent(event) }]));
}

function describeEvent(event: WebhookEvent): object {
  const { name, description, isForPlatformOnly } = event;
  return {
    operationId: `on_${name.replace('.', '_')}`,
    tags: [isForPlatformOnly ? 'platform: webhooks' : 'webhooks'],
    // The signature takes the place of a credential.
    security: [],
    summary: description,
    description: isForPlatformOnly
      ? 'Only webhooks of the platform receive it.'
      : 'Every webhook can receive it.',
    parameters: headers,
    requestBody: {
      required: true,
      content: { 'application/json': { schema: schemaOf(event), example: exampleOfEvent(event) } },
    },
    responses: {
      '2XX': { description: 'The delivery has ended.' },
      '410': { description: 'The receiver is gone: the webhook is disabled.' },
      default: { description: 'Another attempt follows, ten in all within about 75 hours.' },
    },
  };
}

function schemaOf({ name, data }: WebhookEvent): object {
  const text = { type: 'string' };
  const textOrNull = { type: ['string', 'null'] };
  const specific = Object.fromEntries(
    Object.entries(data).map(([member, value]) => [member, typeOf(member, value)]),
  );
  const members = { tenant_id: textOrNull, ...specific, actor: text, request_id: textOrNull };
  return {
    type: 'object',
    required: ['type', 'timestamp', 'data'],
    properties: {
      type: { type: 'string', enum: [name] },
      timestamp: { type: 'string', format: 'date-time', description: 'When it happened' },
      data: { type: 'object', required: Object.keys(members), properties: members },
    },
  };
}

/** Events of the platform have no version. */
function typeOf(member: string, example: unknown): object {
  if (member === 'version') return { type: ['integer', 'null'] };
  if (Array.isArray(example)) return { type: 'array', items: { type: 'string' } };
  if (typeof example === 'number') return { type: 'number' };
  return { type: ['string', 'null'] };
}
