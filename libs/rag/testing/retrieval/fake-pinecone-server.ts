import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

interface StoredVector {
  readonly id: string;
  readonly values: number[];
  readonly sparseValues?: { readonly indices: number[]; readonly values: number[] };
}

interface Body {
  readonly namespace?: string;
  readonly vectors?: StoredVector[];
  readonly vector?: number[];
  readonly sparseVector?: StoredVector['sparseValues'];
  readonly topK?: number;
  readonly includeValues?: boolean;
  readonly ids?: string[];
  readonly id?: string;
  readonly sparseValues?: StoredVector['sparseValues'];
}

interface Call {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly body: Body;
}

class PineconeError extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

const maxSparseValues = 2048;

/**
 * A local Pinecone with one index: the part of the data plane that Attune uses, with the refusals of the real one, so that tests use
 * the real SDK. It compares by dot product, dense and sparse added, in single precision.
 */
export class FakePineconeServer {
  readonly apiKey = 'pcsk_test';
  /** All requests, oldest first, as `POST /query`. */
  readonly calls: string[] = [];
  /** While set: every request gets this status, or no answer with `silence`. */
  failure: number | 'silence' | null = null;
  private readonly namespaces = new Map<string, Map<string, StoredVector>>();

  private constructor(
    private readonly server: Server,
    readonly dimension: number,
  ) {}

