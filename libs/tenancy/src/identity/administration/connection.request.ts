import { ArrayField, BooleanField, EnumField, StringField, roles, type Role } from '#http';

const claimPattern = /^\S+$/;
const claimHint = 'a dotted path without spaces, such as groups or realm_access.roles';

/** An identity connection to create or replace. */
export class ConnectionRequest {
  @StringField({ max: 50, optional: true, description: 'If present, it must equal the id in the path' })
  id?: string;

  @StringField({
    min: 1,
    max: 100,
    description: 'The text of the button: “Sign in with …”',
    example: 'Acme Okta',
  })
  label!: string;

  @StringField({
    min: 8,
    max: 255,
    pattern: /^https?:\/\/[^\s?#]+$/i,
    patternHint: 'an https address without a query and a fragment',
    format: 'uri',
    description:
      'The issuer of the identity provider, whose discovery document is below it. Its address must be public, or be allowed by EGRESS_ALLOW. http only on loopback.',
    example: 'https://acme.okta.com',
  })
  issuer!: string;

  @StringField({
    min: 1,
    max: 255,
    description: 'How the identity provider names Attune',
    example: '0oa1b2c3d4',
  })
  client_id!: string;

  @StringField({
    min: 1,
    max: 1000,
    optional: true,
    nullable: true,
    description:
      'The secret of the client. It is stored sealed and is in no answer. Leave it out to keep the stored one; null for a public client.',
    example: 'kept-by-the-identity-provider',
  })
  client_secret?: string | null;

  @ArrayField('string', {
    min: 1,
    max: 20,
    optional: true,
    description: 'The scopes to ask for; `openid` is always one of them. Default: openid and profile.',
    example: ['openid', 'profile', 'groups'],
  })
  scopes?: string[];

  @StringField({
    min: 1,
    max: 200,
    pattern: claimPattern,
    patternHint: claimHint,
    optional: true,
    description: 'The dotted path of the claim that mappings read. Default: groups.',
    example: 'groups',
  })
  claim?: string;

  @StringField({
    min: 1,
    max: 100,
    optional: true,
    nullable: true,
    description:
      'The tenant whose connection this is: it can give roles at this tenant alone, and its button is not in the public list. null: the platform’s. It cannot be changed later.',
    example: 'acme-law',
  })
  tenant_id?: string | null;

  @BooleanField({
    optional: true,
    description: 'false: nobody can sign in with it, and the sessions that it gave end. Default: true.',
    example: true,
  })
  enabled?: boolean;
}

/** Whoever has the value in the claim may have the role. */
export class MappingRequest {
  @StringField({
    min: 1,
    max: 200,
    pattern: claimPattern,
    patternHint: claimHint,
    optional: true,
    nullable: true,
    description: 'The dotted path of the claim. null: the claim of the connection.',
    example: null,
  })
  claim?: string | null;

  @StringField({
    min: 1,
    max: 500,
    description: 'The value, or a beginning of it followed by `*`. The most exact mapping of a value counts.',
    example: 'attune-acme-admins',
  })
  value!: string;

  @EnumField(roles, { description: 'The role that it gives', example: 'tenant_admin' })
  role!: Role;

  @StringField({
    min: 1,
    max: 100,
    optional: true,
    nullable: true,
    description:
      'The tenant of the role; null for the roles of the platform. For a connection of a tenant it can be left out.',
    example: 'acme-law',
  })
  tenant_id?: string | null;
}

/** All mappings of a connection. */
export class MappingsRequest {
  @ArrayField(() => MappingRequest, {
    max: 500,
    description: 'They replace all mappings of the connection. An empty list: nobody can sign in.',
  })
  items!: MappingRequest[];
}
