import { ArrayField, DateTimeField, EnumField, IntegerField, JsonObjectField, StringField } from '#http';
import { failingAfter } from '../delivery/retry-schedule.js';

const id = '7c1c2a9b7d3e5f604f1c2a9b7d3e5f60';
const deliveryId = '2f1c2a9b7d3e5f604f1c2a9b7d3e5f60';

const SecretField = () =>
  StringField({
    description: 'The secret that signs deliveries. Store it now: it is shown only once.',
    example: 'whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=',
  });

/** A webhook, without its secret. */
export class WebhookResponse {
  @StringField({ example: id })
  id!: string;

  @StringField({ format: 'uri', example: 'https://hooks.acme.example/attune' })
  url!: string;

  @ArrayField('string', { example: ['config.updated', 'budget.threshold'] })
  events!: readonly string[];

  @EnumField(['active', 'failing', 'disabled'], {
    description: `\`failing\`: nothing has succeeded for ${failingAfter}, attempts go on. \`disabled\`: nothing is sent until it is made \`active\`.`,
    example: 'active',
  })
  state!: 'active' | 'failing' | 'disabled';

  @StringField({ nullable: true, description: 'Why it is failing, or was disabled by the service' })
  state_reason!: string | null;

  @DateTimeField({ nullable: true, description: 'Since when no attempt has succeeded' })
  failing_since!: string | null;

  @DateTimeField({ nullable: true, description: 'Until then the secret before the last rotation signs, too' })
  rotation_ends_at!: string | null;

  @StringField({ description: 'Who made the webhook', example: 'key:0a1b2c3d4e5f6071' })
  created_by!: string;

  @DateTimeField()
  created_at!: string;
}

/** A new webhook, the only time with its secret. */
export class CreatedWebhookResponse extends WebhookResponse {
  @SecretField()
  secret!: string;
}

/** A new secret, shown only here. */
export class RotatedSecretResponse {
  @StringField({ example: id })
  id!: string;

  @SecretField()
  secret!: string;

  @DateTimeField({ description: 'Until then deliveries are signed with both secrets' })
  rotation_ends_at!: string;
}

/** How one attempt ended. */
export class DeliveryAttemptResponse {
  @DateTimeField()
  at!: string;

  @IntegerField({ nullable: true, description: 'The status of the answer; null for none', example: 204 })
  status!: number | null;

  @IntegerField({ min: 0, example: 87 })
  latency_ms!: number;

  @StringField({ nullable: true, description: 'Why the attempt failed; null when it succeeded' })
  error!: string | null;

  @StringField({
    nullable: true,
    description: 'The first 200 characters of the answer',
    example: 'thank you',
  })
  response!: string | null;
}

/** One event for one webhook, and its attempts. */
export class WebhookDeliveryResponse {
  @StringField({ description: 'The header `webhook-id` of every attempt', example: deliveryId })
  id!: string;

  @StringField({ example: 'config.updated' })
  event!: string;

  @StringField({
    nullable: true,
    description: 'The tenant that it is about; null for events of the platform',
    example: 'acme-law',
  })
  tenant_id!: string | null;

  @EnumField(['pending', 'delivered', 'failed'], { example: 'delivered' })
  state!: 'pending' | 'delivered' | 'failed';

  @JsonObjectField({
    description: '`data` of the body that is sent',
    example: { tenant_id: 'acme-law', version: 8, changed: ['temperature'] },
  })
  data!: Readonly<Record<string, unknown>>;

  @ArrayField(() => DeliveryAttemptResponse, { description: 'The last 20 attempts, oldest first' })
  attempts!: readonly DeliveryAttemptResponse[];

  @DateTimeField({ nullable: true, description: 'Null when the delivery has ended', example: null })
  next_attempt_at!: string | null;

  @DateTimeField()
  created_at!: string;
}
