import { EnumField, StringField, DateTimeField } from '#http';

export class KeyRequest {
  @StringField({ min: 1, max: 200, description: 'What it is for', example: 'web shop' })
  name!: string;

  @EnumField(['member', 'tenant_admin'], { example: 'member' })
  role!: 'member' | 'tenant_admin';

  @DateTimeField({
    optional: true,
    nullable: true,
    description: 'When it ends; never unless told',
    example: '2030-01-01T00:00:00Z',
  })
  expires_at?: string | null;
}

/** What every answer says of a key. */
class KeySummary {
  @StringField({ example: '4f1c2a9b7d3e5f60' })
  id!: string;

  @StringField({ example: 'web shop' })
  name!: string;

  @EnumField(['member', 'tenant_admin'], { example: 'member' })
  role!: string;

  @DateTimeField({ nullable: true, example: '2030-01-01T00:00:00.000Z' })
  expires_at!: string | null;
}

export class KeyResponse extends KeySummary {
  @DateTimeField()
  created_at!: string;

  @DateTimeField({ nullable: true, description: 'To the minute' })
  last_used_at!: string | null;
}

export class IssuedKeyResponse extends KeySummary {
  @StringField({
    description: 'Shown this once',
    example: 'atn_4f1c2a9b7d3e5f60_0123456789abcdef0123456789abcdef0123456789abcdef',
  })
  key!: string;
}
