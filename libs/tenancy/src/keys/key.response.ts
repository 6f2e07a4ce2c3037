import { ArrayField, DateTimeField, EnumField, StringField, scopes } from '#http';

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

/** A key as lists show it, without its secret. */
export class KeyResponse extends KeySummary {
  @ArrayField(scopes, {
    nullable: true,
    description: 'null: everything that the role may do',
    example: ['query', 'retrieve'],
  })
  scopes!: readonly string[] | null;

  @StringField({ description: 'Who made the key', example: 'key:0a1b2c3d4e5f6071' })
  created_by!: string;

  @DateTimeField()
  created_at!: string;

  @DateTimeField({ nullable: true, description: 'Time of the last use, precise to a minute' })
  last_used_at!: string | null;
}

/** A new key, the only time with its secret. */
export class IssuedKeyResponse extends KeySummary {
  @StringField({
    description: 'The API key. Store it now: it is shown only once.',
    example: 'atn_4f1c2a9b7d3e5f60_0123456789abcdef0123456789abcdef0123456789abcdef89abcdef',
  })
  key!: string;
}

const PlatformRoleField = () =>
  EnumField(['platform_admin', 'platform_reader'], { example: 'platform_reader' });

const NoScopesField = () =>
  ArrayField(scopes, { nullable: true, description: 'null: keys of the platform have none', example: null });

/** A platform key as lists show it, without its secret. */
export class PlatformKeyResponse extends KeyResponse {
  @PlatformRoleField()
  declare role: string;

  @NoScopesField()
  declare scopes: readonly string[] | null;
}

/** A new platform key, the only time with its secret. */
export class IssuedPlatformKeyResponse extends IssuedKeyResponse {
  @PlatformRoleField()
  declare role: string;
}
