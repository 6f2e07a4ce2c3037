export const keyTexts = {
  title: 'API keys',
  about: 'What programs and people sign in with. A key is shown once, when it is made.',
  none: 'No API keys',
  noneAbout: 'Make one for each program, with only the scopes that it needs.',
  revoke:
    'Requests with this key are refused on every replica at once, and its sessions end. This cannot be undone.',
  ownKey: 'You are signed in with this key: you will be signed out.',
  rotate:
    'A second key with the same name, role and scopes is made. Both work. Put the new one in place, watch when the old one was last used, and revoke it once it is quiet.',
  allScopes: 'All that the role may do',
} as const;
