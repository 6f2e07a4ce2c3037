import { Environment } from '#kernel';
import { type NameServer, startNameServer } from '#testing';
import { DomainRecords } from './domain-records.js';

const name = '_attune.acme.example';

describe('the TXT records of a name', () => {
  let server: NameServer;

  beforeAll(async () => {
    server = await startNameServer();
  });

  beforeEach(() => {
    server.mood = 'well';
    server.tell(name);
  });

  afterAll(() => server.close());

  const recordsWith = (servers: string) => new DomainRecords(Environment.read({ DNS_SERVERS: servers }));

  it('are all of them, each in one piece', async () => {
    server.tell(name, 'v=spf1 -all', ['attune-', 'verification=1']);
    expect(await recordsWith(server.address).at(name)).toEqual({
      records: ['v=spf1 -all', 'attune-verification=1'],
    });
  });

  it('are none where the name is not there', async () => {
    expect(await recordsWith(server.address).at(name)).toEqual({ records: [] });
  });

  it('are asked of the next server when one does not answer at all', async () => {
    server.tell(name, 'here');
    expect(await recordsWith(`127.0.0.1:1,${server.address}`).at(name)).toEqual({ records: ['here'] });
  });

  it('are unknown when the server fails', async () => {
    server.mood = 'failing';
    expect(await recordsWith(server.address).at(name)).toEqual({ failure: 'ESERVFAIL' });
  });

  it('are unknown when no server listens', async () => {
    expect(await recordsWith('127.0.0.1:1').at(name)).toEqual({ failure: 'ECONNREFUSED' });
  });

  it('are unknown when the server says nothing, and are not waited for without end', async () => {
    server.mood = 'silent';
    expect(await recordsWith(server.address).at(name)).toEqual({
      failure: expect.stringMatching(/^(ETIMEOUT|ECANCELLED)$/) as string,
    });
  }, 20_000);

  it('are unknown for a name that is too long for DNS', async () => {
    const long = `_attune.${`${'a'.repeat(60)}.`.repeat(4)}example`;
    expect(await recordsWith(server.address).at(long)).toEqual({ failure: 'EBADNAME' });
  });
});
