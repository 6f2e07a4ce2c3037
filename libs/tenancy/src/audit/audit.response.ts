import { DateTimeField, EnumField, IntegerField, JsonObjectField, StringField } from '#http';

/** One administrative act. */
export class AuditEntryResponse {
  @IntegerField({ description: 'Unique; roughly in order of time', example: 4711 })
  id!: number;

  @DateTimeField()
  at!: string;

  @StringField({
    description: 'key:<id>, jwt:<sub>, operator, db:<user> or system',
    example: 'key:4f1c2a9b7d3e5f60',
  })
  actor!: string;

  @EnumField(['member', 'tenant_admin', 'platform_admin', 'system'], { example: 'platform_admin' })
  role!: string;

  @StringField({ nullable: true, description: 'Address of the client', example: '203.0.113.7' })
  address!: string | null;

  @StringField({ description: '<kind>.<verb>', example: 'plan.update' })
  action!: string;

  @StringField({ nullable: true, description: 'The tenant that the act concerned, if any', example: null })
  tenant_id!: string | null;

  @StringField({ description: 'The id of the changed object', example: 'pro' })
  target!: string;

  @JsonObjectField({
    nullable: true,
    description:
      'Before an update: the fields that changed. Before a deletion: all fields. Null after the tenant was deleted.',
    example: { ceilings: { max_tokens: 4000 } },
  })
  before!: Record<string, unknown> | null;

  @JsonObjectField({
    nullable: true,
    description:
      'After an update: the fields that changed. After a creation: all fields. Null after the tenant was deleted.',
    example: { ceilings: { max_tokens: 3000 } },
  })
  after!: Record<string, unknown> | null;
}
