const digits = '0-90-9〇零一二两三四五六七八九十百千万亿'
/** A figure with its sign and unit. Of the units of several characters it knows the usual ones. */
const figure = new RegExp(
  `(?:[$¥€]\\s?)?[${digits}](?:[${digits}.,:/.,点]*[${digits}])?(?:个?百分点|平方公里|平方米|立方米|公里|千米|公顷|公斤|毫克|美元|欧元|人次|\\p{Script=Han}|\\s?[a-zA-Z%‰℃/]+)?`,
  'gu',
)

/**
 * The beginning of a text, at most `limit` UTF-16 code units: cut after a clause where one ends in the second half, and
 * never inside a figure with its unit, unless the text begins with it, nor inside a surrogate pair.
 */
export function shorten(text: string, limit: number): string {
  if (text.length <= limit) return text
  const clauses = [...text.matchAll(/[。；;，,！？!?](?![0-90-9])/gu)].map(({ index }) => index + 1)
  const clause = clauses.findLast((end) => end <= limit) ?? 0
  if (clause > limit / 2) return text.slice(0, clause)
  const cutFigure = [...text.matchAll(figure)].find(
    ({ 0: found, index }) => index < limit && limit < index + found.length,
  )
  const end = cutFigure && cutFigure.index > 0 ? cutFigure.index : limit
  return text.slice(0, /[\uD800-\uDBFF]/u.test(text[end - 1] ?? '') ? end - 1 : end)
}

/** Shortens a text that is no quote, and marks that with `…`. */
export function clip(text: string, limit: number): string {
  return text.length <= limit ? text : `${shorten(text, limit - 1)}…`
}
