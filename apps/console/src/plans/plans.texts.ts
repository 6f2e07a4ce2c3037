/** The texts of plans. */
export const texts = {
  title: (plan: string): string => `Plan ${plan}`,
  about: 'What a tenant has bought: default settings, ceilings, models, and settings that it may not change.',
  none: 'No plan',
  noneAbout: 'A tenant needs a plan. Make the first one below.',
  defaults: 'Defaults',
  ceilings: 'Ceilings',
  lockedSettings: 'Locked settings',
  nameOf: (plan: string): string => `the plan ${plan}`,
  newEntryAbout: 'This plan does not exist yet. Saving creates it.',
  deletionAbout: 'A plan that a tenant has cannot be deleted; the answer says who has it.',
  newPlan: 'New plan',
  idExample: 'id, such as team',
  idFault: 'Use a to z, 0 to 9 and -.',
  form: {
    tiers: 'Tiers',
    singleModels: 'Single models beside the tiers',
    defaults: 'Default settings',
    locked: 'Settings that tenants of this plan cannot change',
  },
} as const;
