import { ArrayField, DateTimeField, EnumField, type Scope, StringField, scopes } from '#http';

class NewKeyRequest {
  @StringField({ min: 1, max: 200, description: 'What the key is used for', example: 'web shop' })
  name!: string;

  @DateTimeField({
    optional: true,
    nullable: true,
    description: 'Expiry time. Omit for a key that never expires.',
    example: '2030-01-01T00:00:00Z',
  })
  expires_at?: string | null;
}

/** A key of a tenant to create. */
export class KeyRequest extends NewKeyRequest {
  @EnumField(['member', 'tenant_admin'], { example: 'member' })
  role!: 'member' | 'tenant_admin';

  @ArrayField(scopes, {
    optional: true,
    nullable: true,
    min: 1,
    max: scopes.length,
    description: 'Restricts the key to these parts of what its role may do. Omit for all of them.',
    example: ['query', 'retrieve'],
  })
  scopes?: Scope[] | null;
}

/** A key of the platform to create. */
export class PlatformKeyRequest extends NewKeyRequest {
  @EnumField(['platform_admin', 'platform_reader'], {
    description: 'platform_reader may call every route of the platform that reads (GET), and nothing else',
    example: 'platform_reader',
  })
  role!: 'platform_admin' | 'platform_reader';
}
