import { ConfigurationConfig } from './configuration.config.js';

describe('ConfigurationConfig', () => {
  it('has limits, but no flags, DNS servers or defaults without any variable', () => {
    expect({ ...new ConfigurationConfig() }).toEqual({
      configStreams: 10_000,
      configStreamsPerTenant: 2000,
      configChangesPerHour: 10,
      configTestsPerHour: 20,
      dnsServers: null,
      launchdarklySdkKey: null,
      settingDefaults: {},
    });
  });

  it('reads the default of each setting from DEFAULT_<SETTING>, and ignores an empty one', () => {
    const variables = { DEFAULT_MODEL_NAME: 'gpt-4', DEFAULT_TEMPERATURE: '0', DEFAULT_MAX_TOKENS: '' };
    const { settingDefaults } = new ConfigurationConfig(variables);
    expect(settingDefaults).toEqual({ model_name: 'gpt-4', temperature: '0' });
  });

  it.each([
    [{ CONFIG_CHANGES_PER_HOUR: '0' }],
    [{ DNS_SERVERS: '10.0.0.2' }],
    [{ DNS_SERVERS: '255.255.255.255:65535' }],
    [{ DNS_SERVERS: '10.0.0.2:5353, ::1,[fe80::1]:53' }],
    [{ npm_config_default: 'x' }],
  ])('accepts %j', (variables: Record<string, string>) => {
    expect(() => new ConfigurationConfig(variables)).not.toThrow();
  });

  it.each([
    ['DNS_SERVERS', 'dns.example'],
    ['DNS_SERVERS', '10.0.0.2:0'],
    ['DNS_SERVERS', '10.0.0.2:65536'],
    ['DNS_SERVERS', '10.0.0.2,'],
    ['DNS_SERVERS', '10.0.0.256'],
    ['DNS_SERVERS', '10.0.0'],
    ['DNS_SERVERS', '10.0.0.1.2'],
    ['DNS_SERVERS', '1::2::3'],
    ['DNS_SERVERS', '[::1]:99999'],
    ['DNS_SERVERS', '[10.0.0.1]'],
    ['LAUNCHDARKLY_SDK_KEY', 'two words'],
    ['CONFIG_CHANGES_PER_HOUR', '-1'],
    ['CONFIG_TESTS_PER_HOUR', 'many'],
  ])('refuses %s=%s', (name, value) => {
    expect(() => new ConfigurationConfig({ [name]: value })).toThrow(`${name} must`);
  });

  it('refuses a DEFAULT_ variable that names no setting', () => {
    expect(() => new ConfigurationConfig({ DEFAULT_TEMPRATURE: '0' })).toThrow(
      'DEFAULT_TEMPRATURE: Unknown setting "temprature". Did you mean "temperature"?',
    );
  });
});
