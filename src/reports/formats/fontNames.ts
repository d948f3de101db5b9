/** Tells whether a font is bold by its name. */
export function isBoldName(name: string): boolean {
  return /bold|black|heavy|simhei|heiti|黑体/iu.test(name)
}

/** Tells by a font's name whether its letters are bullets, boxes and arrows. */
export function isSignsName(name: string): boolean {
  return /wingdings|webdings|dingbats/iu.test(name)
}
