import { damaged } from './faults.ts'
import { bodiesIn, pagesIn } from './ofd.ts'
import { canvasFor, type Shape } from './ofdLayers.ts'
import { openPackage } from './ofdPackage.ts'
import { type OfdPage, readPage } from './ofdPage.ts'
import { painted } from './ofdPainting.ts'
import type { DrawnPage, PageDrawer } from './pageDrawing.ts'

/**
 * Draws one page of an OFD document with its templates, its letters in fonts of this machine that are like those of the file.
 * Annotations and seals are left out.
 */
export const drawOfdPage: PageDrawer = async (bytes, { file, page: number, bounds, limits }) => {
  const parts = await openPackage(bytes, { file, limits })
  const { document, path } = (await pagesIn(parts, await bodiesIn(parts, file)))[number - 1] ?? {}
  try {
    if (!document || !path) throw new Error(`no page ${number}`)
    const page = await readPage(parts, document, path)
    const canvas = canvasFor(page, bounds)
    return (await painted(shapesOf(page), canvas, parts)) ?? blank(canvas)
  } catch (cause) {
    throw damaged(file, cause)
  }
}

/** The shapes and the runs of text in the order in which they are drawn. */
function shapesOf({ shapes, runs }: OfdPage): Shape[] {
  const ordered: Shape[] = []
  let below = 0
  // The runs come in order too.
  for (const run of runs) {
    while (below < run.above) ordered.push(shapes[below++]!)
    ordered.push(run)
  }
  return [...ordered, ...shapes.slice(below)]
}

function blank({ width, height }: Pick<DrawnPage, 'width' | 'height'>): DrawnPage {
  return { data: new Uint8Array(4 * width * height).fill(255), width, height }
}
