import { useState } from 'react';
import { problemOf } from '../api/problem.js';
import { type Patch, PatchEditor } from '../platform-settings/patch-editor.js';
import { usePlatformSettings } from '../platform-settings/use-platform-settings.js';
import { settingTitle } from '../settings/setting-properties.js';
import { Section } from '../states/section.js';
import { searchJson } from '../url-state/search-json.js';
import { useSearchState } from '../url-state/use-search-state.js';
import { useUrlDraft } from '../url-state/use-url-draft.js';
import { SelectorForm } from './selector-form.js';
import { type SelectorText, toSelector, toSelectorText } from './selector.js';
import { useDryRun } from './use-dry-run.js';
import { chosenPart, untouchedAfter } from './untouched.js';
import { texts } from './targets.texts.js';

const shape = { selector: searchJson, changes: searchJson };

/**
 * The tenants and the changes that a page is about, kept in its URL, with their dry run. A setting that was just added has a value to begin
 * with, but is no change before that is edited: `missing` says so.
 */
export function useTargetedChanges() {
  const [inUrl, setSearch] = useSearchState(shape);
  const [form, setForm] = useUrlDraft(
    () => toSelectorText(inUrl.selector),
    (next) => setSearch({ selector: { ...toSelector(next) } }, { replace: true }),
  );
  const [edited, setEdited] = useState<Patch>(inUrl.changes);
  const [untouched, setUntouched] = useState<readonly string[]>([]);
  const changes = chosenPart(edited, untouched);
  const editChanges = (next: Patch): void => {
    const nextUntouched = untouchedAfter(untouched, edited, next);
    setEdited(next);
    setUntouched(nextUntouched);
    setSearch({ changes: chosenPart(next, nextUntouched) }, { replace: true });
  };
  const selector = toSelector(form);
  const editTenants = (next: Partial<SelectorText>): void => setForm({ ...form, ...next });
  const missing = untouched.length === 0 ? null : texts.chooseValue(untouched.map(settingTitle));
  const dryRun = useDryRun(selector, changes);
  return { form, selector, edited, changes, missing, dryRun, editTenants, editChanges };
}

interface FormProps {
  readonly value: ReturnType<typeof useTargetedChanges>;
  /** What a reset of a setting does; absent where a setting cannot be reset. */
  readonly resetText?: string;
}

/** The first two steps of a page: which tenants, and which changes. */
export function TargetedChangesForm({ value, resetText }: FormProps) {
  const { form, edited, dryRun, editTenants, editChanges } = value;
  return (
    <>
      <Section title={texts.steps.whom}>
        <SelectorForm value={form} onChange={editTenants} />
      </Section>
      <Section title={texts.steps.what}>
        <PatchEditor
          settings={usePlatformSettings()}
          patch={edited}
          errors={problemOf(dryRun.query.error).errors ?? []}
          {...(resetText !== undefined && { resetText })}
          onChange={editChanges}
        />
      </Section>
    </>
  );
}
