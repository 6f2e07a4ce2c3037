import { canonicalJson, sameJson } from '#kernel';
import type { Verdict } from '../../bulk/judgement.js';
import type { ConfigurationClass } from '../../fleet/fleet.repository.js';
import { type Commons, layersOfClass } from '../../fleet/fleet.service.js';
import { setByAfter } from '../../settings/layers.js';
import type { Rollout } from '../rollout.js';
import { type Candidate, faultsUnder, standingOf } from '../standing.js';

/** The verdicts of one promotion, each worked out once: most are known before any tenant is locked. */
export class PromotionVerdicts {
  private readonly known = new Map<string, Verdict>();

  constructor(
    private readonly changes: Rollout['changes'],
    private readonly commons: Commons,
  ) {}

  on(one: ConfigurationClass): Verdict {
    const { tenants: _tenants, ...shared } = one;
    const key = canonicalJson(shared);
    const verdict = this.known.get(key) ?? judgePromotion(this.changes, one, this.commons);
    this.known.set(key, verdict);
    return verdict;
  }
}

type Found = Pick<Verdict, 'outcome' | 'detail'>;

const longestDetail = 1000;

/**
 * What a promotion does to a class of tenants: whoever could take part in the rollout gets what was tried, whole variables
 * included, and whoever could not keeps what is there.
 */
function judgePromotion(changes: Rollout['changes'], one: ConfigurationClass, commons: Commons): Verdict {
  const candidate = { ...one, layers: layersOfClass(one, commons) };
  const settings = { ...one.settings, ...changes };
  const set_by = setByAfter(one, settings, () => 'platform_admin');
  return { ...found(changes, candidate), settings, set_by };
}

function found(changes: Rollout['changes'], candidate: Candidate): Found {
  const own = candidate.layers.own as Readonly<Record<string, unknown>>;
  const isDone = Object.entries(changes).every(([name, value]) => sameJson(own[name], value));
  if (isDone) return { outcome: 'unchanged', detail: null };
  const standing = standingOf(changes, { ...candidate, approval_required: false });
  if (standing === 'override_locked') return skipped('The tenant has turned override_allowed off.');
  if (standing === 'managed_by_code') return skipped('A file owns one of the settings.');
  if (standing === 'locked_by_plan') return skipped('The plan fixes one of the settings.');
  if (standing === 'invalid') return { outcome: 'invalid', detail: faultsInWords(changes, candidate) };
  return { outcome: candidate.approval_required ? 'approval_required' : 'updated', detail: null };
}

function skipped(detail: string): Found {
  return { outcome: 'skipped_locked', detail };
}

function faultsInWords(changes: Rollout['changes'], { layers }: Candidate): string {
  const messages = faultsUnder(changes, layers).map(({ message }) => message);
  return [...new Set(messages)].join(' ').slice(0, longestDetail);
}
