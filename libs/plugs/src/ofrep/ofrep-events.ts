import { createHash } from 'node:crypto';
import type { CompiledConfiguration, StreamFormat } from '#config';

/** The events of OFREP (its decision 0008): they ask clients to evaluate again, and contain no values. */
export const ofrepEvents: StreamFormat = {
  tagOf,
  start: refetchEvent,
  change: (_from, to) => refetchEvent(to),
  restart: refetchEvent,
};

/** Changes with everything that the flags depend on, and not with the caller. */
function tagOf({ version, settings, sources, querySplit }: CompiledConfiguration): string {
  const text = JSON.stringify([settings, sources, querySplit?.rollout ?? null]);
  return `${version}-${createHash('sha256').update(text).digest('hex').slice(0, 8)}`;
}

function refetchEvent(configuration: CompiledConfiguration): string {
  const tag = tagOf(configuration);
  return `id: ${tag}\nevent: message\ndata: ${JSON.stringify({ type: 'refetchEvaluation', etag: tag })}\n\n`;
}
