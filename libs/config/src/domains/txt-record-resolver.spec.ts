import { type DnsServer, startDnsServer } from '#testing';
import { ConfigurationConfig } from '../configuration.config.js';
import { TxtRecordResolver } from './txt-record-resolver.js';

const name = '_attune.acme.example';

describe('TxtRecordResolver', () => {
  let server: DnsServer;

  beforeAll(async () => {
    server = await startDnsServer();
  });

  beforeEach(() => {
    server.behaviour = 'well';
    server.setTxtRecords(name);
  });

  afterAll(() => server.close());

  const recordsWith = (servers: string) =>
    new TxtRecordResolver(new ConfigurationConfig({ DNS_SERVERS: servers }));

  it('returns all records, each in one piece', async () => {
    server.setTxtRecords(name, 'v=spf1 -all', ['attune-', 'verification=1']);
    expect(await recordsWith(server.address).resolve(name)).toEqual({
      records: ['v=spf1 -all', 'attune-verification=1'],
    });
  });

  it('returns no records when the name does not exist', async () => {
    expect(await recordsWith(server.address).resolve(name)).toEqual({ records: [] });
  });

  it('asks the next server when the first does not answer', async () => {
    server.setTxtRecords(name, 'here');
    expect(await recordsWith(`127.0.0.1:1,${server.address}`).resolve(name)).toEqual({ records: ['here'] });
  });

  it('returns the failure when the server fails', async () => {
    server.behaviour = 'failing';
    expect(await recordsWith(server.address).resolve(name)).toEqual({ failure: 'ESERVFAIL' });
  });

  it('returns the failure when no server listens', async () => {
    expect(await recordsWith('127.0.0.1:1').resolve(name)).toEqual({ failure: 'ECONNREFUSED' });
  });

  it('returns a failure after the time-out when the server does not answer', async () => {
    server.behaviour = 'silent';
    expect(await recordsWith(server.address).resolve(name)).toEqual({
      failure: expect.stringMatching(/^(ETIMEOUT|ECANCELLED)$/) as string,
    });
  }, 20_000);

  it('returns a failure for a name that is too long for DNS', async () => {
    const long = `_attune.${`${'a'.repeat(60)}.`.repeat(4)}example`;
    expect(await recordsWith(server.address).resolve(long)).toEqual({ failure: 'EBADNAME' });
  });
});
