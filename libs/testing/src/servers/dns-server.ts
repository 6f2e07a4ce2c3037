import { Packet, createServer } from 'dns2';

/** A DNS server for one test. It knows only the records that the test sets. */
export interface DnsServer {
  /** For `DNS_SERVERS`. */
  readonly address: string;
  /** The name's TXT records from now on; one that is a list goes out in these pieces. None: the name is not there any more. */
  setTxtRecords(name: string, ...records: (string | readonly string[])[]): void;
  /** How it treats a query: answers, fails, or stays silent. */
  behaviour: 'well' | 'failing' | 'silent';
  close(): Promise<void>;
}

const { TYPE, CLASS, RCODE } = Packet;

/** Starts a DNS server on a free port of 127.0.0.1. */
export async function startDnsServer(): Promise<DnsServer> {
  const records = new Map<string, (string | readonly string[])[]>();
  const server = createServer({
    udp: true,
    handle: (request, send) => {
      const { name, type } = request.questions[0]!;
      if (dnsServer.behaviour === 'silent') return;
      const txtRecords = type === TYPE.TXT ? records.get(name.toLowerCase()) : [];
      void send(toDnsResponse(request, dnsServer.behaviour === 'failing' ? null : (txtRecords ?? [])));
    },
  });
  const { udp } = await server.listen({ udp: { port: 0, address: '127.0.0.1' } });
  const dnsServer: DnsServer = {
    address: `127.0.0.1:${udp!.port}`,
    behaviour: 'well',
    setTxtRecords: (name, ...newRecords) => records.set(name.toLowerCase(), newRecords),
    close: () => server.close(),
  };
  return dnsServer;
}

function toDnsResponse(request: Packet, txtRecords: (string | readonly string[])[] | null): Packet {
  const response = Packet.createResponseFromRequest(request);
  const { name } = request.questions[0]!;
  response.answers = (txtRecords ?? []).map((data) => ({
    name,
    type: TYPE.TXT,
    class: CLASS.IN,
    ttl: 0,
    data: [data].flat(),
  })) as typeof response.answers;
  if (txtRecords === null) response.header.rcode = RCODE.SERVFAIL;
  else if (txtRecords.length === 0) response.header.rcode = RCODE.NXDOMAIN;
  return response;
}
