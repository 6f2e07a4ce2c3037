import { once } from 'node:events';
import { type IncomingHttpHeaders, type Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { type Fields, readFields } from './protobuf.js';

type AttributeValue = string | boolean | number | AttributeValue[] | null;

/** A span as it arrived. */
export interface ReceivedSpan {
  readonly traceId: string;
  readonly spanId: string;
  /** Empty for the first span of a trace. */
  readonly parentId: string;
  readonly name: string;
  readonly kind: 'internal' | 'server' | 'client' | 'other';
  readonly attributes: Readonly<Record<string, AttributeValue>>;
  readonly events: readonly {
    readonly name: string;
    readonly attributes: Readonly<Record<string, AttributeValue>>;
  }[];
  readonly hasFailed: boolean;
  readonly resource: Readonly<Record<string, AttributeValue>>;
}

/** A receiver of traces by OTLP over HTTP in protobuf, as Tempo, Jaeger, Phoenix and Langfuse are. */
export class OtlpReceiver {
  readonly spans: ReceivedSpan[] = [];
  /** Path and headers of each export. */
  readonly requests: { readonly path: string; readonly headers: IncomingHttpHeaders }[] = [];

  private constructor(private readonly server: Server) {}

  /** Listens on a free port. */
  static async start(): Promise<OtlpReceiver> {
    const server = createServer();
    const receiver = new OtlpReceiver(server);
    server.on('request', (request, response) => {
      receiver.requests.push({ path: request.url!, headers: request.headers });
      void buffer(request).then((body) => {
        receiver.spans.push(...readSpans(body));
        response.writeHead(200, { 'content-type': 'application/x-protobuf' }).end();
      });
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return receiver;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** Closes all connections. */
  async stop(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }
}

/** Field numbers are those of opentelemetry/proto/trace/v1/trace.proto. */
function readSpans(body: Buffer): ReceivedSpan[] {
  return messagesOf(readFields(body), 1).flatMap((resourceSpans) => {
    const [resource] = messagesOf(resourceSpans, 1);
    const attributes = resource ? attributesOf(resource, 1) : {};
    return messagesOf(resourceSpans, 2)
      .flatMap((scope) => messagesOf(scope, 2))
      .map((span) => toSpan(span, attributes));
  });
}

function toSpan(span: Fields, resource: ReceivedSpan['resource']): ReceivedSpan {
  const kinds = ['other', 'internal', 'server', 'client'] as const;
  const [status] = messagesOf(span, 15);
  return {
    traceId: bytesOf(span, 1).toString('hex'),
    spanId: bytesOf(span, 2).toString('hex'),
    parentId: bytesOf(span, 4).toString('hex'),
    name: bytesOf(span, 5).toString(),
    kind: kinds[Number(span.get(6)?.[0] ?? 0)] ?? 'other',
    attributes: attributesOf(span, 9),
    events: messagesOf(span, 11).map((event) => ({
      name: bytesOf(event, 2).toString(),
      attributes: attributesOf(event, 3),
    })),
    hasFailed: Number(status?.get(3)?.[0] ?? 0) === 2,
    resource,
  };
}

function attributesOf(message: Fields, number: number): Record<string, AttributeValue> {
  return Object.fromEntries(
    messagesOf(message, number).map((pair) => [bytesOf(pair, 1).toString(), toValue(messagesOf(pair, 2)[0])]),
  );
}

function toValue(value: Fields | undefined): AttributeValue {
  const [number, content] = [...(value ?? new Map<number, never[]>())][0] ?? [];
  if (number === 1) return (content![0] as Buffer).toString();
  if (number === 2) return Number(content![0]) === 1;
  if (number === 3 || number === 4) return Number(content![0]);
  if (number === 5) return messagesOf(readFields(content![0] as Buffer), 1).map(toValue);
  return null;
}

function messagesOf(message: Fields, number: number): Fields[] {
  return ((message.get(number) ?? []) as Buffer[]).map(readFields);
}

function bytesOf(message: Fields, number: number): Buffer {
  return (message.get(number)?.[0] as Buffer | undefined) ?? Buffer.alloc(0);
}
