/** The texts that plans and models have in common. */
export const texts = {
  deleted: (id: string): string => `${id} is deleted.`,
  deleteOne: (name: string): string => `Delete ${name}`,
  /** @param name "the plan pro", which begins the sentence here, or an id, which stays as it is. */
  saved: (name: string): string => `${name.replace(/^the /, 'The ')} is saved.`,
  saveOne: (name: string): string => `Save ${name}`,
  saveHint: 'Change something above. You see which tenants it reaches before anything is saved.',
} as const;
