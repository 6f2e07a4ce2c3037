import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useParams } from 'react-router';
import { ActButton } from '../act/act-button.js';
import type { HttpRequest } from '../act/curl.js';
import { notifyDone } from '../act/notify.js';
import { call, toUrl } from '../api/client.js';
import { BlastRadius } from '../blast-radius/blast-radius.js';
import type { Catalogue } from '../catalogue/catalogue.js';
import { EntryPage } from '../catalogue/entry-page.js';
import { Section } from '../states/section.js';
import type { ModelBody } from './model-body.js';
import { ModelForm } from './model-form.js';
import { texts } from './models.texts.js';

const list = '/v1/platform/models';
const retirePath = `${list}/{id}/retire` as const;

const models: Catalogue<ModelBody> = {
  path: list,
  screen: '/models',
  nameOf: (id) => id,
  newEntry: {
    provider: 'openai-compatible',
    tier: 'economy',
    base_url: null,
    context_window: 128_000,
    max_output_tokens: 4_096,
    temperature: { min: 0, max: 2 },
    input_usd_per_mtok: 0,
    output_usd_per_mtok: 0,
    state: 'active',
  },
  missingIn: ({ provider, base_url: address }) =>
    provider === 'openai-compatible' && !address ? texts.addressIsMissing : null,
  newEntryAbout: texts.newEntryAbout,
  deletionAbout: texts.deletionAbout,
  Form: ModelForm,
};

/** One model of the catalogue; it can be retired, too. */
export function ModelPage() {
  const { id = '' } = useParams();
  return (
    <EntryPage
      catalogue={models}
      id={id}
      title={id}
      more={({ state }) => state !== 'retired' && <Retire id={id} />}
    />
  );
}

function Retire({ id }: { id: string }) {
  const client = useQueryClient();
  const [isAsked, setAsked] = useState(false);
  const params = { id };
  const retire = async (request: HttpRequest): Promise<void> => {
    await call('post', retirePath, { params });
    await client.invalidateQueries({ queryKey: [list] });
    notifyDone({ message: texts.retirement.done(id), request });
  };
  return (
    <Section
      title={texts.retirement.title}
      act={
        <ActButton reason={null} variant="default" onClick={() => setAsked(true)}>
          {texts.retirement.whoUsesIt}
        </ActButton>
      }
    >
      <BlastRadius
        request={isAsked ? { method: 'POST', url: toUrl(retirePath, params) } : null}
        act={texts.retirement.title}
        title={texts.retirement.titleOf(id)}
        isDangerous
        hint={texts.retirement.hint}
        onConfirm={retire}
      />
    </Section>
  );
}
