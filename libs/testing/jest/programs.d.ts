export function findPrograms(needed: { postgres: true }): { readonly postgres: string };
