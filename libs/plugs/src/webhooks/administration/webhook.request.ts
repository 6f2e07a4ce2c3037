import { ArrayField, EnumField, PageQuery, StringField } from '#http';
import { platformEventNames, tenantEventNames } from '../webhook-events.js';

const UrlField = (options: { readonly optional?: true } = {}) =>
  StringField({
    ...options,
    min: 8,
    max: 2000,
    pattern: /^https?:\/\/[^\s#]+$/i,
    patternHint: 'an http or https address without a fragment',
    format: 'uri',
    description:
      'Where events are sent. Its address must be public, or be allowed by EGRESS_ALLOW. Redirects are not followed.',
    example: 'https://hooks.acme.example/attune',
  });

const EventsField = (names: readonly string[], options: { readonly optional?: true } = {}) =>
  ArrayField(names, {
    ...options,
    max: names.length,
    description: 'The events to receive, at least one',
    example: ['config.updated', 'budget.threshold'],
  });

const StateField = () =>
  EnumField(['active', 'disabled'], {
    optional: true,
    description:
      '`active` enables a webhook again, and forgets its failures. `disabled` stops it: what happens until it is active again is not delivered later.',
    example: 'active',
  });

/** A webhook of a tenant to create. */
export class WebhookRequest {
  @UrlField()
  url!: string;

  @EventsField(tenantEventNames)
  events!: string[];
}

/** A webhook of the platform to create. */
export class PlatformWebhookRequest extends WebhookRequest {
  @EventsField(platformEventNames)
  declare events: string[];
}

/** What changes of a webhook. */
export class WebhookPatchRequest {
  @UrlField({ optional: true })
  url?: string;

  @EventsField(tenantEventNames, { optional: true })
  events?: string[];

  @StateField()
  state?: 'active' | 'disabled';
}

/** What changes of a webhook of the platform. */
export class PlatformWebhookPatchRequest extends WebhookPatchRequest {
  @EventsField(platformEventNames, { optional: true })
  declare events?: string[];
}

/** A page of deliveries. */
export class DeliveriesQuery extends PageQuery {
  @EnumField(['pending', 'delivered', 'failed'], {
    optional: true,
    description: 'Only deliveries in this state.',
    example: 'failed',
  })
  state?: 'pending' | 'delivered' | 'failed';
}
