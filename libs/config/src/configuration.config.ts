import { registerAs } from '@nestjs/config';
import {
  type Variables,
  VariablesConfig,
  findVariable,
  integer,
  matching,
  readVariables,
  secret,
} from '#kernel';
import { settingNames, unknownSettingMessage } from '#settings';
import { dnsServers } from './domains/dns-servers.js';

/** The environment variables of config. `DEFAULT_<SETTING>` is read besides, one for each setting. */
export const configurationVariables = {
  CONFIG_CHANGES_PER_HOUR: integer(0, 1_000_000, 10),
  CONFIG_STREAMS: integer(0, 1_000_000, 10_000),
  CONFIG_STREAMS_PER_TENANT: integer(0, 1_000_000, 2_000),
  CONFIG_TESTS_PER_HOUR: integer(0, 1_000_000, 20),
  DNS_SERVERS: dnsServers,
  LAUNCHDARKLY_SDK_KEY: secret(matching(/^[\x21-\x7e]{1,200}$/, 'an SDK key of LaunchDarkly')),
};

/** The limits and outside services of tenants' configurations, and the first platform defaults. */
export class ConfigurationConfig extends VariablesConfig {
  /** 0: there is no limit. */
  readonly configChangesPerHour: number;
  /** 0: there is no limit. */
  readonly configTestsPerHour: number;
  /** Open streams of changes on one replica; 0: none. */
  readonly configStreams: number;
  /** Open streams of one tenant on one replica; 0: none. */
  readonly configStreamsPerTenant: number;
  /** The resolvers that look up custom domains, `ip` or `ip:port`. Null: those of the system. */
  readonly dnsServers: readonly string[] | null;
  /** Null: there are no feature flags. */
  readonly launchdarklySdkKey: string | null;
  /** Setting name to the text of `DEFAULT_<SETTING>`. */
  readonly settingDefaults: Readonly<Record<string, string>>;

  /** @throws EnvironmentError also for a `DEFAULT_…` that names no setting. */
  constructor(variables: Variables = {}) {
    super();
    const values = readVariables(configurationVariables, variables, () => findUnknownDefaults(variables));
    this.configChangesPerHour = values.CONFIG_CHANGES_PER_HOUR;
    this.configTestsPerHour = values.CONFIG_TESTS_PER_HOUR;
    this.configStreams = values.CONFIG_STREAMS;
    this.configStreamsPerTenant = values.CONFIG_STREAMS_PER_TENANT;
    this.dnsServers = values.DNS_SERVERS;
    this.launchdarklySdkKey = values.LAUNCHDARKLY_SDK_KEY;
    this.settingDefaults = Object.fromEntries(
      defaultNames(variables).map((name) => [toSettingName(name), findVariable(variables, name)!]),
    );
  }
}

/** Its `KEY` is the token of `ConfigurationConfig`. */
export const configurationConfig = registerAs(
  'configuration',
  (variables: Variables = {}) => new ConfigurationConfig(variables),
);

const defaultPrefix = 'DEFAULT_';

function defaultNames(variables: Variables): string[] {
  return Object.keys(variables).filter(
    (name) => name.startsWith(defaultPrefix) && findVariable(variables, name) !== null,
  );
}

function toSettingName(variable: string): string {
  return variable.slice(defaultPrefix.length).toLowerCase();
}

/** A misspelt name would otherwise be ignored without a message. */
function findUnknownDefaults(variables: Variables): [boolean, string][] {
  return defaultNames(variables).map((name) => [
    !(settingNames as readonly string[]).includes(toSettingName(name)),
    `${name}: ${unknownSettingMessage(toSettingName(name))}`,
  ]);
}
