import { Injectable } from '@nestjs/common';
import { type CompiledConfiguration, ConfigReader, readSince } from '#config';
import { type SettingName, settingNames } from '#settings';
import { ofrepEvents } from './ofrep-events.js';
import type { OfrepFlagResponse } from './ofrep.response.js';

/** All flags of a tenant for one targeting key. */
interface FlagSet {
  /** The version of the tenant's configuration, for the ETag. */
  readonly version: number;
  readonly flags: readonly OfrepFlagResponse[];
  readonly metadata: object;
  readonly headers: Readonly<Record<string, string>>;
}

/** How fresh a configuration is. */
type Source = ReturnType<ConfigReader['sourceOf']>;

const reasons = {
  platform: 'STATIC',
  plan: 'STATIC',
  tenant: 'STATIC',
  flag: 'TARGETING_MATCH',
  rollout: 'SPLIT',
} as const;

/** A tenant's effective settings as flags: the keys are their names, the variants the layers that they come from. */
@Injectable()
export class FlagEvaluationService {
  constructor(private readonly reader: ConfigReader) {}

  /**
   * Evaluates every flag.
   *
   * @param targetingKey Decides the arm of a rollout over queries.
   * @param knownTag The tag of an event that announced a change; the flags are not older than that change.
   * @throws UnavailableError when they would be.
   */
  async evaluate(tenantId: string, targetingKey?: string, knownTag?: string): Promise<FlagSet> {
    const seen = { tag: knownTag, format: ofrepEvents };
    const current = await readSince(seen, this.reader, () => this.reader.current(tenantId));
    const isSplit = current.querySplit !== null && targetingKey !== undefined;
    const configuration = isSplit ? await this.reader.forQuery(tenantId, targetingKey) : current;
    return toFlagSet(configuration, this.reader.sourceOf(configuration));
  }
}

function toFlagSet(configuration: CompiledConfiguration, source: Source): FlagSet {
  const { version } = configuration;
  return {
    version,
    flags: settingNames.map((name) => toFlag(configuration, name, source)),
    metadata: { config_version: version, config_source: source },
    headers: { 'attune-config-version': String(version), 'attune-config-source': source },
  };
}

/** Clients compare the type of a value with that of their default, so a value that is no plain value is left out. */
function toFlag(configuration: CompiledConfiguration, key: SettingName, source: Source): OfrepFlagResponse {
  const value = configuration.settings[key];
  const layer = configuration.sources[key];
  const isUnlimited = value === 'unlimited';
  const hasValue = value !== null && !isUnlimited;
  return {
    key,
    ...(hasValue && { value }),
    reason: toReason(source, hasValue, layer),
    variant: layer,
    metadata: {
      config_version: configuration.version,
      config_source: source,
      layer,
      ...(isUnlimited && { unlimited: true }),
    },
  };
}

function toReason(source: Source, hasValue: boolean, layer: keyof typeof reasons): string {
  if (source === 'defaults' || !hasValue) return 'DEFAULT';
  return source === 'live' ? reasons[layer] : 'STALE';
}
