/** The path in front of everything that this page asks for: `/attune` where a proxy removes it, else empty. Tests have no document. */
export const publicPath =
  typeof document === 'undefined'
    ? ''
    : (document.querySelector<HTMLMetaElement>('meta[name="public-path"]')?.content ?? '');
