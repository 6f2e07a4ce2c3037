import { useParams } from 'react-router';
import type { Catalogue } from '../catalogue/catalogue.js';
import { EntryPage } from '../catalogue/entry-page.js';
import type { PlanBody } from './plan-body.js';
import { PlanForm } from './plan-form.js';

const plans: Catalogue<PlanBody> = {
  path: '/v1/platform/plans',
  screen: '/plans',
  nameOf: (plan) => `the plan ${plan}`,
  newEntry: {
    defaults: {},
    allowed_tiers: ['economy'],
    allowed_models: [],
    ceilings: {},
    locked_settings: [],
  },
  newEntryAbout: 'This plan does not exist yet. Saving creates it.',
  deletionAbout: 'A plan that a tenant has cannot be deleted; the answer says who has it.',
  Form: PlanForm,
};

/** One plan. */
export function PlanPage() {
  const { plan = '' } = useParams();
  return <EntryPage catalogue={plans} id={plan} title={`Plan ${plan}`} />;
}
