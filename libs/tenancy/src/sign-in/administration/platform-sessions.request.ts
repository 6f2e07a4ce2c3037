import { PageQuery, StringField } from '#http';
import { InvalidInputError } from '#kernel';

const tenantIdField = {
  pattern: /^[a-z0-9-]{1,100}$/,
  patternHint: '1 to 100 of a-z 0-9 -',
  optional: true,
  description: 'Only sessions of this tenant',
  example: 'acme-law',
} as const;
const actorField = {
  min: 1,
  max: 259,
  optional: true,
  description: 'Only sessions of this actor, such as key:<id> or jwt:<sub>',
  example: 'key:4f1c2a9b7d3e5f60',
} as const;

export class PlatformSessionsQuery extends PageQuery {
  @StringField(tenantIdField)
  tenant_id?: string;

  @StringField(actorField)
  actor?: string;
}

/** Whose sessions end: at least one of both. */
export class EndSessionsQuery {
  @StringField(tenantIdField)
  tenant_id?: string;

  @StringField(actorField)
  actor?: string;
}

/** @throws InvalidInputError when nobody is named. */
export function assertNamed({ tenant_id: tenantId, actor }: Partial<EndSessionsQuery>): void {
  if (tenantId !== undefined || actor !== undefined) return;
  const message = 'Name whose sessions end: tenant_id, actor or both.';
  throw new InvalidInputError(['tenant_id', 'actor'].map((field) => ({ field, rule: 'required', message })));
}
