/** The texts of the keys of the platform. */
export const texts = {
  title: 'Platform keys',
  about: 'Keys of the platform. Readers see everything and change nothing.',
  none: 'No key',
  noneAbout: 'Sign-in works by identity provider only.',
  actOn: (act: string, name: string): string => `${act} ${name}`,
  createForAdmin: 'Create a key for a platform admin',
  createForReader: 'Create a key for a platform reader',
  createAct: 'Create a key',
  created: 'Created',
  createTitle: 'Create a platform key',
} as const;
