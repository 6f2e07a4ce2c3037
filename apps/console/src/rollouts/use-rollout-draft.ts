import { searchJson } from '../url-state/search-json.js';
import { searchChoice, searchText, useSearchState } from '../url-state/use-search-state.js';
import { useUrlDraft } from '../url-state/use-url-draft.js';

/** The name, the first share and the guardrails of a new rollout, as they are typed. */
export interface RolloutDraft {
  readonly name: string;
  readonly unit: 'tenant' | 'query';
  readonly percentage: string;
  readonly guardrails: Readonly<Record<string, string>>;
}

const firstGuardrails: RolloutDraft['guardrails'] = {
  max_error_rate: '0.05',
  max_p95_ms: '',
  max_cost_ratio: '',
  max_fallback_rate: '',
  min_samples: '50',
};

const shape = {
  name: searchText,
  unit: searchChoice(['tenant', 'query']),
  percentage: searchChoice(['5', '1', '10', '25', '50', '100']),
  guardrails: searchJson,
};

/** The draft, kept in the URL: a reload or Back shows it again. */
export function useRolloutDraft(): [RolloutDraft, (change: Partial<RolloutDraft>) => void] {
  const [inUrl, setUrl] = useSearchState(shape);
  const [draft, setDraft] = useUrlDraft<RolloutDraft>(
    () => ({ ...inUrl, guardrails: { ...firstGuardrails, ...toTexts(inUrl.guardrails) } }),
    ({ percentage, ...next }) =>
      setUrl({ ...next, percentage: percentage as typeof inUrl.percentage }, { replace: true }),
  );
  return [draft, (change) => setDraft({ ...draft, ...change })];
}

function toTexts(guardrails: object): RolloutDraft['guardrails'] {
  return Object.fromEntries(Object.entries(guardrails).map(([name, value]) => [name, String(value)]));
}
