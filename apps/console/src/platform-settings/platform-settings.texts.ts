/** The texts of a change of settings outside a tenant. */
export const texts = {
  chooseAnother: 'Choose another setting',
  settingChoice: (title: string, name: string): string => `${title} (${name})`,
  removeOne: (setting: string): string => `Remove ${setting}`,
  reset: 'Reset',
  resetOne: (setting: string): string => `Reset ${setting}`,
} as const;
