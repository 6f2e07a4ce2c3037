import type { components } from './openapi.js';

type Schemas = components['schemas'];

/** The body of `GET /v1/config`: the effective settings of one tenant, with its version. */
export type Configuration = Schemas['ConfigurationResponse'];

/** The settings alone, with the names and types that they have on the wire. */
export type Settings = Schemas['TenantSettings'];

/** The name of a setting, such as `temperature`. */
export type SettingName = keyof Settings & string;

/** What `POST /v1/query` answers. */
export type Answer = Schemas['QueryResponse'];

/** A chunk that the answer is based on. */
export type AnswerSource = Schemas['QuerySource'];

/** The body of an error: `application/problem+json` (RFC 9457). */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail?: string;
  readonly errors?: readonly { readonly field: string; readonly rule: string; readonly message: string }[];
}

type Metadata = Exclude<keyof Configuration, keyof Settings>;

/** The fields of a configuration that are no settings. The type check fails when the API gets another one. */
const metadata = {
  tenant_id: true,
  version: true,
  override_allowed: true,
  last_modified_by_role: true,
  updated_by: true,
  created_at: true,
  updated_at: true,
  custom_domain_verified: true,
  managed_by_code: true,
  sources: true,
  own: true,
  layers: true,
  capped: true,
} satisfies Record<Metadata, true>;

/** The settings of a configuration by name. Also those that are newer than this client. */
export function settingsOf(configuration: Configuration): Map<string, unknown> {
  return new Map(Object.entries(configuration).filter(([name]) => !Object.hasOwn(metadata, name)));
}

/** The body if it is a configuration; null for anything else, such as the page of a proxy. */
export function asConfiguration(body: unknown): Configuration | null {
  if (typeof body !== 'object' || body === null) return null;
  const { tenant_id: tenant, version } = body as Partial<Configuration>;
  const isConfiguration = typeof tenant === 'string' && Number.isSafeInteger(version) && version! >= 0;
  return isConfiguration ? (body as Configuration) : null;
}
