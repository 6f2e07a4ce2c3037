import type { Egress } from '#egress';
import type { FieldError } from '#kernel';
import type { WebhookChange } from './webhook.repository.js';

/** What field declarations cannot express: the parts of the address, and that a list of events has entries. */
export function findWebhookErrors({ url, events }: WebhookChange, egress: Egress): FieldError[] {
  return [...(url === undefined ? [] : findUrlErrors(url, egress)), ...findEventErrors(events)];
}

function findUrlErrors(url: string, egress: Egress): FieldError[] {
  const refuse = (message: string): FieldError[] => [{ field: 'url', rule: 'pattern', value: url, message }];
  if (!URL.canParse(url))
    return refuse('url must be an http or https address such as https://hooks.example/attune.');
  const { username, password } = new URL(url);
  if (username !== '' || password !== '')
    return refuse('url must not contain a user or a password; deliveries are signed instead.');
  if (egress.refuses(url))
    return refuse('url must have a public address, or one that the operator allows with EGRESS_ALLOW.');
  return [];
}

function findEventErrors(events: readonly string[] | undefined): FieldError[] {
  if (events?.length !== 0) return [];
  const message = 'events must have at least one entry. Delete the webhook to receive nothing.';
  return [{ field: 'events', rule: 'min', value: events, min: 1, message }];
}
