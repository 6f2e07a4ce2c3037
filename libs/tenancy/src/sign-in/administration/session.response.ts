import { BooleanField, DateTimeField, EnumField, IntegerField, type Role, StringField, roles } from '#http';
import { maxIdleMs } from '../../sessions/session-lifetime.js';

const idleMinutes = (role: Role) => maxIdleMs(role) / 60_000;

class SessionSummary {
  @StringField({ example: '4f1c2a9b7d3e5f60' })
  id!: string;

  @DateTimeField({ description: 'The sign-in' })
  created_at!: string;

  @DateTimeField({ description: 'Time of the last use, precise to a minute' })
  last_seen_at!: string;

  @DateTimeField({
    description: `It ends earlier without a request for ${idleMinutes('tenant_admin')} minutes; ${idleMinutes('platform_admin')} for roles of the platform`,
  })
  expires_at!: string;

  @StringField({ description: 'Where the sign-in came from', example: '192.0.2.7' })
  address!: string;

  @StringField({
    nullable: true,
    description: 'The header User-Agent of the sign-in',
    example: 'Mozilla/5.0',
  })
  agent!: string | null;

  @StringField({
    nullable: true,
    description: 'The identity connection that signed in; null for an API key or a code',
    example: null,
  })
  connection!: string | null;

  @BooleanField({ description: 'True for the session of this request', example: false })
  current!: boolean;
}

/** A session of the caller. */
export class OwnSessionResponse extends SessionSummary {}

/** A session of anybody. */
export class PlatformSessionResponse extends SessionSummary {
  @StringField({ description: 'key:<id>, jwt:<sub> or operator', example: 'key:4f1c2a9b7d3e5f60' })
  actor!: string;

  @StringField({ nullable: true, description: 'The name of the key, or the claim name', example: 'Ada' })
  name!: string | null;

  @EnumField(roles, { example: 'tenant_admin' })
  role!: string;

  @StringField({ nullable: true, description: 'null for a role of the platform', example: 'acme-law' })
  tenant_id!: string | null;
}

/** What an end of several sessions did. */
export class EndedSessionsResponse {
  @IntegerField({ min: 0, description: 'Sessions that were ended', example: 3 })
  ended!: number;
}
