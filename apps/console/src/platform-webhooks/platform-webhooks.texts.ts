/** The texts of the webhooks of the platform. */
export const texts = {
  about: 'Addresses that are told of events of all tenants, signed as Standard Webhooks say.',
  empty: 'Let another system know when a configuration changes, a budget runs out or a rollout stops.',
  title: 'Platform webhooks',
  none: 'No webhook yet',
} as const;
