import type { Database } from '#database';
import { testDatabases } from '#testing';
import { aDocumentsService } from '../../testing/documents/documents-service.js';
import { addTenants } from '../../testing/retrieval/open-stores.js';
import type { EmbedOptions } from '../embedding/embedder.js';
import { WordEmbedder } from '../../testing/retrieval/word-embedder.js';
import { ChunkRepository } from './chunk.repository.js';
import { PostgresStore } from './postgres.store.js';
import { Retriever } from './retriever.js';

/** One tenant with documents in many languages. */
const documents = {
  vertrag: 'Der Vertrag endet am Monatsende.',
  refund: '退款政策：十四天内可以退款。',
  henpin: '返品は十四日以内にできます。',
  frist: 'Mieter haben Kündigungsfristen von drei Monaten einzuhalten.',
  decomposed: 'Die Pru\u0308fung ist schriftlich.',
  soft: 'Die Auf\u00adhebung wirkt sofort.',
  cafe: 'The café opens at nine.',
  fee: 'Fee: 1,500.00 EUR',
  part: 'Part WX-4711 is out of stock',
  stack: 'The TCP/IP stack and read/write locks',
  mail: 'Write to billing@example.com today',
  path: 'Edit /etc/nginx/nginx.conf please',
  version: 'Release v2.14.3 fixes it',
  hyphen: 'The termi-\nnation of well-\nknown custo-\nmers',
  thai: 'คืนเงินได้ภายในสิบสี่วัน',
  greek: 'Το συμβόλαιο λήγει στο τέλος του μήνα.',
  hindi: 'किताबें मेज़ पर हैं।',
  turkish: 'Sözleşme ay sonunda biter.',
  korean: '환불은 14일 이내에 가능합니다.',
};

/** Takes every question for one about the café, as a model may do with a language that it does not know. */
class EnglishEmbedder extends WordEmbedder {
  constructor(private readonly known: readonly string[]) {
    super();
  }

  override knowsLanguage(language: string): boolean {
    return this.known.includes(language);
  }

  override embed(texts: readonly string[], { purpose }: EmbedOptions = {}): Promise<Float32Array[]> {
    return super.embed(purpose === 'question' ? texts.map(() => documents.cafe) : texts);
  }
}

describe.each(testDatabases)('the retriever on %s', (_name, open) => {
  let database: Database;
  let store: PostgresStore;
  let retriever: Retriever;
  let close: () => Promise<void>;

  beforeAll(async () => {
    const opened = await open();
    ({ database } = opened);
    close = () => opened.close();
    await addTenants(database, 'world');
    store = new PostgresStore(database, new ChunkRepository(database));
    const embedder = new WordEmbedder();
    retriever = new Retriever(store, embedder);
    await aDocumentsService({ database, store, embedder }).addAll(
      'world',
      Object.entries(documents).map(([id, text]) => ({ id, title: id, text })),
    );
  });
  afterAll(() => close());

  it.each([
    ['Verträge', 'vertrag'],
    ['退款', 'refund'],
    ['怎么退款？', 'refund'],
    ['返品', 'henpin'],
    ['Kündigungsfrist', 'frist'],
    ['Kuendigungsfrist', 'frist'],
    ['Prüfung', 'decomposed'],
    ['Aufhebung', 'soft'],
    ['cafe', 'cafe'],
    ['1500', 'fee'],
    ['1.500,00', 'fee'],
    ['4711', 'part'],
    ['wx4711', 'part'],
    ['TCP', 'stack'],
    ['read', 'stack'],
    ['billing', 'mail'],
    ['example.com', 'mail'],
    ['nginx.conf', 'path'],
    ['2.14.3', 'version'],
    ['termination', 'hyphen'],
    ['customers', 'hyphen'],
    ['well-known', 'hyphen'],
    ['คืนเงิน', 'thai'],
    ['συμβόλαια', 'greek'],
    ['किताब', 'hindi'],
    ['sözleşmeler', 'turkish'],
    ['환불', 'korean'],
  ])('finds by %j the document %s first, by keywords alone', async (question, id) => {
    const { chunks } = await retriever.retrieve({ tenantId: 'world', question, topK: 5, alpha: 0 });
    expect(chunks[0]?.doc_id).toBe(id);
  });

  it('lets the vectors of an embedder decide little in a language that it does not know, unless they decide alone', async () => {
    const first = async (known: readonly string[], alpha: number) => {
      const asked = new Retriever(store, new EnglishEmbedder(known));
      const input = {
        tenantId: 'world',
        question: 'Kündigungsfrist und Prüfung für Mieter?',
        topK: 5,
        alpha,
      };
      return (await asked.retrieve(input)).chunks[0]!.doc_id;
    };
    expect(await first(['de', 'en'], 0.9)).toBe('cafe');
    expect(await first(['en'], 0.9)).toBe('frist');
    expect(await first(['en'], 1)).toBe('cafe');
  });

  it('does not find a German document by an article', async () => {
    const input = { tenantId: 'world', question: 'Wer macht die Vertretung?', topK: 5, alpha: 0 };
    expect((await retriever.retrieve(input)).chunks).toEqual([]);
  });
});
