/** The texts of the defaults of the platform. */
export const texts = {
  title: 'Defaults',
  about: 'The lowest layer of settings: what a tenant has when neither it nor its plan says anything.',
  reset: 'gets the default of a fresh installation.',
  hint: 'Choose a setting above. You see which tenants would get another value before anything is saved.',
  done: 'The defaults are changed.',
  sheetTitle: 'Change the defaults',
  today: 'Today',
  ofToday: 'Defaults of today',
  changeOne: (setting: string): string => `Change ${setting}`,
} as const;
