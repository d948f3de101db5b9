/** HTML that may be put into a page as it is: the text of a template with its values escaped. */
export interface Html {
  readonly html: string
}

/** A value of a template. Text and numbers are escaped; null, undefined and false leave nothing. */
export type Value = string | number | Html | null | undefined | false | readonly Value[]

/** The tag of a template whose values are escaped, in text and in attributes between quotation marks. */
export function html(strings: TemplateStringsArray, ...values: readonly Value[]): Html {
  let written = strings[0]!
  for (const [i, value] of values.entries()) written += put(value) + strings[i + 1]!
  return { html: written }
}

function put(value: Value): string {
  if (value === null || value === undefined || value === false) return ''
  if (typeof value === 'string') return escaped(value)
  if (typeof value === 'number') return String(value)
  if ('html' in value) return value.html
  let written = ''
  for (const one of value) written += put(one)
  return written
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
  // A parser drops NUL and turns a carriage return into a line feed, which would shift the positions of all that
  // follows.
  '\0': '\ufffd',
  '\r': '&#13;',
}

/** Escapes text for HTML, so that a browser shows as many characters as it had. */
export function escaped(text: string): string {
  return text.replace(/[&<>"'\0\r]/gu, (character) => entities[character]!)
}
