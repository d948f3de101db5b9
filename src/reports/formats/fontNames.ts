/** Tells whether a font is bold by its name. */
export function isBoldName(name: string): boolean {
  return /bold|black|heavy|simhei|heiti|黑体/iu.test(name)
}

/** Tells by a font's name whether its letters are bullets, boxes and arrows. */
export function isSignsName(name: string): boolean {
  return /wingdings|webdings|dingbats/iu.test(name)
}

/** The families of fonts that are looked for in order: with serifs, as in the text of documents, and without. */
export const fontFamilies = {
  serif: 'Source Han Serif SC, Noto Serif CJK SC, Songti SC, SimSun, Noto Serif, serif',
  sans: 'PingFang SC, Noto Sans CJK SC, Microsoft YaHei, Noto Sans, sans-serif',
} as const

/** The families for a font by its name: the font itself, where the machine has it, then ones like it. */
export function familiesLike(name: string): string {
  const own = name.replaceAll(/[^\p{L}\p{N} _-]/gu, '').trim()
  const isSans = /hei|gothic|sans|arial|helvetica|calibri|tahoma|verdana|黑|等线|雅黑|圆/iu.test(own)
  const like = isSans ? fontFamilies.sans : fontFamilies.serif
  return own === '' ? like : `${own}, ${like}`
}
