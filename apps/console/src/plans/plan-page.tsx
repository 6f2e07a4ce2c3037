import { useParams } from 'react-router';
import type { Catalogue } from '../catalogue/catalogue.js';
import { EntryPage } from '../catalogue/entry-page.js';
import type { PlanBody } from './plan-body.js';
import { PlanForm } from './plan-form.js';
import { texts } from './plans.texts.js';

const plans: Catalogue<PlanBody> = {
  path: '/v1/platform/plans',
  screen: '/plans',
  nameOf: (plan) => texts.nameOf(plan),
  newEntry: {
    defaults: {},
    allowed_tiers: ['economy'],
    allowed_models: [],
    ceilings: {},
    locked_settings: [],
  },
  newEntryAbout: texts.newEntryAbout,
  deletionAbout: texts.deletionAbout,
  Form: PlanForm,
};

/** One plan. */
export function PlanPage() {
  const { plan = '' } = useParams();
  return <EntryPage catalogue={plans} id={plan} title={texts.title(plan)} />;
}
