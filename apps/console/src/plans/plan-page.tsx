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
import type { PlanBody } from './plan-body.js';
import { PlanForm } from './plan-form.js';

const path = '/v1/platform/plans/{plan}';
const shape = { draft: searchJson };
const newPlan: PlanBody = {
  defaults: {},
  allowed_tiers: ['economy'],
  allowed_models: [],
  ceilings: {},
  locked_settings: [],
};

/** Reads a plan; one that is not there yet is a new one. */
async function loadPlan(plan: string, signal: AbortSignal): Promise<{ body: PlanBody; isNew: boolean }> {
  try {
    const { id: _id, ...body } = (await call('get', path, { params: { plan }, signal })).data;
    return { body, isNew: false };
  } catch (error) {
    if (problemOf(error).status !== 404) throw error;
    return { body: newPlan, isNew: true };
  }
}

/** One plan, changed with the tenants that the change reaches in view. The draft is in the URL. */
export function PlanPage() {
  const { plan = '' } = useParams();
  const query = useQuery({ queryKey: [path, plan], queryFn: ({ signal }) => loadPlan(plan, signal) });
  return (
    <Screen
      title={`Plan ${plan}`}
      about={query.data?.isNew === true ? 'This plan does not exist yet. Saving creates it.' : undefined}
      actions={query.data?.isNew === false && <DeletePlan plan={plan} />}
    >
      <Loaded query={query}>{({ body, isNew }) => <Editor plan={plan} saved={body} isNew={isNew} />}</Loaded>
    </Screen>
  );
}

function Editor({ plan, saved, isNew }: { plan: string; saved: PlanBody; isNew: boolean }) {
  const [{ draft }, setSearch] = useSearchState(shape);
  const client = useQueryClient();
  const body: PlanBody = { ...saved, ...draft };
  const url = toUrl(path, { plan });
  const write = async (next: PlanBody): Promise<void> => {
    await call('put', path, { params: { plan }, body: next });
    await client.invalidateQueries({ queryKey: ['/v1/platform/plans'] });
    await client.invalidateQueries({ queryKey: [path, plan] });
  };
  const save = async (): Promise<void> => {
    await write(body);
    setSearch({ draft: {} }, { replace: true });
    notifyDone({ message: `The plan ${plan} is saved.`, ...(!isNew && { onUndo: () => void write(saved) }) });
  };
  const isChanged = isNew || Object.keys(draft).length > 0;
  return (
    <>
      <PlanForm
        body={body}
        onChange={(change) => setSearch({ draft: { ...draft, ...change } }, { replace: true })}
      />
      <Section title="What would happen">
        <BlastRadius
          request={isChanged ? { method: 'PUT', url, body } : null}
          act="Save"
          title={`Save the plan ${plan}`}
          hint="Change something above. You see which tenants it reaches before anything is saved."
          onConfirm={save}
        />
      </Section>
    </>
  );
}

function DeletePlan({ plan }: { plan: string }) {
  const [isOpen, setOpen] = useState(false);
  const refusal = usePlatformRefusal();
  const client = useQueryClient();
  const navigate = useNavigate();
  const remove = async (): Promise<void> => {
    await call('delete', path, { params: { plan } });
    await client.invalidateQueries({ queryKey: ['/v1/platform/plans'] });
    notifyDone({ message: `The plan ${plan} is deleted.` });
    await navigate('/plans');
  };
  return (
    <>
      <ActButton reason={refusal} variant="default" onClick={() => setOpen(true)}>
        Delete
      </ActButton>
      {isOpen && (
        <ReviewSheet
          title={`Delete the plan ${plan}`}
          action={`Delete ${plan}`}
          isDangerous
          request={{ method: 'DELETE', url: toUrl(path, { plan }) }}
          onConfirm={remove}
          onClose={() => setOpen(false)}
        >
          A plan that a tenant has cannot be deleted; the answer says who has it.
        </ReviewSheet>
      )}
    </>
  );
}
