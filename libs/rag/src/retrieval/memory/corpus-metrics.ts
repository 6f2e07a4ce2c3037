import type { Labels, Metrics } from '#telemetry';
import type { CorpusCache } from './corpus-cache.js';

/** Reports how much of the documents is in memory, and how often that answers. */
export function registerCorpusMetrics(metrics: Metrics, corpora: CorpusCache): void {
  metrics.observableGauge(
    { name: 'corpus_cache_bytes', help: 'Memory of documents that are kept to answer without the database' },
    () => unlabelled(corpora.bytes),
  );
  metrics.observableGauge(
    { name: 'corpus_cache_tenants', help: 'Tenants whose documents are in memory' },
    () => unlabelled(corpora.size),
  );
  const { counts } = corpora;
  metrics.observableCounter(
    {
      name: 'corpus_cache_searches_total',
      help: 'Searches, by whether the documents were in memory (hit) or not (miss)',
      labels: ['result'],
    },
    () => [
      [{ result: 'hit' }, counts.hits],
      [{ result: 'miss' }, counts.misses],
    ],
  );
  metrics.observableCounter(
    { name: 'corpus_cache_loads_total', help: 'Tenants whose documents were read into memory' },
    () => unlabelled(counts.loads),
  );
  metrics.observableCounter(
    { name: 'corpus_cache_evictions_total', help: 'Tenants whose documents were removed from memory' },
    () => unlabelled(counts.evictions),
  );
}

function unlabelled(value: number): [Labels, number][] {
  return [[{}, value]];
}
