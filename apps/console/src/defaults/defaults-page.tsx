import { Button } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import type { HttpRequest } from '../act/curl.js';
import { notifyDone } from '../act/notify.js';
import { call } from '../api/client.js';
import { BlastRadius } from '../blast-radius/blast-radius.js';
import { RowsTable } from '../lists/paged-table.js';
import { valueText } from '../lists/value-text.js';
import { type Patch, PatchEditor } from '../platform-settings/patch-editor.js';
import { useDefaults, usePlatformSettings } from '../platform-settings/use-platform-settings.js';
import { Section } from '../states/section.js';
import { Screen } from '../states/screen.js';
import { Loaded } from '../states/states.js';
import { searchJson } from '../url-state/search-json.js';
import { useSearchState } from '../url-state/use-search-state.js';
import { useUrlDraft } from '../url-state/use-url-draft.js';

const path = '/v1/platform/defaults';
const shape = { changes: searchJson };
const texts = {
  about: 'The lowest layer of settings: what a tenant has when neither it nor its plan says anything.',
  reset: 'gets the default of a fresh installation.',
  hint: 'Choose a setting above. You see which tenants would get another value before anything is saved.',
};

/** The defaults of the platform, changed with the tenants that the change reaches in view. */
export function DefaultsPage() {
  const defaults = useDefaults();
  return (
    <Screen title="Defaults" about={texts.about}>
      <Loaded query={defaults}>{(values) => <Editor values={values} />}</Loaded>
    </Screen>
  );
}

function Editor({ values }: { values: Patch }) {
  const [inUrl, setSearch] = useSearchState(shape);
  const [changes, setChanges] = useUrlDraft<Patch>(
    () => inUrl.changes,
    (next) => setSearch({ changes: next }, { replace: true }),
  );
  const client = useQueryClient();
  const settings = usePlatformSettings();
  const write = async (body: Patch) => {
    const answer = await call('patch', path, { body: body as never });
    await client.invalidateQueries({ queryKey: [path] });
    return answer;
  };
  const save = async (request: HttpRequest): Promise<void> => {
    const undo = Object.fromEntries(Object.keys(changes).map((name) => [name, values[name]]));
    await write(changes);
    setChanges({});
    notifyDone({ message: 'The defaults are changed.', request, onUndo: () => write(undo) });
  };
  const isChanged = Object.keys(changes).length > 0;
  return (
    <>
      <Section title="Change">
        <PatchEditor settings={settings} patch={changes} resetText={texts.reset} onChange={setChanges} />
      </Section>
      <Section title="What would happen">
        <BlastRadius
          request={isChanged ? { method: 'PATCH', url: path, body: changes } : null}
          act="Save"
          title="Change the defaults"
          hint={texts.hint}
          onConfirm={save}
        />
      </Section>
      <Section title="Today">
        <RowsTable
          label="Defaults of today"
          rows={settings}
          rowKey={({ name }) => name}
          columns={[
            { title: 'Setting', cell: ({ name }) => name },
            { title: 'Value', cell: ({ name }) => valueText(values[name], 120) },
            {
              title: 'Change',
              cell: ({ name }) => (
                <Button
                  size="xs"
                  variant="subtle"
                  disabled={name in changes}
                  aria-label={`Change ${name}`}
                  onClick={() => setChanges({ ...changes, [name]: values[name] })}
                >
                  Change
                </Button>
              ),
            },
          ]}
        />
      </Section>
    </>
  );
}
