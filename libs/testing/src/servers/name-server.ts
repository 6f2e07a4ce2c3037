import { Packet, createServer } from 'dns2';

/** A DNS server of the test's own: it knows what it was told and nothing else. */
export interface NameServer {
  /** For `DNS_SERVERS`. */
  readonly address: string;
  /** The name's TXT records from now on; one that is a list goes out in these pieces. None: the name is not there any more. */
  tell(name: string, ...records: (string | readonly string[])[]): void;
  /** What it does with a question: answers it, fails, or says nothing at all. */
  mood: 'well' | 'failing' | 'silent';
  close(): Promise<void>;
}

const { TYPE, CLASS, RCODE } = Packet;

export async function startNameServer(): Promise<NameServer> {
  const records = new Map<string, (string | readonly string[])[]>();
  const server = createServer({
    udp: true,
    handle: (request, send) => {
      const { name, type } = request.questions[0]!;
      if (nameServer.mood === 'silent') return;
      const found = type === TYPE.TXT ? records.get(name.toLowerCase()) : [];
      void send(answerTo(request, nameServer.mood === 'failing' ? null : (found ?? [])));
    },
  });
  const { udp } = await server.listen({ udp: { port: 0, address: '127.0.0.1' } });
  const nameServer: NameServer = {
    address: `127.0.0.1:${udp!.port}`,
    mood: 'well',
    tell: (name, ...told) => records.set(name.toLowerCase(), told),
    close: () => server.close(),
  };
  return nameServer;
}

function answerTo(request: Packet, found: (string | readonly string[])[] | null): Packet {
  const response = Packet.createResponseFromRequest(request);
  const { name } = request.questions[0]!;
  response.answers = (found ?? []).map((data) => ({
    name,
    type: TYPE.TXT,
    class: CLASS.IN,
    ttl: 0,
    data: [data].flat(),
  })) as typeof response.answers;
  if (found === null) response.header.rcode = RCODE.SERVFAIL;
  else if (found.length === 0) response.header.rcode = RCODE.NXDOMAIN;
  return response;
}
