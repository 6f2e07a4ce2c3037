/** Titles that programs write: `untitled`, `Document1`, `Slide 1`. */
const placeholder =
  /^(?:\(?(?:untitled|unbenannt|sans titre|anonymous)\)?[-_ ]?\d*|(?:document|dokument|presentation|präsentation|slide|folie|book|mappe)[-_ ]?\d*|powerpoint[- ](?:presentation|präsentation))$/i;
/** `Microsoft Word - lease.docx`, `C:\files\lease.doc`, `file:///lease.html` */
const origin =
  /^(?:microsoft (?:office )?(?:word|excel|powerpoint|publisher|visio|outlook) - .*|(?:[a-z]:)?[\\/].*|[a-z]:[^ ].*|file:.*|https?:\/\/\S*|about:blank)$/i;
/** `lease_v3.indd`, but not `Guide to Node.js`. */
const fileName =
  /\.(?:docx?|docm|dotx?|odt|rtf|txt|pdf|pages|wpd|tex|dvi|ps|eps|ai|cdr|indd|qxd|qxp|fm|pub|pptx?|pptm|odp|key|xlsx?|xlsm|ods|csv|x?html?|aspx?|php|md|vsdx?|dwg|tiff?|jpe?g|png|tmp)$/i;

/** The first of the titles that a person has written; null if there is none. */
export function chooseTitle(declared: readonly unknown[]): string | null {
  for (const one of declared) {
    const title = typeof one === 'string' ? one.replace(/\s+/g, ' ').trim() : '';
    if (title !== '' && ![placeholder, origin, fileName].some((pattern) => pattern.test(title))) return title;
  }
  return null;
}
