import { once } from 'node:events';
import { type IncomingHttpHeaders, type Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface RerankCall {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Record<string, unknown>;
}

export interface RerankResponse {
  readonly status: number;
  readonly body: unknown;
}

/** How the server answers a call; null: it never answers. */
export type RerankBehaviour = (call: RerankCall) => RerankResponse | null;

/** A local rerank server. A test sets its behaviour. */
export class FakeRerankServer {
  readonly calls: RerankCall[] = [];
  behaviour: RerankBehaviour = respondAsCohere;

  private constructor(private readonly server: Server) {}

  static async start(): Promise<FakeRerankServer> {
    const server = createServer();
    const reranker = new FakeRerankServer(server);
    server.on('request', async (request, response) => {
      const text = (await request.toArray()).join('');
      const body = JSON.parse(text || '{}') as Record<string, unknown>;
      const call = { path: request.url ?? '', headers: request.headers, body };
      reranker.calls.push(call);
      const answer = reranker.behaviour(call);
      if (!answer) return;
      response.writeHead(answer.status, { 'content-type': 'application/json' });
      response.end(JSON.stringify(answer.body));
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return reranker;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }
}

/** Longer texts get higher scores, whatever the question; the best comes first, as with real services. */
function rankByLength(texts: readonly string[]): { index: number; score: number }[] {
  return texts
    .map(({ length }, index) => ({ index, score: Math.min(1, length / 1000) }))
    .toSorted((a, b) => b.score - a.score);
}

/** Cohere v2; Jina and vLLM answer alike. It refuses unknown fields. */
export function respondAsCohere({ body }: RerankCall): RerankResponse {
  const allowed = ['model', 'query', 'documents', 'top_n', 'return_documents'];
  if (Object.keys(body).some((name) => !allowed.includes(name)))
    return { status: 400, body: { message: 'unknown field' } };
  const results = rankByLength(body['documents'] as string[]).map(({ index, score }) => ({
    index,
    relevance_score: score,
  }));
  return { status: 200, body: { id: 'r', results, meta: {} } };
}

/** Hugging Face's text-embeddings-inference, with its default limit of 32 texts. */
export function respondAsTei({ body }: RerankCall): RerankResponse {
  const texts = body['texts'] as string[] | undefined;
  if (!texts) return { status: 422, body: 'Failed to deserialize the JSON body: missing field `texts`' };
  if (texts.length > 32)
    return { status: 422, body: { error: 'batch size > maximum allowed batch size 32' } };
  return { status: 200, body: rankByLength(texts) };
}

/** Voyage. It refuses unknown fields, such as Cohere's. */
export function respondAsVoyage({ body }: RerankCall): RerankResponse {
  const allowed = ['model', 'query', 'documents', 'top_k', 'return_documents', 'truncation'];
  const unknown = Object.keys(body).find((name) => !allowed.includes(name));
  if (unknown !== undefined)
    return { status: 400, body: { detail: `Argument '${unknown}' is not supported by our API` } };
  const data = rankByLength(body['documents'] as string[]).map(({ index, score }) => ({
    index,
    relevance_score: score,
  }));
  return { status: 200, body: { object: 'list', data, model: body['model'], usage: { total_tokens: 9 } } };
}

/** Pinecone's inference API. */
export function respondAsPinecone({ path, headers, body }: RerankCall): RerankResponse {
  if (headers['api-key'] !== 'pcsk_test')
    return { status: 401, body: { error: { code: 'UNAUTHENTICATED', message: 'Invalid API key' } } };
  const texts = (body['documents'] as { text: string }[] | undefined)?.map(({ text }) => text);
  if (path !== '/rerank' || !texts || texts.length > 100)
    return { status: 400, body: { error: { code: 'INVALID_ARGUMENT', message: 'no' } } };
  return {
    status: 200,
    body: { model: body['model'], data: rankByLength(texts), usage: { rerank_units: 1 } },
  };
}
