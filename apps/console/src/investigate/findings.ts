import { isInDoubt, type Replica } from '../replicas/replicas.js';
import { investigateTexts } from './investigate.texts.js';

/** What `GET /v1/config?include=sources` says of where values come from. */
export interface Sources {
  readonly sources?: Readonly<Record<string, string>>;
  readonly own?: Readonly<Record<string, unknown>>;
  readonly [setting: string]: unknown;
}

/** One setting whose value is not the tenant's doing. */
export interface Overlay {
  readonly setting: string;
  readonly reason: string;
}

/** The settings that a flag or a rollout decides, and those that are lower or other than what the tenant stored. */
export function overlaysOf(configuration: Sources): readonly Overlay[] {
  const { sources = {}, own = {} } = configuration;
  const decided = Object.entries(sources)
    .filter(([, source]) => source === 'flag' || source === 'rollout')
    .map(([setting, source]) => ({ setting, reason: investigateTexts.decidedBy(source) }));
  const known = new Set(decided.map(({ setting }) => setting));
  const changed = Object.entries(own)
    .filter(
      ([setting, value]) =>
        !known.has(setting) && JSON.stringify(value) !== JSON.stringify(configuration[setting]),
    )
    .map(([setting, value]) => ({
      setting,
      reason: investigateTexts.cutByPlan(JSON.stringify(value), JSON.stringify(configuration[setting])),
    }));
  return [...decided, ...changed];
}

/** The replicas that may return older settings. */
export function replicasBehind(replicas: readonly Replica[]): readonly Replica[] {
  return replicas.filter((replica) => isInDoubt(replica) || (replica.behind_by ?? 0) > 0);
}
