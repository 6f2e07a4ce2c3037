/** The texts of the webhooks of the platform. */
export const texts = {
  title: 'Platform webhooks',
  about: 'Addresses that are told of events of all tenants, signed as Standard Webhooks say.',
  empty: 'Let another system know when a configuration changes, a budget runs out or a rollout stops.',
  none: 'No webhook yet',
} as const;
