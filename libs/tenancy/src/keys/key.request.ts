import { DateTimeField, EnumField, StringField } from '#http';

/** A key to create. */
export class KeyRequest {
  @StringField({ min: 1, max: 200, description: 'What the key is used for', example: 'web shop' })
  name!: string;

  @EnumField(['member', 'tenant_admin'], { example: 'member' })
  role!: 'member' | 'tenant_admin';

  @DateTimeField({
    optional: true,
    nullable: true,
    description: 'Expiry time. Omit for a key that never expires.',
    example: '2030-01-01T00:00:00Z',
  })
  expires_at?: string | null;
}
