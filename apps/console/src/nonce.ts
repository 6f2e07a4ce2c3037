import { setNonce } from 'get-nonce';

/** The nonce of the page's content security policy, which styles that are made at run time carry. */
export const nonce = document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.content ?? '';

// For react-remove-scroll inside Mantine's dialogs.
setNonce(nonce);
