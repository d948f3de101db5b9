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
}

/** The notes on pages that were not read as they stand. @param read the number of pages read @param all of pages in the file */
export function pageNotes({ scanned, broken, crowded, unread }: FoundPages, read: number, all: number): Bilingual[] {
  const notes: Bilingual[] = []
  if (scanned.length > 0) {
    const pages = listed(scanned)
    notes.push({
      zh: `第 ${pages} 页是图片,文字由 OCR 识别,可能有误。`,
      en: `Page ${pages}: a picture, read by OCR; there may be errors.`,
    })
  }
  if (broken.length > 0) {
    const pages = listed(broken)
    notes.push({ zh: `第 ${pages} 页已损坏,未能读取。`, en: `Page ${pages}: damaged, left out.` })
  }
  if (unread.length > 0) {
    const pages = listed(unread)
    notes.push({
      zh: `第 ${pages} 页是图片或字体无法辨认,OCR 未读出文字。`,
      en: `Page ${pages}: a picture, or in a font that cannot be told; OCR found no words.`,
    })
  }
  if (crowded.length > 0) {
    const pages = listed(crowded)
    notes.push({
      zh: `第 ${pages} 页文字过多,只读取了一部分。`,
      en: `Page ${pages}: too many words, only some of them were read.`,
    })
  }
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
