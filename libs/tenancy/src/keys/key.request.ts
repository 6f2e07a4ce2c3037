import { OneOf, Text, Time } from '#http';

export class KeyRequest {
  @Text({ min: 1, max: 200, description: 'What it is for', example: 'web shop' })
  name!: string;

  @OneOf(['member', 'tenant_admin'], { example: 'member' })
  role!: 'member' | 'tenant_admin';

  @Time({
    optional: true,
    nullable: true,
    description: 'When it ends; never unless told',
    example: '2030-01-01T00:00:00Z',
  })
  expires_at?: string | null;
}

/** What every answer says of a key. */
class KeyIdentity {
  @Text({ example: '4f1c2a9b7d3e5f60' })
  id!: string;

  @Text({ example: 'web shop' })
  name!: string;

  @OneOf(['member', 'tenant_admin'], { example: 'member' })
  role!: string;

  @Time({ nullable: true, example: '2030-01-01T00:00:00.000Z' })
  expires_at!: string | null;
}

export class KeyAnswer extends KeyIdentity {
  @Time()
  created_at!: string;

  @Time({ nullable: true, description: 'To the minute' })
  last_used_at!: string | null;
}

export class IssuedKeyAnswer extends KeyIdentity {
  @Text({
    description: 'Shown this once',
    example: 'atn_4f1c2a9b7d3e5f60_0123456789abcdef0123456789abcdef0123456789abcdef',
  })
  key!: string;
}
