import { EgressConfig } from './egress.config.js';

const server = { DATABASE_URL: 'postgres://app@db/attune' };

describe('EgressConfig', () => {
  it('allows loopback on the embedded database and in the demo, and only public addresses elsewhere', () => {
    expect(new EgressConfig().policy.allowsAddress('127.0.0.1')).toBe(true);
    expect(new EgressConfig().policy.allowsAddress('10.0.0.1')).toBe(false);
    const demo = new EgressConfig({ ...server, ATTUNE_DEMO: 'true' });
    expect(demo.policy.allowsAddress('::1')).toBe(true);
    expect(new EgressConfig(server).policy.allowsAddress('127.0.0.1')).toBe(false);
    expect(new EgressConfig(server).policy.allowsAddress('8.8.8.8')).toBe(true);
  });

  it('allows public addresses and exactly what EGRESS_ALLOW names', () => {
    const { policy } = new EgressConfig({
      EGRESS_ALLOW: 'vllm.internal, *.corp.example ,10.1.0.0/16,[fd00::7]',
    });
    for (const host of ['vllm.internal', 'VLLM.internal.', 'a.corp.example', 'a.b.corp.example'])
      expect(policy.allowsHost(host)).toBe(true);
    for (const host of ['corp.example', 'xvllm.internal', 'vllm.internal.example', '10.1.0.1'])
      expect(policy.allowsHost(host)).toBe(false);
    for (const address of ['10.1.2.3', '::ffff:10.1.2.3', 'fd00::7', '8.8.8.8'])
      expect(policy.allowsAddress(address)).toBe(true);
    for (const address of ['10.2.0.1', '127.0.0.1', 'fd00::8', '169.254.169.254'])
      expect(policy.allowsAddress(address)).toBe(false);
  });

  it.each(['http://vllm:8000', '10.0.0.0/33', 'vllm internal', 'vllm:8000', '*', ',', 'a..b'])(
    'refuses EGRESS_ALLOW=%s',
    (list) => {
      expect(() => new EgressConfig({ EGRESS_ALLOW: list })).toThrow(
        /EGRESS_ALLOW must be a list of host names and networks/,
      );
    },
  );

  it('reads proxies in upper and lower case, and without a protocol', () => {
    expect(
      new EgressConfig({ HTTPS_PROXY: 'proxy:3128', http_proxy: 'http://other', NO_PROXY: 'a,b' }).proxies,
    ).toEqual({
      http: 'http://other',
      https: 'http://proxy:3128',
      except: 'a,b',
    });
    expect(() => new EgressConfig({ HTTPS_PROXY: 'ftp://u:hush@p' })).toThrow(
      /^(?!.*hush)[^]*HTTPS_PROXY must/,
    );
  });
});
