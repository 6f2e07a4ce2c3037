import { createHash } from 'node:crypto';
import type { ValueOrigin } from '#cache';
import type { Catalogue, Tenant } from '#tenancy';
import type { StoredConfiguration } from '../storage/configuration.repository.js';
import type { Arm, RolloutAssignment } from './rollout-arm.js';
import type { RunningRollout } from './rollout.js';
import {
  type Layers,
  type Overlays,
  type ResolvedSettings,
  resolveSettings,
  type PromptRenderer,
  PromptTemplate,
  type SettingName,
  TenantSettings,
  initialPromptTemplate,
  settingNames,
  type Model,
  type Plan,
} from '#settings';

/** What a tenant's configuration is compiled from. Each input has a version of its own. */
export interface ConfigurationInputs {
  readonly stored: StoredConfiguration;
  readonly tenant: Tenant;
  readonly plan: Plan;
  readonly platform: TenantSettings;
  readonly catalogue: Catalogue;
  readonly overlays: Overlays;
  /** Where the inputs came from, if not all of them are current values of the database. */
  readonly origin: ValueOrigin | null;
}

/** A tenant's configuration, ready to use: nothing is parsed, validated or serialised when it is read (specification §7.1). */
export interface CompiledConfiguration {
  readonly tenantId: string;
  readonly version: number;
  readonly settings: TenantSettings;
  readonly sources: ResolvedSettings['sources'];
  readonly template: PromptRenderer;
  readonly model: Model;
  readonly fallbackModel: Model | null;
  /** The body of `GET /v1/config` as it is sent, and its ETag. */
  readonly body: string;
  readonly etag: string;
  readonly inputs: ConfigurationInputs;
  /** The arm of the rollout that this was compiled for; null when there is none. */
  readonly rollout: RolloutAssignment | null;
  /** The configurations of the two arms, while a rollout splits the tenant's queries. */
  readonly querySplit: QuerySplit | null;
}

interface QuerySplit {
  readonly rollout: RunningRollout;
  readonly arms: Readonly<Record<Arm, CompiledConfiguration>>;
}

/** The layers that last. Changes are checked against these, and not against overlays of a flag or a rollout. */
export function toLayers({
  stored,
  plan,
  platform,
  catalogue,
}: Omit<ConfigurationInputs, 'overlays' | 'origin'>): Layers {
  return { platform, plan, own: stored.settings, setBy: stored.set_by, catalogue };
}

/**
 * Resolves the settings and prepares the template, the model and the body.
 *
 * @throws Error when no layer names a model of the catalogue. The checks of the platform's defaults prevent that.
 */
export function compileConfiguration(inputs: ConfigurationInputs): CompiledConfiguration {
  const { stored, catalogue } = inputs;
  const { settings, sources } = resolveSettings({ ...toLayers(inputs), overlays: inputs.overlays });
  const model = catalogue.get(settings.model_name);
  if (!model) throw new Error(`The model ${settings.model_name} is not in the catalogue.`);
  const body = buildBody({ inputs, settings });
  return {
    tenantId: stored.tenant_id,
    version: stored.version,
    settings,
    sources,
    template: compilePromptTemplate(settings),
    model,
    fallbackModel: catalogue.get(settings.model_fallback) ?? null,
    body,
    etag: computeEtag(stored.version, body),
    inputs,
    rollout: null,
    querySplit: null,
  };
}

/** The body of `GET /v1/config` with more fields, such as the sources of the settings. */
export function buildBody(
  { inputs, settings }: Pick<CompiledConfiguration, 'inputs' | 'settings'>,
  additionalFields: object = {},
): string {
  return JSON.stringify({ ...toResponseBody(inputs, settings), ...additionalFields });
}

/** `"<version>-<8 hex digits of the body's hash>"`: the same version shows other settings after a change of the plan. */
export function computeEtag(version: number, body: string): string {
  return `"${version}-${createHash('sha256').update(body).digest('hex').slice(0, 8)}"`;
}

function toResponseBody(
  { stored, tenant }: ConfigurationInputs,
  settings: TenantSettings,
): Record<string, unknown> {
  return {
    ...settings,
    tenant_id: stored.tenant_id,
    version: stored.version,
    override_allowed: stored.override_allowed,
    last_modified_by_role: stored.last_modified_by_role,
    updated_by: stored.updated_by,
    created_at: stored.created_at,
    updated_at: stored.updated_at,
    custom_domain_verified:
      settings.custom_domain !== null && settings.custom_domain === tenant.verified_domain,
    managed_by_code: settingsManagedByCode(stored),
  };
}

function settingsManagedByCode({ set_by: setBy }: Pick<StoredConfiguration, 'set_by'>): SettingName[] {
  return settingNames.filter((name) => setBy[name] === 'code');
}

/** A stored template no longer compiles when a lower layer lost one of its variables. Then Attune's own template is used. */
function compilePromptTemplate({
  system_prompt_template: source,
  prompt_variables: variables,
}: TenantSettings): PromptTemplate {
  return (
    PromptTemplate.compile(source, variables).template ??
    PromptTemplate.compile(initialPromptTemplate, {}).template!
  );
}
