import { useQuery, useQueryClient } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import type { HttpRequest } from '../act/curl.js';
import { notifyDone } from '../act/notify.js';
import { send } from '../api/client.js';
import { BlastRadius } from '../blast-radius/blast-radius.js';
import { Section } from '../states/section.js';
import { Screen } from '../states/screen.js';
import { Loaded } from '../states/states.js';
import { searchJson } from '../url-state/search-json.js';
import { useSearchState } from '../url-state/use-search-state.js';
import { useUrlDraft } from '../url-state/use-url-draft.js';
import { type Catalogue, type Entry, entryUrl, loadEntry } from './catalogue.js';
import { DeleteEntry } from './delete-entry.js';
import { words } from '../words/words.texts.js';
import { texts } from './catalogue.texts.js';

const shape = { draft: searchJson };

interface EntryPageProps<Body extends object> {
  readonly catalogue: Catalogue<Body>;
  readonly id: string;
  readonly title: string;
  /** More acts on an entry that is there. */
  readonly more?: (body: Body) => ReactNode;
}

/** One entry of a catalogue, changed with the tenants that the change reaches in view. The draft is in the URL. */
export function EntryPage<Body extends object>({ catalogue, id, title, more }: EntryPageProps<Body>) {
  const query = useQuery({
    queryKey: [catalogue.path, 'entry', id],
    queryFn: ({ signal }) => loadEntry(catalogue, id, signal),
  });
  return (
    <Screen
      title={title}
      about={query.data?.isNew === true ? catalogue.newEntryAbout : undefined}
      actions={query.data?.isNew === false && <DeleteEntry catalogue={catalogue} id={id} />}
    >
      <Loaded query={query}>
        {(entry) => (
          <>
            <Editor key={id} catalogue={catalogue} id={id} entry={entry} />
            {!entry.isNew && more?.(entry.body)}
          </>
        )}
      </Loaded>
    </Screen>
  );
}

interface EditorProps<Body extends object> {
  readonly catalogue: Catalogue<Body>;
  readonly id: string;
  readonly entry: Entry<Body>;
}

function Editor<Body extends object>({ catalogue, id, entry }: EditorProps<Body>) {
  const [inUrl, setSearch] = useSearchState(shape);
  const [draft, setDraft] = useUrlDraft(
    () => inUrl.draft,
    (next) => setSearch({ draft: next }, { replace: true }),
  );
  const client = useQueryClient();
  const { body: saved, isNew } = entry;
  const { Form, nameOf } = catalogue;
  const body: Body = { ...saved, ...draft };
  const url = entryUrl(catalogue, id);
  const write = async (next: Body) => {
    const answer = await send('put', url, { body: next });
    await client.invalidateQueries({ queryKey: [catalogue.path] });
    return answer;
  };
  const save = async (request: HttpRequest): Promise<void> => {
    await write(body);
    setDraft({});
    notifyDone({
      message: texts.saved(nameOf(id)),
      request,
      ...(!isNew && { onUndo: () => write(saved) }),
    });
  };
  const missing = catalogue.missingIn?.(body) ?? null;
  const isChanged = isNew || Object.keys(draft).length > 0;
  return (
    <>
      <Form body={body} onChange={(change) => setDraft({ ...draft, ...change })} />
      <Section title={words.whatWouldHappen}>
        <BlastRadius
          request={isChanged && missing === null ? { method: 'PUT', url, body } : null}
          act={words.save}
          title={texts.saveOne(nameOf(id))}
          hint={missing ?? texts.saveHint}
          onConfirm={save}
        />
      </Section>
    </>
  );
}
