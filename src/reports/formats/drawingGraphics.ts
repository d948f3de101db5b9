import { paragraphsIn, type SlideTally } from './drawingText.ts'
import { elementMarkup, tableMarkup } from './markup.ts'
import type { SlideBlock } from './slides.ts'
import { attributeOf, childOf, descendantsOf, elementsOf, escaped, textOf, type XmlElement } from './wordXml.ts'

const maxDiagramDepth = 32
/** A chart with more points is a curve, which nobody reads point by point. */
const maxChartPoints = 400

/** The words of a graphic's part: the points of a diagram (SmartArt), or the title and the data of a chart. */
export function graphicBlocks(root: XmlElement, tally: SlideTally): SlideBlock[] {
  if (root.name === 'dgm:dataModel') return diagramBlocks(root, tally)
  return root.name === 'c:chartSpace' ? chartBlocks(root, tally) : []
}

/** The way from a point of a diagram to one below it. */
interface Connection {
  readonly to: string
  readonly order: number
}

/** The points of a diagram, each before those below it. */
function diagramBlocks(model: XmlElement, tally: SlideTally): SlideBlock[] {
  const points = new Map(
    elementsOf(childOf(model, 'dgm:ptLst') ?? model, 'dgm:pt').map((point) => [
      attributeOf(point, 'modelId') ?? '',
      point,
    ]),
  )
  const below = new Map<string, Connection[]>()
  for (const connection of elementsOf(childOf(model, 'dgm:cxnLst') ?? model, 'dgm:cxn')) {
    if ((attributeOf(connection, 'type') ?? 'parOf') !== 'parOf') continue
    const from = attributeOf(connection, 'srcId') ?? ''
    const inner = below.get(from) ?? []
    inner.push({ to: attributeOf(connection, 'destId') ?? '', order: Number(attributeOf(connection, 'srcOrd') ?? 0) })
    below.set(from, inner)
  }
  const seen = new Set<string>()
  const walk = (id: string, depth: number): SlideBlock[] => {
    const point = points.get(id)
    if (point === undefined || seen.has(id) || depth > maxDiagramDepth) return []
    seen.add(id)
    const inner = [...(below.get(id) ?? [])].sort((a, b) => a.order - b.order)
    return [...paragraphsIn(childOf(point, 'dgm:t'), tally), ...inner.flatMap(({ to }) => walk(to, depth + 1))]
  }
  const typeOf = (point: XmlElement) => attributeOf(point, 'type') ?? 'node'
  const [top] = [...points].filter(([, point]) => typeOf(point) === 'doc').map(([id]) => id)
  const fromTop = top === undefined ? [] : walk(top, 0)
  const others = [...points].filter(([, point]) => /^(?:node|asst)$/u.test(typeOf(point))).map(([id]) => id)
  return [...fromTop, ...others.flatMap((id) => walk(id, 0))]
}

function chartBlocks(space: XmlElement, tally: SlideTally): SlideBlock[] {
  const chart = childOf(space, 'c:chart')
  const title = paragraphsIn(childOf(childOf(childOf(chart, 'c:title'), 'c:tx'), 'c:rich'), tally)
  const table = chart ? dataTable(chart) : ''
  return table === '' ? title : [...title, { kind: 'table', markup: table }]
}

/** The data of a chart as a table: a row for each category, a column for each series; '' where it stores none. */
function dataTable(chart: XmlElement): string {
  const series = descendantsOf(chart, 'c:ser').map((each) => ({
    name: [...pointsIn(childOf(each, 'c:tx')).values()].join(' '),
    categories: pointsIn(childOf(each, 'c:cat') ?? childOf(each, 'c:xVal')),
    values: pointsIn(childOf(each, 'c:val') ?? childOf(each, 'c:yVal')),
  }))
  const points = series.reduce((sum, { values }) => sum + values.size, 0)
  if (points === 0 || points > maxChartPoints) return ''
  const places = [...new Set(series.flatMap(({ values }) => [...values.keys()]))].sort((a, b) => a - b)
  const cell = (words: string) => ({ content: elementMarkup('p', escaped(words)), columns: 1, rows: 1 })
  const head = { cells: [cell(''), ...series.map(({ name }) => cell(name))], isHead: true }
  const rows = places.map((place) => {
    const category = series.map(({ categories }) => categories.get(place)).find((words) => words !== undefined) ?? ''
    return { cells: [cell(category), ...series.map(({ values }) => cell(values.get(place) ?? ''))], isHead: false }
  })
  return tableMarkup([head, ...rows])
}

/** The stored points of a part of a series, by their places; of several levels of categories the innermost. */
function pointsIn(part: XmlElement | undefined): ReadonlyMap<number, string> {
  const level = part && (descendantsOf(part, 'c:lvl')[0] ?? part)
  return new Map(
    (level ? descendantsOf(level, 'c:pt') : []).map((point) => {
      const value = childOf(point, 'c:v')
      return [Number(attributeOf(point, 'idx') ?? 0), value ? textOf(value) : '']
    }),
  )
}
