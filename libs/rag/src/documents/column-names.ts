/** So many rows below a row of column names make a table. */
export const minTableRows = 3;
const letter = /\p{L}/u;
const year = /^(?:19|20)\d\d$/;
/** Of e-mail or of a page: a value, which is no name of a column. */
const address = /\S@\S|:\/\//;
const maxNameCharacters = 100;

/** Whether the cells of a row are names of columns, as in a header: short, with letters, or years. */
export function areColumnNames(cells: readonly string[]): boolean {
  const names = cells.map((cell) => cell.trim()).filter((name) => name !== '');
  const isMostlyNamed = names.length * 2 >= cells.length;
  return isMostlyNamed && names.every(isColumnName) && names.some((name) => letter.test(name));
}

function isColumnName(name: string): boolean {
  if (name.length > maxNameCharacters || address.test(name)) return false;
  return letter.test(name) || year.test(name);
}
