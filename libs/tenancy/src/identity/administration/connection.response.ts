import { ArrayField, BooleanField, DateTimeField, EnumField, StringField, roles, type Role } from '#http';
import type { Connection } from '../connections/connection.repository.js';
import type { Mapping } from '../connections/mapping.repository.js';

/** An identity connection, without its secret. */
export class ConnectionResponse {
  @StringField({ example: 'acme-okta' })
  id!: string;

  @StringField({
    nullable: true,
    description: 'The tenant whose connection it is; null: the platform’s',
    example: 'acme-law',
  })
  tenant_id!: string | null;

  @StringField({ description: 'The text of the button', example: 'Acme Okta' })
  label!: string;

  @StringField({ format: 'uri', example: 'https://acme.okta.com' })
  issuer!: string;

  @StringField({ example: '0oa1b2c3d4' })
  client_id!: string;

  @BooleanField({
    description: 'Whether the client has a secret. The secret itself is in no answer.',
    example: true,
  })
  has_client_secret!: boolean;

  @ArrayField('string', { example: ['openid', 'profile', 'groups'] })
  scopes!: readonly string[];

  @StringField({ description: 'The dotted path of the claim that mappings read', example: 'groups' })
  claim!: string;

  @BooleanField({ description: 'false: nobody can sign in with it', example: true })
  enabled!: boolean;

  @BooleanField({
    description: 'true: it is the connection of OIDC_ISSUER, and only the environment can change it',
    example: false,
  })
  from_environment!: boolean;

  @DateTimeField()
  created_at!: string;
}

/** A mapping of a connection. */
export class MappingResponse {
  @StringField({ example: '7c1c2a9b7d3e5f604f1c2a9b7d3e5f60' })
  id!: string;

  @StringField({ nullable: true, description: 'null: the claim of the connection', example: null })
  claim!: string | null;

  @StringField({ example: 'attune-acme-admins' })
  value!: string;

  @EnumField(roles, { example: 'tenant_admin' })
  role!: Role;

  @StringField({ nullable: true, description: 'null for the roles of the platform', example: 'acme-law' })
  tenant_id!: string | null;
}

export function toConnectionResponse(connection: Connection): ConnectionResponse {
  const { id, tenant_id, label, issuer, client_id, has_client_secret, scopes, claim } = connection;
  return {
    id,
    tenant_id,
    label,
    issuer,
    client_id,
    has_client_secret,
    scopes,
    claim,
    enabled: connection.is_enabled,
    from_environment: connection.is_from_environment,
    created_at: connection.created_at.toISOString(),
  };
}

export function toMappingResponse({ id, claim, value, role, tenant_id }: Mapping): MappingResponse {
  return { id, claim, value, role, tenant_id };
}
