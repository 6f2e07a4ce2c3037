import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { Draft } from '../draft/draft-store.js';
import {
  type MergeInput,
  type Side,
  type ThreeWayMerge,
  mergeThreeWays,
  resolveMerge,
} from '../draft/three-way-merge.js';
import { useTenantScope } from '../scope/tenant-scope.js';
import type { Explained } from '../settings/explanation.js';
import { refreshExplained } from '../settings/use-configuration.js';

/** A draft beside what was saved since it was begun. */
export interface Merging {
  readonly merge: ThreeWayMerge;
  readonly current: Explained;
  readonly choices: Readonly<Record<string, Side>>;
  /** The patch on the current version, as far as it is chosen. */
  readonly draft: Draft;
  readonly isChosen: boolean;
}

interface Loaded {
  readonly input: MergeInput;
  readonly current: Explained;
}

/** What was chosen while `version` was the current one. A newer version is another question, the same one loaded again is not. */
interface Chosen {
  readonly version: number;
  readonly choices: Merging['choices'];
}

const choicesAt = (chosen: Chosen, version: number): Merging['choices'] =>
  chosen.version === version ? chosen.choices : {};

/** Loads both sides of a conflict, and keeps what is chosen. */
export function useMerge(draft: Draft): {
  merging: Merging | null;
  load: () => Promise<void>;
  choose: (field: string, side: Side) => void;
} {
  const scope = useTenantScope();
  const client = useQueryClient();
  const [loaded, setLoaded] = useState<Loaded | null>(null);
  const [chosen, setChosen] = useState<Chosen>({ version: 0, choices: {} });
  const load = async (): Promise<void> => {
    const { baseVersion: version, patch } = draft;
    const [{ data: base }, current] = await Promise.all([
      scope.call('get', '/v1/config/history/{version}', { params: { version } }),
      refreshExplained(client, scope),
    ]);
    setLoaded({ input: { base: base.settings, theirs: current.own, patch }, current });
  };
  const version = loaded?.current.version ?? 0;
  return {
    merging: loaded && toMerging(loaded, choicesAt(chosen, version)),
    load,
    choose: (field, side) =>
      setChosen((before) => ({ version, choices: { ...choicesAt(before, version), [field]: side } })),
  };
}

function toMerging({ input, current }: Loaded, choices: Merging['choices']): Merging {
  const merge = mergeThreeWays(input);
  return {
    merge,
    current,
    choices,
    draft: { baseVersion: current.version, patch: resolveMerge(input, choices) },
    isChosen: merge.contested.every(({ field }) => choices[field] !== undefined),
  };
}