  static async start(dimension: number): Promise<FakePineconeServer> {
    const server = createServer();
    const pinecone = new FakePineconeServer(server, dimension);
    server.on('request', (request, response: ServerResponse) => {
      void request.toArray().then((chunks: Buffer[]) => {
        const url = new URL(request.url!, 'http://localhost');
        const text = Buffer.concat(chunks).toString();
        const body = (text === '' ? {} : JSON.parse(text)) as Body;
        const call = {
          method: request.method!,
          path: decodeURIComponent(url.pathname),
          query: url.searchParams,
          body,
        };
        pinecone.answer(call, request.headers['api-key'], response);
      });
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return pinecone;
  }

  get host(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** The ids of a namespace; null if it does not exist. */
  idsIn(namespace: string): string[] | null {
    const vectors = this.namespaces.get(namespace);
    return vectors ? [...vectors.keys()].toSorted() : null;
  }

  /** The indices of the sparse vector with this id. */
  wordsOf(namespace: string, id: string): readonly number[] {
    return this.namespaces.get(namespace)?.get(id)?.sparseValues?.indices ?? [];
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }

  private answer(call: Call, key: unknown, response: ServerResponse): void {
    this.calls.push(`${call.method} ${call.path}`);
    if (this.failure === 'silence') return;
    const [status, body] = this.respondTo(call, key);
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  }

  private respondTo(call: Call, key: unknown): [status: number, body: unknown] {
    try {
      if (typeof this.failure === 'number') throw new PineconeError(this.failure, 'out of order');
      if (key !== this.apiKey) throw new PineconeError(401, 'Invalid API Key');
      return [200, this.handle(call)];
    } catch (error) {
      const { status, message } = error as PineconeError;
      return [status ?? 500, { code: status === 404 ? 5 : 3, message, details: [] }];
    }
  }

  private handle({ method, path, query, body }: Call): unknown {
    const namespace = body.namespace ?? query.get('namespace') ?? '';
    const routes: Record<string, () => unknown> = {
      'POST /vectors/upsert': () => this.upsert(namespace, body.vectors ?? []),
      'POST /vectors/update': () => this.update(namespace, body),
      'POST /query': () => this.query(namespace, body),
      'POST /vectors/delete': () => this.delete(namespace, body.ids ?? []),
      'GET /vectors/list': () => this.list(namespace, query.get('prefix') ?? ''),
      'POST /describe_index_stats': () => this.stats(),
    };
    const route = routes[`${method} ${path}`];
    if (route) return route();
    if (method === 'DELETE' && path.startsWith('/namespaces/')) return this.deleteNamespace(path.slice(12));
    throw new PineconeError(404, `no route ${method} ${path}`);
  }

  private upsert(namespace: string, vectors: readonly StoredVector[]): unknown {
    for (const vector of vectors) this.assertValidVector(vector.values, vector.sparseValues);
    const stored = this.namespaces.get(namespace) ?? new Map<string, StoredVector>();
    this.namespaces.set(namespace, stored);
    for (const vector of vectors) stored.set(vector.id, vector);
    return { upsertedCount: vectors.length };
  }

  private update(namespace: string, { id = '', sparseValues }: Body): unknown {
    const stored = this.namespaces.get(namespace)?.get(id);
    if (!stored) return {};
    this.assertValidVector(stored.values, sparseValues);
    if (sparseValues) this.namespaces.get(namespace)!.set(id, { ...stored, sparseValues });
    return {};
  }

  private query(
    namespace: string,
    { vector = [], sparseVector, topK = 0, includeValues = false }: Body,
  ): unknown {
    this.assertValidVector(vector, sparseVector);
    const matches = [...(this.namespaces.get(namespace)?.values() ?? [])]
      .map((stored) => ({
        id: stored.id,
        score: Math.fround(
          denseProduct(vector, stored.values) + sparseProduct(sparseVector, stored.sparseValues),
        ),
        values: includeValues ? stored.values : [],
      }))
      .toSorted((a, b) => b.score - a.score)
      .slice(0, topK);
    return { matches, namespace, usage: { readUnits: 1 } };
  }

  private delete(namespace: string, ids: readonly string[]): unknown {
    const vectors = this.namespaces.get(namespace);
    if (!vectors) throw new PineconeError(404, 'Namespace not found');
    if (ids.length > 1000) throw new PineconeError(400, 'Too many ids');
    for (const id of ids) vectors.delete(id);
    return {};
  }

  private list(namespace: string, prefix: string): unknown {
    const ids = (this.idsIn(namespace) ?? []).filter((id) => id.startsWith(prefix));
    return { vectors: ids.map((id) => ({ id })), namespace, usage: { readUnits: 1 } };
  }

  private stats(): unknown {
    const counts = [...this.namespaces].map(([name, vectors]) => [name, { vectorCount: vectors.size }]);
    return { namespaces: Object.fromEntries(counts), dimension: this.dimension, indexFullness: 0 };
  }

  private deleteNamespace(namespace: string): unknown {
    if (!this.namespaces.delete(namespace)) throw new PineconeError(404, 'Namespace not found');
    return {};
  }

  private assertValidVector(values: readonly number[], sparseValues: StoredVector['sparseValues']): void {
    const { dimension } = this;
    if (values.length !== dimension)
      throw new PineconeError(
        400,
        `Vector dimension ${values.length} does not match the dimension of the index ${dimension}`,
      );
    if (values.every((value) => value === 0))
      throw new PineconeError(400, 'Dense vectors must contain at least one non-zero value.');
    if (sparseValues && !isSparse(sparseValues)) throw new PineconeError(400, 'Bad sparse values');
  }
}

function isSparse({ indices, values }: NonNullable<StoredVector['sparseValues']>): boolean {
  const isWhole = indices.length === values.length && new Set(indices).size === indices.length;
  const isFine = indices.every((index) => Number.isInteger(index) && index >= 0 && index < 2 ** 32);
  return isWhole && isFine && values.length > 0 && values.length <= maxSparseValues;
}

function denseProduct(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, value, index) => Math.fround(sum + Math.fround(value * b[index]!)), 0);
}

function sparseProduct(a: StoredVector['sparseValues'], b: StoredVector['sparseValues']): number {
  if (!a || !b) return 0;
  const weights = new Map(b.indices.map((index, at) => [index, b.values[at]!]));
  return a.indices.reduce((sum, index, at) => sum + a.values[at]! * (weights.get(index) ?? 0), 0);
}
