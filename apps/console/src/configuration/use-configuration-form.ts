import { useEffect, useReducer } from 'react';
import { problemOf } from '../api/problem.js';
import { type DraftControl, useDraftControl } from '../draft/use-draft-control.js';
import { applyPatch, isEmpty } from '../draft/patch.js';
import { type Saving, nextSaving } from '../draft/saving.js';
import type { Explained } from '../settings/explanation.js';
import type { SettingSchema } from '../settings/setting-schema.js';
import { type Faults, useFaults } from '../settings/use-configuration.js';

/** The state of the form: the draft, what is wrong with it, and where it is on its way into a version. */
export interface FormState {
  readonly control: DraftControl;
  readonly patch: Readonly<Record<string, unknown>>;
  readonly faults: Faults;
  readonly saving: Saving;
  /** Runs a save and follows it. Rejects with what the save rejects with. */
  save<T>(send: () => Promise<T>): Promise<T>;
  /** What the control of a setting shows: the tenant's own value with the draft, or what applies without one. */
  valueOf(setting: SettingSchema): unknown;
}

const nothing = {};

export function useConfigurationForm(explained: Explained): FormState {
  const control = useDraftControl(explained);
  const patch = control.draft?.patch ?? nothing;
  const faults = useFaults(patch, explained.version);
  const [saving, dispatch] = useReducer(nextSaving, 'idle');
  useEffect(() => dispatch({ type: 'edited', isDirty: !isEmpty(patch) }), [patch]);
  const own = applyPatch(explained.own, patch);
  return {
    control,
    patch,
    faults,
    saving,
    save: async (send) => {
      dispatch({ type: 'sent' });
      try {
        const answer = await send();
        dispatch({ type: 'saved' });
        return answer;
      } catch (error) {
        dispatch({ type: 'refused', problem: problemOf(error) });
        throw error;
      }
    },
    valueOf: ({ name, inherited }) => (Object.hasOwn(own, name) ? own[name] : inherited),
  };
}
