import { JsonObjectField, EnumField, PageQuery, StringField, DateTimeField, IntegerField } from '#http';

/** Which entries of the audit log are asked for; filters narrow together. */
export class AuditQuery extends PageQuery {
  @StringField({ min: 1, max: 250, optional: true, description: 'Who did it, such as key:<id> or jwt:<sub>' })
  actor?: string;

  @StringField({ min: 1, max: 100, optional: true, description: 'Whom it concerned; a deleted tenant too' })
  tenant_id?: string;

  @StringField({
    max: 100,
    pattern: /^[a-z_]+\.(?:[a-z_]+|\*)$/,
    patternHint: '<kind>.<verb>, or <kind>.* for all of a kind',
    optional: true,
    description: 'Such as key.revoke, or configuration.* for all of a kind',
  })
  action?: string;

  @DateTimeField({ optional: true, description: 'From this moment on' })
  from?: string;

  @DateTimeField({ optional: true, description: 'Before this moment' })
  to?: string;
}

/** One administrative act. */
export class AuditEntryResponse {
  @IntegerField({ description: 'Unique, and roughly in the order of time', example: 4711 })
  id!: number;

  @DateTimeField()
  at!: string;

  @StringField({ description: 'key:<id>, jwt:<sub>, db:<user> or system', example: 'key:4f1c2a9b7d3e5f60' })
  actor!: string;

  @EnumField(['member', 'tenant_admin', 'platform_admin', 'system'], { example: 'platform_admin' })
  role!: string;

  @StringField({ nullable: true, description: 'Where the request came from', example: '203.0.113.7' })
  address!: string | null;

  @StringField({ description: '<kind>.<verb>', example: 'plan.update' })
  action!: string;

  @StringField({ nullable: true, description: 'The tenant it concerned, if any', example: null })
  tenant_id!: string | null;

  @StringField({ description: 'The key of what was acted on', example: 'pro' })
  target!: string;

  @JsonObjectField({
    nullable: true,
    description: 'Of an update what changed, of a deletion all; null once the tenant was deleted',
    example: { ceilings: { max_tokens: 4000 } },
  })
  before!: Record<string, unknown> | null;

  @JsonObjectField({
    nullable: true,
    description: 'Of an update what changed, of a creation all; null once the tenant was deleted',
    example: { ceilings: { max_tokens: 3000 } },
  })
  after!: Record<string, unknown> | null;
}
