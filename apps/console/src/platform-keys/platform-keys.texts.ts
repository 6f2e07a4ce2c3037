/** The texts of the keys of the platform. */
export const texts = {
  about: 'Keys of the platform. Readers see everything and change nothing.',
  actOn: (act: string, name: string): string => `${act} ${name}`,
  createForAdmin: 'Create a key for a platform admin',
  createForReader: 'Create a key for a platform reader',
  title: 'Platform keys',
  createAct: 'Create a key',
  none: 'No key',
  noneAbout: 'Sign-in works by identity provider only.',
  created: 'Created',
  createTitle: 'Create a platform key',
} as const;
