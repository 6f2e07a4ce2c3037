export const webhookTexts = {
  title: 'Webhooks',
  about: 'Addresses that Attune calls when something happens. Every call is signed (Standard Webhooks).',
  none: 'No webhooks yet',
  noneAbout: 'Make one to hear of changes, of a budget that ends, or of documents that failed.',
  delete: 'Nothing is sent to it any more, and its deliveries are forgotten. This cannot be undone.',
  rotate:
    'A new secret is made. For a while deliveries are signed with both, so that you can put the new one in place.',
  test: 'An event that says that it is a test is sent now, signed as all others.',
  stop: 'What waits to be sent is given up, and what happens until it is active again is not delivered.',
  startFirst: 'The webhook is stopped. Start it first.',
  noDeliveries: 'No deliveries yet',
  noMatch: 'No delivery is in this state.',
  noDeliveriesAbout: 'They appear when one of its events happens, or when you send a test.',
} as const;
