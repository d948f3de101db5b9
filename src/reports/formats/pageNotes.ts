import type { Bilingual } from '../../errors.ts'

/** The numbers of pages that the notes name. */
export interface FoundPages {
  /** Pages that were read by OCR. */
  readonly scanned: number[]
  readonly broken: number[]
  /** Pages with too many words. */
  readonly crowded: number[]
  /** Pages of pictures or garbled words on which OCR found no words. */
  readonly unread: number[]
  /** Pages of whose words those in fonts that cannot be told are left out; none where it is left out. */
  readonly garbled?: number[]
}

/** The notes on pages that were not read as they stand. @param read the number of pages read @param all of pages in the file */
export function pageNotes(
  { scanned, broken, crowded, unread, garbled = [] }: FoundPages,
  read: number,
  all: number,
): Bilingual[] {
  const on = (pages: readonly number[], zh: string, en: string): Bilingual[] =>
    pages.length === 0 ? [] : [{ zh: `第 ${listed(pages)} 页${zh}`, en: `Page ${listed(pages)}: ${en}` }]
  const notes = [
    ...on(scanned, '是图片,文字由 OCR 识别,可能有误。', 'a picture, read by OCR; there may be errors.'),
    ...on(broken, '已损坏,未能读取。', 'damaged, left out.'),
    ...on(
      unread,
      '是图片或字体无法辨认,OCR 未读出文字。',
      'a picture, or in a font that cannot be told; OCR found no words.',
    ),
    ...on(garbled, '有文字的字体无法辨认,未能读取。', 'words in a font that cannot be told, left out.'),
    ...on(crowded, '文字过多,只读取了一部分。', 'too many words, only some of them were read.'),
  ]
  if (all > read) {
    notes.push({
      zh: `文件有 ${all} 页,只读取了前 ${read} 页。`,
      en: `The file has ${all} pages; only the first ${read} were read.`,
    })
  }
  return notes
}

/** Writes `[1, 2, 3, 7]` as `1–3, 7`. */
function listed(pages: readonly number[]): string {
  const runs: [number, number][] = []
  for (const page of pages) {
    const last = runs.at(-1)
    if (last && last[1] === page - 1) last[1] = page
    else runs.push([page, page])
  }
  return runs.map(([from, to]) => (from === to ? `${from}` : `${from}–${to}`)).join(', ')
}
