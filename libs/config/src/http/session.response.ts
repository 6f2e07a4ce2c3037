import {
  ArrayField,
  DateTimeField,
  EnumField,
  IntegerField,
  ObjectField,
  StringField,
  roles,
  scopes,
} from '#http';

class RemainingUseResponse {
  @IntegerField({ min: 1, example: 10 })
  limit!: number;

  @IntegerField({ min: 0, example: 7 })
  remaining!: number;

  @DateTimeField({
    nullable: true,
    description: 'When one more is possible than now; null when nothing was used within the hour',
  })
  resets_at!: string | null;
}

/** Who the credential of the request is, and what it may still do. */
export class SessionResponse {
  @StringField({
    description: 'As the history and the audit log name it',
    example: 'key:4f1c2a9b7d3e5f60',
  })
  actor!: string;

  @StringField({
    nullable: true,
    description: 'The name of the key, or the claim name of the JWT',
    example: 'web shop',
  })
  name!: string | null;

  @EnumField(roles, { example: 'tenant_admin' })
  role!: string;

  @StringField({ nullable: true, description: 'null for a role of the platform', example: 'acme-law' })
  tenant_id!: string | null;

  @EnumField(['active', 'suspended'], {
    nullable: true,
    description: 'A suspended tenant reads everything and changes nothing. null for a role of the platform',
    example: 'active',
  })
  tenant_status!: 'active' | 'suspended' | null;

  @StringField({ nullable: true, description: 'null for a role of the platform', example: 'pro' })
  plan!: string | null;

  @ArrayField(scopes, { nullable: true, description: 'null: everything that the role may do', example: null })
  scopes!: readonly string[] | null;

  @ObjectField(() => RemainingUseResponse, {
    nullable: true,
    description:
      'Changes of the configuration in an hour; null where they are not limited, and while the database cannot be reached',
    example: { limit: 10, remaining: 7, resets_at: '2026-11-23T10:12:00.000Z' },
  })
  changes!: RemainingUseResponse | null;

  @ObjectField(() => RemainingUseResponse, {
    nullable: true,
    description:
      'Tests of a configuration in an hour; null where they are not limited, and while the database cannot be reached',
    example: { limit: 20, remaining: 20, resets_at: null },
  })
  tests!: RemainingUseResponse | null;

  @DateTimeField({
    nullable: true,
    description: 'When the credential expires; null for a key that never does',
  })
  expires_at!: string | null;
}
