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
import { SettingName } from '../settings/setting-name.js';
import { settingTitle } from '../settings/setting-properties.js';
import { Section } from '../states/section.js';
import { Screen } from '../states/screen.js';
import { Loaded } from '../states/states.js';
import { searchJson } from '../url-state/search-json.js';
import { useSearchState } from '../url-state/use-search-state.js';
import { useUrlDraft } from '../url-state/use-url-draft.js';
import { words } from '../words/words.texts.js';
import { texts } from './defaults.texts.js';

const path = '/v1/platform/defaults';
const shape = { changes: searchJson };

/** The defaults of the platform, changed with the tenants that the change reaches in view. */
export function DefaultsPage() {
  const defaults = useDefaults();
  return (
    <Screen title={texts.title} about={texts.about}>
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
    notifyDone({ message: texts.done, request, onUndo: () => write(undo) });
  };
  const isChanged = Object.keys(changes).length > 0;
  return (
    <>
      <Section title={words.change}>
        <PatchEditor settings={settings} patch={changes} resetText={texts.reset} onChange={setChanges} />
      </Section>
      <Section title={words.whatWouldHappen}>
        <BlastRadius
          request={isChanged ? { method: 'PATCH', url: path, body: changes } : null}
          act={words.save}
          title={texts.sheetTitle}
          hint={texts.hint}
          onConfirm={save}
        />
      </Section>
      <Section title={texts.today}>
        <RowsTable
          label={texts.ofToday}
          rows={settings}
          rowKey={({ name }) => name}
          columns={[
            { title: words.setting, cell: ({ name }) => <SettingName name={name} /> },
            { title: words.value, cell: ({ name }) => valueText(values[name], 120) },
            {
              title: words.change,
              cell: ({ name }) => (
                <Button
                  size="xs"
                  variant="subtle"
                  disabled={name in changes}
                  aria-label={texts.changeOne(settingTitle(name))}
                  onClick={() => setChanges({ ...changes, [name]: values[name] })}
                >
                  {words.change}
                </Button>
              ),
            },
          ]}
        />
      </Section>
    </>
  );
}
