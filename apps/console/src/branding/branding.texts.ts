/** The texts of the screen for branding and the host name. */
export const texts = {
  title: 'Branding and domain',
  about: 'How your product looks to the users of this tenant, and its own host name.',
  logo: "The tenant's logo",
  preview: 'Preview',
  contrast: {
    of: (isWhite: boolean, ratio: string): string => `${isWhite ? 'White' : 'Black'} text: ${ratio} to 1`,
    readable: 'readable',
    lessThan: (min: number): string => `less than ${min}`,
    sample: 'Text',
  },
  domain: {
    copyValue: 'Copy the value',
    claimed: '{domain} is claimed.',
    verified: '{domain} is claimed and verified.',
    title: 'Custom domain',
    enter: 'Enter the host name above, review and save it.',
    checkOnce: 'Check once to see the DNS record that proves that the host name is yours.',
    none: 'No custom domain is saved.',
    check: 'Check now',
    isVerified: (domain: string): string => `${domain} is verified.`,
    putRecord: 'Put this TXT record at your DNS provider. It can take minutes until it is seen.',
  },
} as const;
