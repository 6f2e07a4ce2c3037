import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useNavigate, useParams } from 'react-router';
import { ActButton } from '../act/act-button.js';
import { notifyDone } from '../act/notify.js';
import { ReviewSheet } from '../act/review-sheet.js';
import { call, toUrl } from '../api/client.js';
import { problemOf } from '../api/problem.js';
import { BlastRadius } from '../blast-radius/blast-radius.js';
import { usePlatformRefusal } from '../session/platform-refusal.js';
import { Section } from '../states/section.js';
import { Screen } from '../states/screen.js';
import { Loaded } from '../states/states.js';
import { searchJson } from '../url-state/search-json.js';
import { useSearchState } from '../url-state/use-search-state.js';
import type { ModelBody } from './model-body.js';
import { ModelForm } from './model-form.js';

const path = '/v1/platform/models/{id}';
const list = '/v1/platform/models';
const shape = { draft: searchJson };
const newModel: ModelBody = {
  provider: 'openai-compatible',
  tier: 'economy',
  base_url: 'https://',
  context_window: 128_000,
  max_output_tokens: 4_096,
  temperature: { min: 0, max: 2 },
  input_usd_per_mtok: 0,
  output_usd_per_mtok: 0,
  state: 'active',
};

/** Reads a model; one that is not there yet is a new one. */
async function loadModel(id: string, signal: AbortSignal): Promise<{ body: ModelBody; isNew: boolean }> {
  try {
    const { id: _id, ...body } = (await call('get', path, { params: { id }, signal })).data;
    return { body, isNew: false };
  } catch (error) {
    if (problemOf(error).status !== 404) throw error;
    return { body: newModel, isNew: true };
  }
}

/** One model of the catalogue, changed and retired with the tenants that this reaches in view. */
export function ModelPage() {
  const { id = '' } = useParams();
  const query = useQuery({ queryKey: [path, id], queryFn: ({ signal }) => loadModel(id, signal) });
  return (
    <Screen
      title={id}
      about={
        query.data?.isNew === true ? 'This model is not in the catalogue yet. Saving adds it.' : undefined
      }
      actions={query.data?.isNew === false && <DeleteModel id={id} />}
    >
      <Loaded query={query}>
        {({ body, isNew }) => (
          <>
            <Editor id={id} saved={body} isNew={isNew} />
            {!isNew && body.state !== 'retired' && <Retire id={id} />}
          </>
        )}
      </Loaded>
    </Screen>
  );
}

function Editor({ id, saved, isNew }: { id: string; saved: ModelBody; isNew: boolean }) {
  const [{ draft }, setSearch] = useSearchState(shape);
  const refresh = useRefresh(id);
  const body = { ...saved, ...draft } as ModelBody;
  const write = async (next: ModelBody): Promise<void> => {
    await call('put', path, { params: { id }, body: next });
    await refresh();
  };
  const save = async (): Promise<void> => {
    await write(body);
    setSearch({ draft: {} }, { replace: true });
    notifyDone({ message: `${id} is saved.`, ...(!isNew && { onUndo: () => void write(saved) }) });
  };
  const isChanged = isNew || Object.keys(draft).length > 0;
  return (
    <>
      <Section title="Model">
        <ModelForm
          body={body}
          onChange={(change) => setSearch({ draft: { ...draft, ...change } }, { replace: true })}
        />
      </Section>
      <Section title="What would happen">
        <BlastRadius
          request={isChanged ? { method: 'PUT', url: toUrl(path, { id }), body } : null}
          act="Save"
          title={`Save ${id}`}
          hint="Change something above. You see which tenants it reaches before anything is saved."
          onConfirm={save}
        />
      </Section>
    </>
  );
}

function useRefresh(id: string): () => Promise<void> {
  const client = useQueryClient();
  return async () => {
    await client.invalidateQueries({ queryKey: [list] });
    await client.invalidateQueries({ queryKey: [path, id] });
  };
}

function Retire({ id }: { id: string }) {
  const refresh = useRefresh(id);
  const [isAsked, setAsked] = useState(false);
  const url = toUrl(`${path}/retire`, { id });
  const retire = async (): Promise<void> => {
    await call('post', `${path}/retire`, { params: { id } });
    await refresh();
    notifyDone({ message: `${id} is retired.` });
  };
  return (
    <Section
      title="Retire"
      act={
        <ActButton reason={null} variant="default" onClick={() => setAsked(true)}>
          Who uses it?
        </ActButton>
      }
    >
      <BlastRadius
        request={isAsked ? { method: 'POST', url } : null}
        act="Retire"
        title={`Retire ${id}`}
        isDangerous
        hint="Tenants that use it keep it; nobody can choose it any more."
        onConfirm={retire}
      />
    </Section>
  );
}

function DeleteModel({ id }: { id: string }) {
  const [isOpen, setOpen] = useState(false);
  const refusal = usePlatformRefusal();
  const client = useQueryClient();
  const navigate = useNavigate();
  const remove = async (): Promise<void> => {
    await call('delete', path, { params: { id } });
    await client.invalidateQueries({ queryKey: [list] });
    notifyDone({ message: `${id} is deleted.` });
    await navigate('/models');
  };
  return (
    <>
      <ActButton reason={refusal} variant="default" onClick={() => setOpen(true)}>
        Delete
      </ActButton>
      {isOpen && (
        <ReviewSheet
          title={`Delete ${id}`}
          action={`Delete ${id}`}
          isDangerous
          request={{ method: 'DELETE', url: toUrl(path, { id }) }}
          onConfirm={remove}
          onClose={() => setOpen(false)}
        >
          A model that is used cannot be deleted; the answer says by whom.
        </ReviewSheet>
      )}
    </>
  );
}
